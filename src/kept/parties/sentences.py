"""What happens to accounts, in words."""

from django.utils.translation import gettext_lazy as _

from kept.parties.models import AccountRole
from kept.timeline.sentences import declare

declare("account.added", _("Added as {roles}"), icon="building-2", roles=AccountRole)
declare("account.contact_added", _("Contact added: {name}"), icon="user-plus")
