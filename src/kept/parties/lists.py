"""Lists of accounts: the register, stale files, changes that wait, and what was ticked."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.lists import (
    Column,
    Contains,
    Empty,
    FewChoices,
    FilterSet,
    FromDay,
    List,
    OneOf,
    Order,
    UntilDay,
    YesNo,
)
from kept.kit.lists.cells import show_code
from kept.parties.fields import shown_lines
from kept.parties.models import (
    Account,
    AccountRole,
    AccountState,
    ChangeNotice,
    DealerLevel,
    DealerType,
    FileCheck,
    NoticeState,
    Remark,
    RemarkKind,
)
from kept.parties.naming import readable
from kept.parties.queries import of_units_below, stale, stale_before, with_main_contact
from kept.parties.territory import lies_in_territory
from kept.people.models import Unit, User
from kept.people.personal import SEE_PERSONAL, without_personal
from kept.people.reader import reader_of

LONG_AGO = date(1900, 1, 1)


def units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


def people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(request.user)


def _levels(request: HttpRequest) -> QuerySet:
    return _once_each(DealerLevel.objects.visible_to(request.user))


def _types(request: HttpRequest) -> QuerySet:
    return _once_each(DealerType.objects.visible_to(request.user))


def _once_each(rows: Any) -> QuerySet:
    """The newest row of each code: accounts keep the one of the pack they were given it under."""
    begun = rows.ever_in_force().filter(valid_from__lte=clock.now())
    newer = begun.filter(unit=OuterRef("unit"), code=OuterRef("code"), pk__gt=OuterRef("pk"))
    return begun.exclude(Exists(newer)).order_by("unit", "pk")


class OfCode(FewChoices):
    """Accounts given this level or type, under whichever pack."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        name = self.field_name
        return qs.filter(**{f"{name}__code": value.code, f"{name}__unit": value.unit_id})


def show_phone(number: str | None, row: Any) -> SafeString:
    """A phone number as people read it."""
    return show_code(readable(number or ""))


class InRole(OneOf):
    """At least one of the roles chosen."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.in_role(*value) if value else qs  # type: ignore[attr-defined]


class UnitAndBelow(FewChoices):
    """A unit with everything below it."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return of_units_below(qs, value) if value else qs


class NotCheckedSince(UntilDay):
    """Files last checked before a day, or never."""

    phrase = _("not checked since {value}")

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        return stale(qs, value) if value else qs


class AccountFilter(FilterSet):
    """What the register of accounts can be narrowed by."""

    q = Contains("name", "number", "code", label=_("Find"))
    role = InRole(label=_("Role"), choices=AccountRole.choices)
    status = OneOf(label=_("Status"), choices=AccountState.choices)
    unit = UnitAndBelow(label=_("Unit and below"), queryset=units, to_field_name="code")
    region = Contains("region", label=_("Region"))
    level = OfCode(label=_("Level"), field_name="level_rule", queryset=_levels)
    dealer_type = OfCode(label=_("Type of dealer"), queryset=_types)
    field_manager = FewChoices(label=_("Field manager"), queryset=people, to_field_name="username")
    owner = FewChoices(
        label=_("Looked after by"),
        field_name="relationship_owner",
        queryset=people,
        to_field_name="username",
    )
    verified_before = NotCheckedSince(label=_("Not checked since"), field_name="last_verified_on")
    informed = YesNo(label=_("Told our channels"), method="filter_informed")
    agent = YesNo(label=_("Sold by an agent"), method="filter_agent")
    territory = YesNo(label=_("Lies in a territory"), method="filter_territory")

    class Meta:
        model = Account
        fields: list[str] = []

    def filter_territory(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        lies = lies_in_territory()
        return rows.exclude(lies) if value == "no" else rows.filter(lies)

    def filter_informed(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(informed_at__isnull=value == "no")

    def filter_agent(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(agent_name="") if value == "no" else rows.exclude(agent_name="")


class AccountList(List):
    """Every customer and partner the reader may see; merged ones only when asked for."""

    name, title = "accounts", _("Customers and partners")
    row_address = "/accounts/{number}/"
    right = "parties.see"
    filter = AccountFilter
    order = {
        "name": Order("sort_key", label=_("By name")),
        "newest": Order("-pk", label=_("Newest first")),
        "number": Order("number"),
        "region": Order("region", "sort_key"),
        "verified": Order("last_verified_on", label=_("Longest unchecked first")),
    }
    default_order = "name"
    columns = [
        Column("number", _("Number"), cell="code", width="fit", order="number", phone="hide"),
        Column("code", _("Code"), width="fit", phone="hide"),
        Column("name", _("Name"), link=True, order="name", file_width=30),
        Column("roles", _("Roles"), value="role_words", raw="roles"),
        Column("status", _("Status"), phone="state"),
        Column("contact", _("Contact"), value="main_contact"),
        Column("phone", _("Phone"), value="main_phone", cell=show_phone, needs=SEE_PERSONAL),
        Column("region", _("Region"), order="region", phone="hide"),
        Column("unit", _("Unit"), value="unit.name", phone="hide"),
        Column("level", _("Level"), value="level_rule.name", raw="level_rule", phone="hide"),
        Column("verified", _("Checked"), value="last_verified_on", order="verified", phone="hide"),
        Column("manager", _("Field manager"), value="field_manager.name", places=("file", "print")),
        Column("owner", _("Looked after by"), value="relationship_owner.name", places=("file",)),
        Column("email", _("Mail"), value="main_email", places=("file",), needs=SEE_PERSONAL),
        Column("joined_year", _("Year it joined"), places=("file",)),
        Column("joining", _("Way of joining"), places=("file",)),
        Column("project_class", _("Class of projects done"), places=("file",)),
        Column("agent_name", _("Sold by agent"), places=("file",)),
        Column("informed", _("Told our channels"), value="informed_at", places=("file",)),
    ]
    empty = Empty(
        _("No customers yet"),
        _("Enter the first one, or import a list."),
        "/accounts/add_account/",
        _("Add customer"),
        icon="building-2",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Account.objects.visible_to(request.user)  # type: ignore[arg-type]
        if AccountState.MERGED not in request.GET.getlist("status"):
            rows = rows.exclude(status=AccountState.MERGED)
        return with_main_contact(rows).select_related(
            "unit", "level_rule", "field_manager", "relationship_owner"
        )

    def context(self) -> dict[str, Any]:
        return {"above": "parties/accounts_above.html", "user": self.request.user}

    def row_state(self, row: Account) -> str:
        return "done" if row.status in (AccountState.LOST, AccountState.ENDED) else ""


class StaleList(AccountList):
    """Files to look through: never checked, or not since the company's limit (S1.22, S3.02)."""

    name, title = "stale_files", _("Files to check")
    order = {"verified": Order("checked", "sort_key"), "name": Order("sort_key")}
    default_order = "verified"
    columns = [
        Column("name", _("Name"), link=True, order="name"),
        Column("roles", _("Roles"), value="role_words", raw="roles"),
        Column("contact", _("Contact"), value="main_contact"),
        Column("phone", _("Phone"), value="main_phone", cell=show_phone, needs=SEE_PERSONAL),
        Column("verified", _("Checked"), value="last_verified_on", order="verified"),
        Column("unit", _("Unit"), value="unit.name", phone="hide"),
        Column("number", _("Number"), cell="code", places=("file", "print")),
    ]
    empty = Empty(
        _("Every file is fresh"),
        _("Files not checked for a while appear here."),
        icon="check-check",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().queryset(request).filter(status=AccountState.ACTIVE)
        reader: Any = request.user
        if reader.unit is not None:
            rows = stale(rows, stale_before(reader.unit))
        return rows.annotate(checked=Coalesce("last_verified_on", Value(LONG_AGO)))

    def context(self) -> dict[str, Any]:
        if not self.request.user.holds("parties.edit"):  # type: ignore[union-attr]
            return {"above": "parties/stale_above.html"}
        tick = {
            "label": _("Tick as checked"),
            "url": "/file_checks/tick/",
            "icon": "clipboard-check",
        }
        return {"above": "parties/stale_above.html", "bulk": [tick]}


class CheckFilter(FilterSet):
    """What the ticks can be narrowed by."""

    by = FewChoices(label=_("Checked by"), queryset=people, to_field_name="username")
    from_day = FromDay(label=_("Day"), field_name="checked_on")
    until_day = UntilDay(label=_("Day"), field_name="checked_on")

    class Meta:
        model = FileCheck
        fields: list[str] = []


class CheckList(List):
    """Which files were checked: by whom, what, when (S3.02)."""

    name, title = "file_checks", _("Checked files")
    row_address = "/accounts/{account__number}/"
    right = "parties.see"
    filter = CheckFilter
    order = {"newest": Order("-checked_at", "-pk")}
    columns = [
        Column("account", _("Customer"), value="account.name", link=True),
        Column("parts", _("What was checked"), value="part_words", raw="parts"),
        Column("note", _("Note"), width="clip"),
        Column("by", _("Checked by"), value="by.name"),
        Column("at", _("Time"), value="checked_at", order="newest"),
    ]
    empty = Empty(_("Nothing was checked yet"), _("Tick files as checked."), "/file_checks/",
                  _("Files to check"), icon="clipboard-check")  # fmt: skip

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = FileCheck.objects.visible_to(request.user)  # type: ignore[arg-type]
        return rows.select_related("account", "by")


class HeardFilter(FilterSet):
    """What was heard can be narrowed by words, kind and who said it."""

    q = Contains("text", "topic", "account__name", label=_("Find"))
    kind = OneOf(label=_("Kind"), choices=RemarkKind.choices)
    by = FewChoices(label=_("Heard by"), queryset=people, to_field_name="username")
    from_day = FromDay(label=_("Heard on"), field_name="heard_on")
    until_day = UntilDay(label=_("Heard on"), field_name="heard_on")

    class Meta:
        model = Remark
        fields: list[str] = []


class HeardList(List):
    """Needs, likings, market news and opinions, over all customers and dealers (S3.05)."""

    name, title = "heard", _("Needs, likings, opinions")
    row_address = "/accounts/{account__number}/"
    right = "parties.see"
    filter = HeardFilter
    order = {"newest": Order("-heard_on", "-pk")}
    columns = [
        Column("account", _("Customer"), value="account.name", link=True),
        Column("kind", _("Kind")),
        Column("topic", _("Topic"), phone="hide"),
        Column("text", _("What was said"), width="clip", phone="full"),
        Column("rating", _("Rating, 1 to 5"), align="end", phone="hide"),
        Column("source", _("Heard in"), value="source.number", cell="code", phone="hide"),
        Column("by", _("Heard by"), value="by.name"),
        Column("on", _("Heard on"), value="heard_on", order="newest"),
    ]
    empty = Empty(_("Nothing was heard yet"), icon="message-square-quote")

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Remark.objects.visible_to(reader_of(request))
        return rows.select_related("account", "by", "source")


class NoticeFilter(FilterSet):
    """What change notices can be narrowed by."""

    q = Contains("number", "account__name", "account__code", "person__name", label=_("Find"))
    status = OneOf(label=_("Status"), choices=NoticeState.choices)
    by = FewChoices(
        label=_("Reported by"), field_name="notified_by", queryset=people, to_field_name="username"
    )
    from_day = FromDay(label=_("Reported"), field_name="notified_at")
    until_day = UntilDay(label=_("Reported"), field_name="notified_at")

    class Meta:
        model = ChangeNotice
        fields: list[str] = []


def _difference(notice: ChangeNotice) -> str:
    return _in_one_line(notice.lines)


def _difference_masked(notice: ChangeNotice) -> str:
    return _in_one_line([without_personal(one) for one in notice.lines])


def _in_one_line(lines: Iterable[Any]) -> str:
    rows = [one for one in shown_lines(lines) if one["old"] != one["new"]]
    return "; ".join(f"{one['label']}: {one['old'] or '–'} → {one['new'] or '–'}" for one in rows)


def _late(notice: ChangeNotice) -> str:
    return str(_("{n} days late").format(n=notice.days_late)) if notice.days_late else ""


class NoticeDesk(List):
    """Changes of stations and field staff, those that wait first (S0.42, S0.43)."""

    name, title = "change_notices", _("Change notices")
    right = "parties.see"
    filter = NoticeFilter
    defaults = {"status": [NoticeState.PENDING, NoticeState.ACKNOWLEDGED]}
    order = {"due": Order("thread__next_due_at", "pk"), "newest": Order("-notified_at", "-pk")}
    default_order = "due"
    columns = [
        Column("number", _("Number"), link=True, width="fit"),
        Column("about", _("Whose data"), value="about"),
        Column(
            "lines",
            _("What changes"),
            value=_difference,
            width="clip",
            phone="full",
            needs=SEE_PERSONAL,
            otherwise=_difference_masked,
        ),
        Column("effective", _("In effect from"), value="effective_on"),
        Column("by", _("Reported by"), value="notified_by.name", phone="hide"),
        Column("at", _("Reported"), value="notified_at", order="newest"),
        Column("late", _("Reported late"), value=_late, raw="days_late"),
        Column("due", _("To acknowledge by"), value="thread.next_due_at", order="due"),
        Column("status", _("Status"), phone="state"),
        Column("answered_by", _("Answered by"), value="answered_by.name", places=("file", "print")),
        Column("answered_at", _("Answered"), value="answered_at", places=("file", "print")),
    ]
    empty = Empty(
        _("Nothing waits to be acknowledged"),
        _("Changes of stations and field staff appear here before they take effect."),
        icon="check-check",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = ChangeNotice.objects.visible_to(request.user)  # type: ignore[arg-type]
        return rows.select_related(
            "thread", "account", "person", "company", "notified_by", "answered_by"
        )

    def row_state(self, row: ChangeNotice) -> str:
        done = row.status in (NoticeState.EFFECTIVE, NoticeState.DECLINED)
        return "done" if done else "late" if row.days_late else ""
