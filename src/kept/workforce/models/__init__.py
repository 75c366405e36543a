"""Who may advise on solutions, where that is too few, and who was trained in what."""

from kept.workforce.models.consulting import (
    Consultant,
    ConsultingPolicy,
    Shortage,
    ShortageLevel,
)
from kept.workforce.models.training import (
    Attendee,
    Topic,
    Training,
    TrainingPolicy,
    TrainingState,
    training_policy,
)

__all__ = [
    "Attendee",
    "Consultant",
    "ConsultingPolicy",
    "Shortage",
    "ShortageLevel",
    "Topic",
    "Training",
    "TrainingPolicy",
    "TrainingState",
    "training_policy",
]
