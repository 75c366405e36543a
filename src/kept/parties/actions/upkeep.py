"""Keeping a file alive: checked, told, taught, heard, and given a level."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, Text, TextRule
from kept.parties.checks import require_teaching
from kept.parties.findable import put_account
from kept.parties.models import (
    ALIVE,
    Account,
    AccountRole,
    Contact,
    DealerLevel,
    DealerType,
    FileCheck,
    FilePart,
    Remark,
    RemarkKind,
    Skill,
    TaughtSkill,
)
from kept.parties.settings import today_in
from kept.parties.words import Channel
from kept.people.models import User
from kept.timeline.models import Thread

Topic = Annotated[str, TextRule(80, many_lines=False)]


@action("parties.verify", label=_("Tick as checked"), on=ALIVE, right="parties.edit",
        icon="clipboard-check", adds=True)  # fmt: skip
def verify_account(
    account: Account, *, by: User, parts: Sequence[FilePart] = (), note: Line = ""
) -> Account:
    """Say that the file was looked through today and is right (S1.22, S3.02).

    ``parts`` says what was checked; none means all of it.
    """
    checked = [part.value for part in parts] or list(FilePart.values)
    account.last_verified_on = today_in(account.unit)
    account.save(update_fields=["last_verified_on"])
    FileCheck.objects.create(
        account=account,
        parts=checked,
        note=note,
        by=by,
        checked_on=account.last_verified_on,
        checked_at=clock.now(),
    )
    account.record("account.verified", by=by, parts=checked, words={"note": note})
    return account


@action("parties.tell_channels", label=_("Told our channels"), on=ALIVE, right="parties.edit",
        icon="megaphone", adds=True)  # fmt: skip
def tell_channels(account: Account, *, by: User, channels: Sequence[Channel]) -> Account:
    """The customer was told website, support mailbox and hotline: which, when, by whom (S1.12)."""
    if not channels:
        raise InvalidInput(_("Say which channels they were told."), field="channels", rule="S1.12")
    told = sorted({*account.informed_channels, *(one.value for one in channels)})
    account.informed_channels = told
    account.informed_at, account.informed_by = clock.now(), by
    account.save(update_fields=["informed_channels", "informed_at", "informed_by"])
    account.record("account.channels_told", by=by, channels=[one.value for one in channels])
    return account


@action("parties.teach", label=_("Taught a skill"), on=ALIVE, right="parties.edit",
        icon="graduation-cap", adds=True)  # fmt: skip
def teach(
    account: Account,
    *,
    by: User,
    skill: Skill,
    was_learned: bool = False,
    contact: Contact | None = None,
    note: Line = "",
) -> Account:
    """Somebody there was taught to go online, register or send data: what, when, by whom (S1.13).

    Who has learned to send mail is marked as able to.
    """
    if contact is not None and contact.account_id != account.pk:
        raise InvalidInput(_("This person belongs to another customer."), field="contact")
    TaughtSkill.objects.create(
        account=account,
        contact=contact,
        skill=skill,
        was_learned=was_learned,
        note=note,
        by=by,
        taught_at=clock.now(),
    )
    if contact is not None and was_learned and skill == Skill.SEND_MAIL:
        _mark(contact, True)
    account.record(
        "account.taught",
        by=by,
        skill=skill,
        was_learned=was_learned,
        words={"contact": contact.name if contact else "", "note": note},
    )
    return account


@action(
    "parties.set_can_email", label=_("Can they send mail?"), right="parties.edit", icon="mail-check"
)
def set_can_email(contact: Contact, *, by: User, can_email: bool = False) -> Contact:
    """Mark whether somebody can send data by mail; "cannot" only after trying to teach (S1.13)."""
    if not can_email:
        require_teaching(contact.account, contact)
    _mark(contact, can_email)
    contact.account.record(
        "account.can_email", by=by, can_email=can_email, words={"contact": contact.name}
    )
    return contact


def _mark(contact: Contact, can_email: bool) -> None:
    contact.can_email = can_email
    contact.save(update_fields=["can_email"])


@action("parties.note", label=_("Note need or opinion"), on=ALIVE, right="parties.edit",
        icon="message-square-quote", adds=True)  # fmt: skip
def add_remark(
    account: Account,
    *,
    by: User,
    kind: RemarkKind,
    text: Text,
    topic: Topic = "",
    rating: int | None = None,
    heard_on: date | None = None,
) -> Account:
    """What a dealer needs or likes, news of the market, an operator's opinion (S3.05, S0.03)."""
    if rating is not None and not 1 <= rating <= 5:
        raise InvalidInput(_("A rating is a number from 1 to 5."), field="rating")
    remember(account, kind, text, by=by, topic=topic, rating=rating, heard_on=heard_on, source=None)
    return account


def remember(
    account: Account,
    kind: RemarkKind,
    text: str,
    *,
    by: User,
    source: Thread | None,
    topic: str = "",
    rating: int | None = None,
    heard_on: date | None = None,
) -> Remark:
    """Keep what was heard; visits, complaints and cases call it with their thread (S3.05)."""
    today = today_in(account.unit)
    if heard_on is not None and heard_on > today:
        raise InvalidInput(_("This has not happened yet."), field="heard_on")
    remark = Remark.objects.create(
        account=account,
        kind=kind,
        text=text,
        topic=topic,
        rating=rating,
        heard_on=heard_on or today,
        source=source,
        by=by,
        recorded_at=clock.now(),
    )
    account.record(
        "account.remark",
        by=by,
        kind=kind,
        rating=rating,
        source=source,
        words={"topic": topic, "text": text},
    )
    put_account(account)
    return remark


def _is_dealer(account: Account, by: User) -> bool:
    return AccountRole.DEALER in account.roles


@action("parties.set_level", label=_("Set type and level"), on=ALIVE, offered=_is_dealer,
        icon="star")  # fmt: skip
def set_level(
    account: Account,
    *,
    by: User,
    level: DealerLevel | None = None,
    dealer_type: DealerType | None = None,
    since_on: date | None = None,
    reason: Line = "",
) -> Account:
    """Give a dealer a type and a level, with the rule it was given by and since when (S3.04)."""
    if AccountRole.DEALER not in account.roles:
        raise Refused(_("Only a dealer has a level."), rule="S3.04")
    for row, field in ((level, "level"), (dealer_type, "dealer_type")):
        if row is not None and row.unit.company_id != account.company_id:
            raise Refused(_("“{thing}” belongs to another company."), thing=row, rule="SX.01",
                          field=field)  # fmt: skip
    today = today_in(account.unit)
    if since_on is not None and since_on > today:
        raise InvalidInput(_("This has not happened yet."), field="since_on")
    old, old_type = account.level_rule, account.dealer_type
    if level is not None:
        account.level, account.level_rule = level.code, level
        account.level_since = since_on or today
    account.dealer_type = dealer_type or old_type
    account.save(update_fields=["level", "level_rule", "level_since", "dealer_type"])
    account.record(
        "account.level_set",
        by=by,
        old=old,
        new=account.level_rule,
        dealer_type=account.dealer_type,
        since=account.level_since,
        words={"reason": reason},
    )
    return account
