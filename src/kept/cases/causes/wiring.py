"""What is offered about who caused complaints: beside the case, and to appraisals below."""

from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kept.cases.actions.causes import RIGHT
from kept.cases.models import Case, CaseKind, ComplaintCause
from kept.cases.wiring import case_panels
from kept.people.models import User
from kept.promises.slots import complaints_caused, more_duty_tabs


@complaints_caused.fill(order=10)
def complaints_people_caused(reader: User) -> QuerySet:
    """What an appraisal counts: everything that stands, in the month the complaint came in."""
    return ComplaintCause.objects.standing().with_month()


@more_duty_tabs.fill(order=10)
def tab_of_causes(_nobody: None) -> tuple[str, Any, str]:
    return "/causes/", _("Complaints caused"), "user-x"


@case_panels.fill(order=6)
def who_caused_it(case: Case, reader: User) -> Any:
    """Beside a complaint: who of our people caused it, and where that is put right."""
    if case.case_kind != CaseKind.COMPLAINT or not reader.is_own_staff:
        return None
    causes = list(case.causes.standing().select_related("person").order_by("pk"))
    if not causes:
        return None
    decides = reader.holds(RIGHT)
    return SimpleNamespace(
        title=_("Caused by"),
        icon="user-x",
        template="cases/causes_panel.html",
        causes=[
            SimpleNamespace(
                person=one.person.name,
                why=one.why,
                url=f"/causes/{one.pk}/" if decides and one.person_id != reader.pk else "",
            )
            for one in causes
        ],
    )
