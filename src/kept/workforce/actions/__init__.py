"""Every way consultants, trainings and their results come to be and change."""

from kept.workforce.actions.consulting import (
    consulting_of,
    end_consultant,
    end_row,
    move_row,
    name_consultant,
    shown_consulting,
    warning,
)
from kept.workforce.actions.training import (
    acknowledge_training,
    enter_result,
    finish_training,
    train_people,
    train_station,
)

__all__ = [
    "acknowledge_training",
    "consulting_of",
    "end_consultant",
    "end_row",
    "enter_result",
    "finish_training",
    "move_row",
    "name_consultant",
    "shown_consulting",
    "train_people",
    "train_station",
    "warning",
]
