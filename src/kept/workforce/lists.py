"""The register of consultants, the trainings, who was there, and what is overdue."""

from types import SimpleNamespace
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
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
from kept.parties.lists import UnitAndBelow
from kept.people.models import Unit, User
from kept.people.reader import reader_of
from kept.people.views.frame import creating_verbs
from kept.promises.models import Promise, PromiseKind, PromiseState
from kept.promises.shown import due_text
from kept.workforce.actions import train_people
from kept.workforce.models import Attendee, Consultant, Topic, Training, TrainingState
from kept.workforce.owed import DUTIES


def _units(request: HttpRequest) -> QuerySet:
    return Unit.objects.visible_to(request.user).active()


class ConsultantFilter(FilterSet):
    """What the register of consultants can be narrowed by."""

    q = Contains("person__name", "solutions", label=_("Find"))
    unit = FewChoices(
        label=_("Unit and below"), queryset=_units, to_field_name="code", method="in_unit"
    )
    now = YesNo(label=_("Advises now"), field_name="until_on", method="advises_now")

    class Meta:
        model = Consultant
        fields: list[str] = []

    def in_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(unit__path__startswith=unit.path) if unit else rows

    def advises_now(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(until_on__isnull=value == "yes")


class ConsultantList(List):
    """Who may advise on which solutions, where, and since when (S1.02)."""

    name, title = "consultants", _("Consulting technicians")
    row_address = "/users/{person__username}/"
    right = "people.see"
    filter = ConsultantFilter
    defaults = {"now": "yes"}
    order = {
        "unit": Order("unit__path", "person__sort_key", "pk", label=_("By unit")),
        "name": Order("person__sort_key", "pk", label=_("By name")),
    }
    default_order = "unit"
    columns = [
        Column("person", _("Name"), value="person.name", link=True, order="name"),
        Column("unit", _("Unit"), order="unit"),
        Column("solutions", _("Solutions known"), value="solutions_in_words", raw="solutions",
               width="wide", phone="full"),
        Column("phone", _("Phone"), value="person.phone", cell="code", phone="label"),
        Column("from", _("From"), value="from_on"),
        Column("until", _("Until"), value="until_on", phone="hide"),
    ]  # fmt: skip
    empty = Empty(
        _("Nobody may advise on solutions yet"),
        _("Name somebody on their own page."),
        "/users/",
        _("People"),
        icon="lightbulb",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        reader: Any = request.user
        return Consultant.objects.visible_to(reader).select_related("person", "unit")


def _people(request: HttpRequest) -> QuerySet:
    return User.objects.visible_to(reader_of(request))


def around(request: HttpRequest) -> dict[str, Any]:
    """The tabs over every list of trainings, as far as the reader may open them, and the button."""
    reader = reader_of(request)
    links = [
        ("workforce.see_training", _("Trainings"), "/trainings/", "book-open"),
        ("workforce.see_training", _("Training file"), "/attendees/", "users"),
        ("workforce.train", _("Trainings owed"), "/trainings_owed/", "clock-alert"),
    ]  # fmt: skip
    tabs = [
        SimpleNamespace(label=label, url=url, icon=icon, is_active=url == request.path, count=None)
        for right, label, url, icon in links
        if reader.holds(right)
    ]
    verbs = creating_verbs(reader, train_people)
    return {"above": "workforce/trainings_above.html", "tabs": tabs, "verbs": verbs}


class TrainingFilter(FilterSet):
    """What trainings can be narrowed by."""

    q = Contains("number", "course", "trainer", "account__name", "account__code", label=_("Find"))
    topic = OneOf(label=_("Topic"), choices=Topic.choices)
    status = OneOf(label=_("Status"), choices=TrainingState.choices)
    station = YesNo(label=_("For a station"), method="for_station")
    unit = UnitAndBelow(label=_("Unit and below"), queryset=_units, to_field_name="code")
    from_day = FromDay(label=_("Held on"), field_name="held_on")
    until_day = UntilDay(label=_("Held on"), field_name="held_on")

    class Meta:
        model = Training
        fields: list[str] = []

    def for_station(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(account__isnull=value == "no")


class TrainingList(List):
    """Every training the reader may see: topic, day, for whom, how many were there (S0.07)."""

    name, title = "trainings", _("Trainings")
    row_address = "/trainings/{number}/"
    right = "workforce.see_training"
    filter = TrainingFilter
    order = {"newest": Order("-held_on", "-pk"), "topic": Order("topic", "-held_on", "-pk")}
    default_order = "newest"
    columns = [
        Column("number", _("Number"), link=True, cell="code", width="fit"),
        Column("topic", _("Topic"), order="topic"),
        Column("course", _("Course"), phone="full"),
        Column("whom", _("For whom"), value="for_whom"),
        Column("held", _("Held on"), value="held_on", order="newest", width="fit"),
        Column("trainer", _("Trainer"), phone="hide"),
        Column("count", _("Attendees"), value="attendees_count", align="end", phone="label"),
        Column("place", _("Place"), places=("file", "print")),
        Column("result", _("Result"), width="clip", phone="hide"),
        Column("acknowledged", _("Acknowledged by"), value="acknowledged_name", places=("file",)),
        Column("status", _("Status"), phone="state"),
    ]
    empty = Empty(
        _("No training was recorded yet"),
        _("Record one on the page of a station, or one of own people here."),
        icon="graduation-cap",
    )

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Training.objects.visible_to(reader_of(request))
        rows = rows.annotate(attendees_count=Count("attendees"))
        return rows.select_related("account", "unit", "acknowledged_contact", "acknowledged_by")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: Training) -> str:
        return "warned" if row.status == TrainingState.HELD else ""


class AttendeeFilter(FilterSet):
    """What the training file can be narrowed by: person, topic, day, exam."""

    q = Contains(
        "contact__name", "person__name", "training__course", "training__account__name",
        "training__account__code", label=_("Find"),
    )  # fmt: skip
    person = FewChoices(label=_("Person"), queryset=_people, to_field_name="username")
    topic = OneOf(label=_("Topic"), field_name="training__topic", choices=Topic.choices)
    passed = YesNo(label=_("Exam passed"), method="filter_passed")
    from_day = FromDay(label=_("Held on"), field_name="training__held_on")
    until_day = UntilDay(label=_("Held on"), field_name="training__held_on")

    class Meta:
        model = Attendee
        fields: list[str] = []

    def filter_passed(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        sat = rows.filter(pass_mark__isnull=False, score__isnull=False)
        if value == "yes":
            return sat.filter(score__gte=F("pass_mark"))
        return sat.filter(score__lt=F("pass_mark"))


def passed_words(row: Attendee) -> str:
    """How the exam went, in a word."""
    if row.waits_for_exam:
        return str(_("exam missing"))
    if row.passed is None:
        return ""
    return str(_("passed") if row.passed else _("failed"))


class TrainingFileList(List):
    """The training file: who was trained in what, when, and how the exam went (S0.07, S1.16)."""

    name, title = "attendees", _("Training file")
    row_address = "/trainings/{training__number}/"
    right = "workforce.see_training"
    filter = AttendeeFilter
    order = {
        "newest": Order("-training__held_on", "-pk"),
        "topic": Order("training__topic", "-training__held_on", "-pk"),
    }
    default_order = "newest"
    columns = [
        Column("who", _("Name"), link=True),
        Column("station", _("Station"), value="training.account.name", phone="label"),
        Column("topic", _("Topic"), value="training.get_topic_display", raw="training.topic",
               order="topic"),
        Column("course", _("Course"), value="training.course", phone="hide"),
        Column("held", _("Held on"), value="training.held_on", order="newest", width="fit"),
        Column("score", _("Score"), align="end", phone="label"),
        Column("passed", _("Exam"), value=passed_words, raw="passed", phone="state"),
        Column("result", _("Result"), phone="hide"),
        Column("number", _("Training"), value="training.number", cell="code", phone="hide"),
    ]  # fmt: skip
    empty = Empty(_("Nobody was trained yet"), icon="graduation-cap")

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Attendee.objects.visible_to(reader_of(request))
        return rows.select_related("training__account", "contact", "person")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: Attendee) -> str:
        return "warned" if row.waits_for_exam or row.passed is False else ""


class OwedFilter(FilterSet):
    """Trainings owed can be narrowed by who owes them, where, and whether they are late."""

    q = Contains("about__title", "about__number", label=_("Find"))
    person = FewChoices(label=_("Person"), queryset=_people, to_field_name="username")
    unit = UnitAndBelow(label=_("Unit and below"), queryset=_units, to_field_name="code")
    late = YesNo(label=_("Overdue"), method="filter_late")

    class Meta:
        model = Promise
        fields: list[str] = []

    def filter_late(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = Q(due_at__lt=clock.now())
        return rows.filter(late) if value == "yes" else rows.exclude(late)


def _what(row: Promise) -> str:
    """The duty, or the rule that asked for the training."""
    rule = row.duty.rule if row.kind == PromiseKind.DUTY else row.rule
    return str(rule or row.get_kind_display())


class TrainingsOwedList(List):
    """Which station or engineer lacks a training that a rule asks for, and since when (S0.07,
    S0.16, S0.27, S1.16, S3.07).
    """

    name, title = "trainings_owed", _("Trainings owed")
    row_address = "/promises/{id}/"
    right = "workforce.train"
    filter = OwedFilter
    defaults = {"late": "yes"}
    order = {"due": Order("due_at", "pk"), "whom": Order("about__title", "due_at", "pk")}
    default_order = "due"
    columns = [
        Column("what", _("Training"), value=_what, link=True),
        Column("whom", _("Who lacks it"), value="about.name", order="whom"),
        Column("person", _("To be held by"), value="person.name", phone="label"),
        Column("unit", _("Unit"), value="unit.name", phone="hide"),
        Column("due", _("Due"), value="due_at", order="due", phone="label"),
        Column("how", _("How it stands"), value=due_text, raw="lateness", phone="state"),
    ]
    empty = Empty(_("No training is overdue"), _("Trainings appear here when they are late."),
                  icon="check-check")  # fmt: skip

    def queryset(self, request: HttpRequest) -> QuerySet:
        rows = Promise.objects.visible_to(reader_of(request)).filter(state=PromiseState.RUNNING)
        asked = Q(duty__code__in=DUTIES, duty__withdrawn_at__isnull=True)
        rows = rows.filter(asked | Q(kind=PromiseKind.TRAIN))
        return rows.select_related("about__of_unit", "person", "unit", "rule", "duty__rule")

    def context(self) -> dict[str, Any]:
        return around(self.request)

    def row_state(self, row: Promise) -> str:
        return "late" if row.is_late else ""
