"""The rights this module owns, beyond those named after its verbs."""

from django.utils.translation import gettext_lazy as _

RIGHTS = {
    "people.see": _("See colleagues and units"),
    "people.see_personal": _("See phone numbers and mail of people outside"),
    "people.change_role": _("Change what roles may do"),
    "people.run_installation": _("Run the installation"),
    "people.issue_password": _("Give somebody a first password"),
    "people.issue_token": _("Make API tokens for oneself"),
    "people.revoke_token": _("Revoke API tokens of colleagues"),
}

#: Steps of headquarters: never for outside roles, and not in a branch (S0.04).
HEADQUARTERS = frozenset(
    {
        "people.change_role",
        "people.load_policy",
        "people.move_unit",
        "people.run_installation",
    }
)

#: What makes somebody an administrator: the menu shows them the administration.
ADMINISTRATION = frozenset(
    {
        "people.add_unit",
        "people.add_user",
        "people.change_role",
        "people.deactivate",
        "people.grant_role",
        "people.load_policy",
        "people.run_installation",
    }
)
