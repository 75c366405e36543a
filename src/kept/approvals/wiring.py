"""What approvals offers to people: requests that wait for somebody who leaves."""

from django.utils.translation import ngettext, pgettext_lazy

from kept.approvals.models import ApprovalRequest, RequestState
from kept.kit.wiring import reaction
from kept.people.leaving import colleague_of
from kept.people.models import Unit, User
from kept.people.wiring import OpenWork, open_work
from kept.promises.models import PromiseKind
from kept.promises.rules.facts import Fact, rule_facts
from kept.timeline.models import Entry


@open_work.fill(order=25)
def decisions_of_leaver(user: User) -> OpenWork | None:
    """Requests that wait for the person's decision."""
    count = ApprovalRequest.objects.filter(to=user, status=RequestState.WAITING).count()
    if not count:
        return None
    words = ngettext("{n} decision to make", "{n} decisions to make", count)
    return OpenWork(words.format(n=count), count)


@reaction("person.work_handed_over")
def hand_over_decisions(user: User, *, by: User, entry: Entry) -> None:
    """A colleague decides what a leaver was asked to; what is decided stays as it was (SX.17).

    What the colleague prepared stays theirs to wait for: nobody decides their own, so such a
    request is open to whoever holds the right over the matter.
    """
    to = colleague_of(entry)
    waiting = ApprovalRequest.objects.filter(to=user, status=RequestState.WAITING)
    waiting.filter(asked_by=to).update(to=None)
    waiting.update(to=to)


@rule_facts.fill(order=15)
def what_rules_ask_of_requests(company: Unit | None) -> list[Fact]:
    """What promise rules may ask of a request for agreement: its kind, which modules name."""
    return [
        Fact(
            "kind",
            pgettext_lazy("of a request for agreement", "Kind"),
            frozenset({PromiseKind.APPROVE}),
        )
    ]
