"""Leaving: open work is handed over first, then nothing opens for the person any more (SX.17)."""

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Text
from kept.people.actions.roles import end_grants
from kept.people.administrators import require_another_administrator
from kept.people.leaving import work_of
from kept.people.models import Absence, Presence, Unit, User
from kept.people.real_time import real_now
from kept.people.second_factor import remove_factors


def _is_here(user: User, by: User) -> bool:
    return user.is_active


@action(
    "people.hand_over", label=_("Hand over open work"), offered=_is_here, icon="arrow-right-left"
)
def hand_over(user: User, *, by: User, to: User, reason: Text) -> User:
    """Hand everything that waits for a person to a colleague (SX.17).

    Every module hands over its own part when it hears ``person.work_handed_over``; what cannot be
    handed over stays and is shown.
    """
    if to == user:
        raise InvalidInput(_("Choose somebody else."), field="to")
    if not to.is_active:
        raise InvalidInput(_("{name} has left."), name=to, field="to", rule="SX.17")
    if to.company_id != user.company_id:
        raise InvalidInput(
            _("{name} belongs to another company."), name=to, field="to", rule="SX.01"
        )
    if not work_of(user):
        raise Refused(_("Nothing waits for {name}."), name=user, rule="SX.17")
    _hand_over_units(user, to, by)
    _hand_over_standing_in(user, to)
    user.record("person.work_handed_over", by=by, to=to, words={"reason": reason})
    return user


def _hand_over_units(user: User, to: User, by: User) -> None:
    for unit in Unit.objects.active().filter(manager=user):
        unit.manager = to
        unit.save(update_fields=["manager"])
        unit.record("unit.manager_appointed", by=by, old=user, new=to)


def _hand_over_standing_in(user: User, to: User) -> None:
    running = Absence.objects.still_needed().filter(deputy=user)
    if running.filter(user=to).exists():
        raise Refused(
            _("{name} stands in for {to}, who cannot stand in for themselves. Choose another."),
            name=user,
            to=to,
            field="to",
            rule="SX.13",
        )
    running.update(deputy=to)


@action(
    "people.deactivate",
    label=_("Deactivate person"),
    offered=_is_here,
    danger=True,
    icon="user-minus",
)
def deactivate(user: User, *, by: User, reason: Text) -> User:
    """Let a person go. Refused while anything open still waits for them (SX.17).

    From this moment no password, session, token or role of theirs opens anything.
    """
    if by == user:
        raise Refused(
            _("Nobody closes their own account. Ask another administrator."), rule="SX.02"
        )
    if waiting := work_of(user):
        raise Refused(
            _("{name} still has open work: {work}. Hand it over first."),
            name=user,
            work="; ".join(str(line) for line in waiting),
            rule="SX.17",
            mend=f"{user.get_absolute_url()}hand_over/",
        )
    for company in Unit.objects.filter(pk__in=user.companies_with("people.grant_role")):
        require_another_administrator(company, without=user)
    user.is_active, user.left_at = False, clock.now()
    user.set_unusable_password()
    user.save(update_fields=["is_active", "left_at", "password"])
    end_grants(user.grants.current())
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=real_now())
    remove_factors(user)
    Presence.objects.filter(user=user).delete()
    vars(user).pop("held", None)
    user.record("person.deactivated", by=by, words={"reason": reason})
    return user


@action(
    "people.welcome_back",
    label=_("Welcome back"),
    right="people.add_user",
    offered=lambda user, by: not user.is_active,
    icon="user-check",
)
def welcome_back(user: User, *, by: User) -> User:
    """Open the account of somebody who returns: without password, roles or tokens as yet."""
    if user.is_active:
        raise Refused(_("{name} works here."), name=user, rule="SX.06")
    user.is_active, user.left_at = True, None
    user.save(update_fields=["is_active", "left_at"])
    user.record("person.welcomed_back", by=by)
    return user
