"""Kinds of report as policy rows, and the reports themselves."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kept.kit.states import HasStates
from kept.kit.words import WordsField
from kept.parties.models import Account
from kept.people.models import Policy, Unit, User
from kept.reports.periods import Every, Period
from kept.timeline.models import Threaded


class About(models.TextChoices):
    """What a report is about."""

    UNIT = "unit", _("a unit")
    ACCOUNT = "account", _("a customer")


class Answer(models.TextChoices):
    """What a report may ask besides its figures; the names of fields of `Report`."""

    SUMMARY = "summary", _("Summary")
    PROBLEMS = "problems", _("Problems")
    ADVICE = "advice", _("Advice")
    SUPPORT = "support", _("Support from headquarters")


class Support(models.TextChoices):
    """Whether the branch needs help from headquarters (S1.29)."""

    NEEDED = "needed", _("needed")
    NOT_NEEDED = "not_needed", _("not needed")


class ReportKind(Policy):
    """A report a company asks for: how often, about what, with which figures and answers.

    ``figures`` name what is counted (see `kept.reports.figures`); ``requires`` are the answers it
    is not sent without; ``duty`` is the recurring promise that sending it keeps.
    """

    code = models.SlugField(max_length=40)
    name = WordsField()
    every = models.CharField(max_length=10, choices=Every.choices, default=Every.MONTH)
    about = models.CharField(max_length=10, choices=About.choices, default=About.UNIT)
    figures = models.JSONField(default=list)
    requires = models.JSONField(default=list, blank=True)
    duty = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return str(self.name)

    def period_of(self, day: date) -> Period:
        """The month or quarter a day lies in."""
        return Period.holding(day, Every(self.every))


class ReportStatus(models.TextChoices):
    """Where a report stands. What was sent is corrected by another version, never changed."""

    DRAFT = "draft", _("being prepared")
    SUBMITTED = "submitted", _("sent")
    CORRECTED = "corrected", _("replaced by a correction")


class Report(HasStates, Threaded):
    """One report for one period. While it is prepared its figures are counted when it is looked at;
    sending freezes them in ``figures``: name → number, or none where nothing can be said.
    """

    see_right = "reports.see"
    kind = "report"
    register = "B"
    plural = "reports"
    ref_related = ("unit", "row", "account")
    public_fields = (
        "number",
        "row",
        "unit",
        "account",
        "from_on",
        "until_on",
        "version",
        "corrects",
        "status",
        "figures",
        "summary",
        "problems",
        "advice",
        "support",
        "prepared_by",
        "submitted_by",
        "submitted_at",
        "due_at",
    )

    Status = ReportStatus
    TRANSITIONS = {
        ReportStatus.DRAFT: {ReportStatus.SUBMITTED},
        ReportStatus.SUBMITTED: {ReportStatus.CORRECTED},
    }

    number = models.CharField(max_length=30, unique=True, null=True)  # type: ignore[assignment]
    row = models.ForeignKey(ReportKind, models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="reports")
    from_on = models.DateField()
    until_on = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="correction")
    status = models.CharField(
        _("status"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT
    )
    figures = models.JSONField(default=dict)
    summary = models.TextField(_("summary"), blank=True, default="")
    problems = models.TextField(_("problems"), blank=True, default="")
    advice = models.TextField(_("advice"), blank=True, default="")
    support = models.CharField(
        _("support from headquarters"),
        max_length=12,
        choices=Support.choices,
        blank=True,
        default="",
    )
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "from_on", "row", "version"],
                condition=Q(account__isnull=True),
                name="one_report_of_unit",
            ),
            models.UniqueConstraint(
                fields=["account", "from_on", "row", "version"],
                condition=Q(account__isnull=False),
                name="one_report_of_account",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-from_on"])]

    def __str__(self) -> str:
        return f"{self.row.name} {self.period}"

    @property
    def period(self) -> Period:
        return Period(self.from_on, self.until_on)

    @property
    def is_draft(self) -> bool:
        return self.status == ReportStatus.DRAFT

    @property
    def late_since(self) -> datetime | None:
        """When it should have been sent, where it was sent later (S4.13)."""
        if self.due_at is None or self.submitted_at is None or self.submitted_at <= self.due_at:
            return None
        return self.due_at

    @property
    def missing(self) -> list[str]:
        """Answers that are asked for and not given."""
        return [name for name in self.row.requires if not getattr(self, name)]
