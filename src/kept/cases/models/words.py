"""The words cases are sorted by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Route(models.TextChoices):
    """How a contact reached the company; every case has one (S1.47)."""

    PHONE = "phone", _("phone")
    FAX = "fax", _("fax")
    MAIL = "mail", _("support mail")
    FORUM = "forum", _("forum post")
    ON_SITE = "on_site", _("on site")
    WALK_IN = "walk_in", _("walk-in")
    LETTER = "letter", _("letter")
    RETURN_VISIT = "return_visit", _("return visit")
    SURVEY = "survey", _("satisfaction survey")
    PORTAL = "portal", _("portal")


class CaseKind(models.TextChoices):
    """What sort of matter it is."""

    SERVICE = "service", _("service request")
    QUESTION = "question", _("question")
    COMPLAINT = "complaint", _("complaint")
    CRITICISM = "criticism", _("criticism")
    SUGGESTION = "suggestion", _("suggestion")
    OTHER = "other", _("other")


class Priority(models.TextChoices):
    """How soon it matters."""

    URGENT = "urgent", _("urgent")
    HIGH = "high", _("high")
    NORMAL = "normal", _("normal")
    LOW = "low", _("low")


class CaseClass(models.TextChoices):
    """What the matter turned out to be; no case closes without (S1.46)."""

    OPERATION = "operation", _("operating error")
    DEFECT = "defect", _("product defect")
    REQUIREMENT = "requirement", _("new requirement")
    INFORMATION = "information", _("information given")
    WEAR = "wear", _("wear or damage")
    OTHER = "other", _("other")


class Evidence(models.TextChoices):
    """Where the customer's word is on record; which of these count is policy (C14)."""

    THIS_CALL = "this_call", _("said in this call")
    CALL_BACK = "call_back", _("said in a call-back")
    SIGNED_FORM = "signed_form", _("signed form")
    SURVEY = "survey", _("survey answer")
    LETTER = "letter", _("letter or mail")
