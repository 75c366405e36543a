"""What the timeline offers; it hears nothing, for all that happens is told in its entries."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kept.kit.pages import frame_parts
from kept.kit.wiring import Slot
from kept.people.models import Unit, User
from kept.people.wiring import PolicySection, PolicySentence, policy_sentences
from kept.timeline.notices import unread_count
from kept.timeline.retention import classes_of, rules_of

#: Threads told along with one they were merged into: asked with the thread, a filler answers with a
#: queryset of thread keys (``…values("thread")``), which costs no query of its own.
merged_threads = Slot("timeline.merged_threads")


@policy_sentences.fill(order=90)
def how_long_words_are_kept(unit: Unit, moment: datetime) -> PolicySection:
    """How long personal data are kept, class by class, in sentences (SX.15)."""
    classes = classes_of(unit.company or unit)
    sentences = [
        PolicySentence(
            ngettext(
                "{name}: personal data are erased {n} day after {what}",
                "{name}: personal data are erased {n} days after {what}",
                rule.days,
            ).format(name=rule.name, n=rule.days, what=classes[rule.of].label),
            rule.unit,
            rule.valid_from,
            "SX.15",
        )
        for rule in rules_of(unit, moment)
        if rule.of in classes
    ]
    return PolicySection(_("Personal data"), sentences, icon="shield-off")


@frame_parts.fill()
def unread_notices(user: User) -> dict[str, Any]:
    """The number at the bell."""
    return {"unread": unread_count(user)}
