"""What happens to imports, in the words of the story of their unit."""

from django.utils.translation import gettext_lazy as _

from kept.imports.kinds import KIND_LABELS
from kept.timeline.sentences import declare

declare("import.begun", _("Import of “{name}” begun: {kind}"), icon="database", kind=KIND_LABELS)
declare(
    "import.done",
    _("Import of “{name}” ended: {kind}, {made} new, {known} known, {refused} refused"),
    icon="database",
    kind=KIND_LABELS,
)
declare(
    "import.stopped",
    _("Import of “{name}” broke off: {kind}"),
    icon="octagon-alert",
    kind=KIND_LABELS,
)
