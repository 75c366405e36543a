"""Field staff: posted to a region for a time, withdrawn when no station points at them (S0.02)."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.kit.words import Listed
from kept.parties.actions.filing import PhoneText, Region, checked_mail
from kept.parties.changes import Change
from kept.parties.models import Account, Posting
from kept.parties.naming import dialled, is_dialable
from kept.parties.noticing import change_file, is_field_staff
from kept.parties.settings import account_policy, today_in
from kept.parties.station_news import tell_stations
from kept.people.models import User

HomeAddress = Annotated[str, TextRule(200, many_lines=False)]
REGISTRAR = "parties.post_field_staff"


@action("parties.post_field_staff", label=_("Post as field staff"), icon="map-pin")
def post_field_staff(
    user: User, *, by: User, region: Region, from_on: date | None = None, address: HomeAddress = ""
) -> User:
    """Post somebody to a region; they need a phone that can be dialled (S0.02, S0.43)."""
    if user.unit is None:
        raise InvalidInput(_("{name} does not work here."), name=user, field="region")
    _require_valid_phone(user, user.phone, rule="S0.02")
    if user.postings.filter(region=region, until_on__isnull=True).exists():
        raise Refused(_("{name} is posted to {region} already."), name=user, region=region,
                      rule="S0.02", field="region")  # fmt: skip
    start = from_on or today_in(user.unit)
    Posting.objects.create(  # type: ignore[misc]
        person=user, company=user.unit.company, region=region, address=address, from_on=start
    )
    user.record("person.posted", by=by, region=region, from_on=start)
    return user


def _is_posted(user: User, by: User) -> bool:
    return user.postings.filter(until_on__isnull=True).exists()


@action("parties.end_posting", label=_("End posting"), icon="map-pin", danger=True,
        right=REGISTRAR, offered=_is_posted)  # fmt: skip
def end_posting(
    user: User, *, by: User, region: Region, until_on: date | None = None, reason: Line = ""
) -> User:
    """Withdraw somebody from a region; refused while stations there still point at them (S0.02)."""
    posting = user.postings.filter(region=region, until_on__isnull=True).first()
    if posting is None:
        raise InvalidInput(
            _("{name} is not posted to {region}."), name=user, region=region, field="region"
        )
    end = until_on or today_in(user.unit)
    if end < posting.from_on:
        raise InvalidInput(_("The posting ends before it begins."), field="until_on")
    _require_no_stations(user, posting)
    posting.until_on = end
    posting.save(update_fields=["until_on"])
    user.record("person.posting_ended", by=by, region=region, until_on=end,
                words={"reason": reason})  # fmt: skip
    return user


def _require_no_stations(user: User, posting: Posting) -> None:
    """Stations of the region; with the last posting, every station there is."""
    stations = Account.objects.alive().filter(field_manager=user)
    others = user.postings.filter(until_on__isnull=True).exclude(pk=posting.pk)
    if others.exists():
        stations = stations.filter(region=posting.region)
    names = list(stations.order_by("code", "sort_key").values_list("name", flat=True)[:4])
    if names:
        raise Refused(
            _("{name} still looks after {stations}. Hand these stations over first."),
            name=user,
            stations=Listed([*names[:3], "…"] if len(names) > 3 else names),
            rule="S0.02",
            mend=f"{user.get_absolute_url()}hand_stations/",
        )


def _is_own_or_registered(user: User, by: User) -> bool:
    return user == by or by.holds(REGISTRAR)


@action("parties.change_own_contact", label=_("Change contact data"), icon="phone",
        offered=_is_own_or_registered)  # fmt: skip
def change_own_contact(
    user: User,
    *,
    by: User,
    phone: PhoneText | None = None,
    email: Line | None = None,
    address: HomeAddress | None = None,
    effective_on: date | None = None,
    reason: Line = "",
) -> User:
    """Change one's own phone, mail or address; field staff's waits for the channel owner (S0.43).

    Nobody responsible for stations may be left without a phone that can be dialled. The stations
    covered are told when the change takes effect. A notice that waits is on ``user.notice``.
    """
    if not _is_own_or_registered(user, by):
        raise Refused(_("Only {name} can change this."), name=user, rule="S0.43")
    values = {}
    if phone is not None:
        values["phone"] = _number(user, phone)
    if email is not None:
        values["email"] = checked_mail(email)
    if address is not None and user.postings.filter(until_on__isnull=True).exists():
        values["address"] = address
    change = Change("person", {k: v for k, v in values.items() if v != getattr(user, k, None)})
    notice = change_file(user, change, by=by, reason=reason, effective_on=effective_on)
    user.notice = notice  # type: ignore[attr-defined]
    if notice is None:
        tell_stations(user, by=by)
    return user


def _number(user: User, phone: str) -> str:
    if is_field_staff(user):
        _require_valid_phone(user, phone, rule="S0.43")
    if not phone:
        return ""
    return dialled(phone, "phone", account_policy(user.unit).phone_region)


def _require_valid_phone(user: User, phone: str, *, rule: str) -> None:
    if not phone or not is_dialable(phone, account_policy(user.unit).phone_region):
        raise InvalidInput(
            _("{name} works in the field and needs a phone that can be dialled."),
            name=user,
            field="phone",
            rule=rule,
        )
