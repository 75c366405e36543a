"""What the page of an account tells: facts, people, promises, what was heard, and the story."""

from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from kept.parties.fields import from_words
from kept.parties.models import (
    Account,
    Address,
    ChangeNotice,
    Contact,
    NoticeState,
    Remark,
    TaughtSkill,
)
from kept.parties.quiet import in_words, may_contact, periods_of
from kept.parties.territory import answers_for
from kept.parties.words import Channel
from kept.people.models import User
from kept.people.personal import personal, personal_words
from kept.promises.models import Promise
from kept.promises.shown import shown
from kept.timeline.models import Attachment, Entry
from kept.timeline.sentences import Told, tell

ENTRIES_AT_ONCE = 60
REMARKS_AT_ONCE = 12
STATES = {
    "account.lost": "late",
    "account.won_back": "good",
    "account.activated": "good",
    "promise.kept": "good",
    "promise.breached": "late",
    "promise.broken": "late",
}


class Shown:
    """An account as one reader sees it; every part is read when the page asks for it."""

    def __init__(self, account: Account, reader: Any) -> None:
        self.account, self.reader = account, reader
        self.older_url = ""

    @cached_property
    def merged(self) -> list[Account]:
        """The accounts that go on as this one."""
        return list(self.account.merged_from.select_related("thread").order_by("pk"))

    @cached_property
    def thread_ids(self) -> list[int]:
        return [self.account.thread_id, *(one.thread_id for one in self.merged)]

    @cached_property
    def contacts(self) -> list[Contact]:
        rows = Contact.objects.current().filter(account=self.account)
        found = list(rows.prefetch_related("phones").order_by("-is_main", "sort_key"))
        for contact in found:
            numbers = [one for one in contact.phones.all() if not one.ended_at]
            contact.numbers = numbers
            contact.numbers_shown = [personal(one, self.reader) for one in numbers]
            contact.email_shown = personal(contact.email, self.reader)
        return found

    @cached_property
    def addresses(self) -> list[Address]:
        rows = Address.objects.current().filter(account=self.account)
        return list(rows.order_by("-is_main", "pk"))

    @cached_property
    def promises(self) -> list[Any]:
        """Open promises made to them; for own staff also those about their file: a station is not
        told when somebody is to look at it.
        """
        theirs = Q(to__in=self.thread_ids)
        if self.reader.is_own_staff:
            theirs |= Q(about__in=self.thread_ids)
        rows = Promise.objects.open().filter(theirs).visible_to(self.reader)
        rows = rows.select_related("person", "about")
        return [shown(one) for one in rows.order_by("due_at", "pk")[:20]]

    @cached_property
    def remarks(self) -> list[Remark]:
        rows = Remark.objects.filter(account=self.account).select_related("by", "source")
        return list(rows.order_by("-heard_on", "-pk")[:REMARKS_AT_ONCE])

    @cached_property
    def taught(self) -> list[TaughtSkill]:
        rows = TaughtSkill.objects.filter(account=self.account).select_related("by", "contact")
        return list(rows.order_by("-taught_at")[:10])

    @cached_property
    def waiting_changes(self) -> list[ChangeNotice]:
        states = (NoticeState.PENDING, NoticeState.ACKNOWLEDGED)
        return list(ChangeNotice.objects.filter(account=self.account, status__in=states))

    def story(self, *, whole: bool = False) -> list[Told]:
        """The story with those of merged accounts, in order; the latest part unless ``whole``."""
        rows = Entry.objects.filter(thread__in=self.thread_ids).select_related("by")
        rows = rows.order_by("-recorded_at", "-thread", "-seq")
        entries = list(rows if whole else rows[: ENTRIES_AT_ONCE + 1])
        if not whole and len(entries) > ENTRIES_AT_ONCE:
            entries.pop()
            self.older_url = f"{self.account.get_absolute_url()}?all"
        told = tell(entries[::-1], self._files())
        for one in told:
            one.changes = from_words(personal_words(one.words, self.reader))  # type: ignore[attr-defined]
            one.state = STATES.get(one.event, "")
        return told if self.reader.is_own_staff else [one for one in told if _is_for_them(one)]

    def _files(self) -> dict[int, list[Attachment]]:
        files: dict[int, list[Attachment]] = defaultdict(list)
        for file in Attachment.objects.filter(thread=self.account.thread_id):
            files[file.seq or 0].append(file)
        return files

    @cached_property
    def engineer(self) -> str:
        """Who answers for the territory it lies in, and where to reach them (S1.05)."""
        row = answers_for(self.account)
        return " · ".join(filter(None, [row.engineer.name, row.engineer.phone])) if row else ""

    @cached_property
    def facts(self) -> list[dict[str, Any]]:
        """Names and values at the side of the page and on paper; empty ones are left out."""
        account = self.account
        rows: list[tuple[Any, Any]] = [
            (_("Code"), account.code),
            (_("Roles"), account.role_words),
            (_("Kind of organisation"), account.org_type),
            (_("Region"), account.region),
            (_("Unit"), account.unit.name),
            (_("Field manager"), account.field_manager),
            (_("Phone of the field manager"), _phone_of(account.field_manager)),
            (_("Territory engineer"), self.engineer),
            (_("Looked after by"), account.relationship_owner),
            (_("Type of dealer"), account.dealer_type),
            (_("Level"), _level(account)),
            (_("Year it joined"), str(account.joined_year or "")),
            (_("Way of joining"), account.get_joining_display()),
            (_("Class of projects done"), account.project_class),
            (_("Sold by agent"), account.agent_name),
            (_("Told our channels"), _informed(account)),
            (_("Checked"), _day(account.last_verified_on) or _("never")),
            (_("Quiet hours"), _quiet(account)),
            (_("Lost because"), account.lost_reason if account.status == "lost" else ""),
        ]
        return [{"label": label, "value": value} for label, value in rows if value]


def _quiet(account: Account) -> str:
    """When they are not to be disturbed, and what that means just now (S3.21)."""
    periods = periods_of(account)
    return f"{in_words(periods)} · {may_contact(account)}" if periods else ""


def _is_for_them(told: Told) -> bool:
    """Whether a line is told to people from outside: not what own staff owe about their file."""
    return not told.is_own and not told.event.startswith("promise.")


def _phone_of(person: User | None) -> str:
    return person.phone if person else ""


def _level(account: Account) -> str:
    if account.level_rule is None:
        return ""
    since = _("since {day}").format(day=_day(account.level_since))
    parts = [str(account.level_rule.name), since, str(account.level_rule.rule)]
    return " · ".join(part for part in parts if part)


def _informed(account: Account) -> str:
    if account.informed_at is None:
        return _("never")
    channels = _(", ").join(str(Channel(one).label) for one in account.informed_channels)
    day = _day(timezone.localtime(account.informed_at).date())
    return f"{channels} · {day} · {account.informed_by}"


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
