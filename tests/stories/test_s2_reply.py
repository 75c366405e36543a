"""Story S2, steps 1 to 3: every service message is answered within 24 hours, day and night."""

from datetime import timedelta

import pytest

from kept.cases.actions import acknowledge_receipt, open_case, reply
from kept.cases.models import Route
from kept.kit.testing.refusing import refused
from kept.people.models import User
from kept.promises.models import Promise, PromiseKind, PromiseState
from tests.stories.cast import at, equipment_maker, moment, promise_of, the_clock_strikes

pytestmark = pytest.mark.django_db


@pytest.mark.req("S2.14")
def test_story_s2_steps_1_to_3(client):
    house = equipment_maker()
    clerk, service = house["clerk"], house["service"]
    # 1. Registered as number 1, reply due a day later; an acknowledgement is no reply.
    with at("2026-03-03 10:00"):
        call = open_case(by=clerk, unit=service, route=Route.PHONE, summary="液压泵异响")
    line = call.interactions.get()
    assert line.number == "HJ-R26-000001"
    due = promise_of(call, PromiseKind.REPLY)
    assert due.due_at == moment("2026-03-04 10:00")
    with at("2026-03-03 10:01"):
        system = User.objects.system()
        acknowledge_receipt(call, by=system, words="We received your message.")
        with refused("S2.14"):
            reply(call, by=system, route=Route.MAIL, answer="We received your message.")
        still = promise_of(call, PromiseKind.REPLY)
        assert (still.state, still.due_at) == (PromiseState.RUNNING, moment("2026-03-04 10:00"))
        client.force_login(clerk)
        page = client.get(call.get_absolute_url()).content.decode()
        assert "a reply is still owed" in page and "We received your message." in page
    # 2. Answered after 23 h 30 min.
    with at("2026-03-04 09:30"):
        reply(call, by=clerk, route=Route.PHONE, answer="请检查吸油滤芯")
    kept = promise_of(call, PromiseKind.REPLY)
    assert kept.state == PromiseState.KEPT
    assert kept.done_at - kept.started_at == timedelta(hours=23, minutes=30)
    # 3. A letter answered one minute late is on the late list.
    with at("2026-03-05 08:00"):
        letter = open_case(by=clerk, unit=service, route=Route.LETTER, summary="来函：漏油")
    the_clock_strikes("2026-03-06 08:00:30")
    assert list(Promise.objects.late(moment("2026-03-06 08:00:30"))) == [
        promise_of(letter, PromiseKind.REPLY)
    ]
    with at("2026-03-06 08:01"):
        reply(letter, by=clerk, route=Route.LETTER, answer="更换油封即可")
    late = promise_of(letter, PromiseKind.REPLY)
    assert late.state == PromiseState.BROKEN and late.late_by == timedelta(minutes=1)
    # Nobody dates a message back beyond what the company allows, or ahead.
    with at("2026-03-06 09:00"):
        with refused("S2.14", field="received_at"):
            open_case(
                by=clerk, unit=service, route=Route.FAX, summary="x",
                received_at=moment("2026-03-01 09:00"),
            )  # fmt: skip
        with refused("S2.14", field="received_at"):
            open_case(
                by=clerk, unit=service, route=Route.FAX, summary="x",
                received_at=moment("2026-03-06 10:00"),
            )  # fmt: skip
