"""What dispatches hear from cases and people, and where they are shown."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kept.cases.models import Case
from kept.cases.wiring import case_panels
from kept.field.actions.going import be_there, end
from kept.field.actions.planning import call_off, change_engineer, let_go
from kept.field.models import AHEAD, Dispatch, DispatchPolicy, DispatchState, sends_people
from kept.field.shown import of_case, today_of
from kept.kit.pages import MenuItem, menu
from kept.kit.wiring import reaction
from kept.people.leaving import colleague_of
from kept.people.models import Absence, Unit, User
from kept.people.wiring import (
    OpenWork,
    Panel,
    PolicySection,
    PolicySentence,
    desk_panels,
    open_work,
    policy_sentences,
)
from kept.timeline.models import Entry
from kept.timeline.notices import tell
from kept.timeline.registers import Register, registers

SEE = "field.see"


@menu.fill(order=25)
def dispatches_item(user: User) -> MenuItem | None:
    """Where the company sends people, for who sees them."""
    if not user.holds(SEE) or not sends_people(user.unit):
        return None
    return MenuItem(_("Dispatches"), "/dispatches/", "truck")


@registers.fill(order=12)
def register_of_dispatches(company: Unit) -> Register:
    """Dispatches, numbered without holes (S1.30)."""
    lines = Dispatch.objects.filter(case__company=company)
    return Register(_("Dispatches"), lines, (Dispatch.register,), "/dispatches/?all=1")


@policy_sentences.fill(order=22)
def how_people_are_sent(unit: Unit, moment: datetime) -> PolicySection | None:
    """What the company counts with when it sends people to customers, in sentences (S2.15)."""
    row = DispatchPolicy.objects.in_force(unit, moment).select_related("unit").first()
    if row is None:
        return None
    sentences = (
        _("Nobody is sent to a customer before the customer's time is known, and nobody later than"
          " that unless the customer agreed"),
        _("Whoever is sent counts as taken from {travel} minutes before the arrival until {usual}"
          " minutes after it, unless the dispatch says otherwise").format(
              travel=row.travel_minutes, usual=row.usual_minutes),
    )  # fmt: skip
    lines = [PolicySentence(text, row.unit, row.valid_from, "S2.15") for text in sentences]
    return PolicySection(_("Dispatches"), lines, icon="truck")


@case_panels.fill(order=6)
def dispatches_of_case(case: Case, reader: User) -> Any:
    """Who was sent for a case; where nobody was, by when the customer wants somebody (S2.15)."""
    if not reader.holds(SEE) or not sends_people(case.unit):
        return None
    lines = of_case(case, reader)
    if not lines:
        return None
    return SimpleNamespace(
        title=_("Dispatches"), icon="truck", template="field/case_panel.html", lines=lines
    )


@desk_panels.fill(order=5)
def where_i_go_today(reader: User) -> Panel | None:
    """On an engineer's desk: where they must be today, with one tap for the arrival (S2.15)."""
    if not reader.holds("field.go_out"):
        return None
    lines = today_of(reader)
    return (
        Panel(_("My dispatches today"), "field/desk_panel.html", lines, "truck") if lines else None
    )


# What happens to the case


@reaction("case.taken", "case.accepted", "case.given_back", "case.declined",
          "case.owner_reassigned", "case.request_filled")  # fmt: skip
def whoever_goes_keeps_seeing_it(case: Case, *, by: User, entry: Entry) -> None:
    """Whoever works on a case now, the engineer who was sent sees it and owes the arrival."""
    for dispatch in _open(case):
        if dispatch.status in AHEAD:
            let_go(dispatch, by=by)


@reaction("case.visited")
def visit_was_reported(case: Case, *, by: User, entry: Entry) -> None:
    """A visit reported on the case is the end of its dispatch: of the one who reports it, or of the
    only one there is (S2.15).
    """
    rows = list(_open(case))
    theirs = [one for one in rows if one.engineer_id == by.pk]
    for dispatch in theirs or (rows if len(rows) == 1 else []):
        if dispatch.status in AHEAD:
            be_there(dispatch, max(case.visited_at, dispatch.dispatched_at), by=by)
        end(dispatch, by=by)


@reaction("case.request_withdrawn", "case.closed")
def nobody_goes_any_more(case: Case, *, by: User, entry: Entry) -> None:
    """What is closed or no longer wanted needs nobody on the way; who is there is done."""
    for dispatch in _open(case):
        if dispatch.status == DispatchState.ARRIVED:
            end(dispatch, by=by)
        else:
            call_off(dispatch, by=by)


@reaction("case.merged")
def go_for_the_other_case(case: Case, *, by: User, entry: Entry) -> None:
    """Whoever was sent goes for the case this one was merged into."""
    into = Case.objects.select_related("thread").filter(duplicates=case).first()
    for dispatch in _open(case) if into is not None else ():
        dispatch.case = into
        dispatch.save(update_fields=["case"])
        let_go(dispatch, by=by)


def _open(case: Case) -> QuerySet:
    return Dispatch.objects.open().filter(case=case).select_related("case__thread", "engineer")


# What happens to people


@open_work.fill(order=18)
def dispatches_of_leaver(user: User) -> OpenWork | None:
    """Where somebody must still go."""
    count = Dispatch.objects.open().filter(engineer=user).count()
    if not count:
        return None
    words = ngettext("{n} dispatch", "{n} dispatches", count).format(n=count)
    return OpenWork(words, count, f"/dispatches/?{urlencode({'engineer': user.username})}")


@reaction("person.work_handed_over")
def go_instead(user: User, *, by: User, entry: Entry) -> None:
    """A colleague goes where a leaver was to go; refused where the colleague cannot (SX.17)."""
    to = colleague_of(entry)
    rows = Dispatch.objects.open().filter(engineer=user).select_related("case__thread", "engineer")
    for dispatch in rows.order_by("pk"):
        if dispatch.status in AHEAD:
            change_engineer(dispatch, to, by=by, reason="", outside_hours=True)
        else:
            end(dispatch, by=by)


@reaction("person.absence_entered")
def tell_who_sent_them(user: User, *, by: User, entry: Entry) -> None:
    """Somebody will be away when they are to be at a customer's: whoever sent them is told at once,
    and sends another (S2.15).
    """
    absence = Absence.objects.filter(user=user, ended_at__isnull=True).latest("pk")
    meeting = Dispatch.objects.ahead().meeting(absence.start_at, absence.end_at)
    for dispatch in meeting.filter(engineer=user).select_related("case__thread", "dispatched_by"):
        tell(
            [dispatch.dispatched_by],
            "dispatch.engineer_away",
            about=dispatch.case.thread,
            key=f"dispatch.away:{dispatch.pk}:{absence.pk}",
            engineer=user,
            agreed_from=dispatch.agreed_from,
        )
