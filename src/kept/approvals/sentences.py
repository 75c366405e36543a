"""What happens to requests for agreement, in words."""

from django.utils.translation import gettext_lazy as _

from kept.timeline.sentences import declare

declare("approval.asked", _("Agreement asked of {to}"), icon="stamp")
declare("approval.granted", _("Agreed by {by_whom}"), icon="thumbs-up")
declare("approval.refused", _("Not agreed by {by_whom}"), icon="thumbs-down")
