"""Bad day: a worker is killed while sending. Sent at least once, never lost."""

from collections import Counter

import pytest

from kept.cases.actions import hand_over
from kept.cases.factories import make_case
from kept.timeline.tests.mailbox import running_mailbox


@pytest.mark.req("SX.11", part="sent at least once, never lost")
def test_a_notice_outlives_its_worker(office, elsewhere):
    """Killed between claim and mark: the claim runs out and the next worker sends it."""
    for _notice in range(2):
        case = make_case(office.lin)
        hand_over(case, by=office.lin, to_person=office.mei, summary="Facts so far")
    there = elsewhere()
    with running_mailbox() as mailbox:
        for found in there.run("sending", mailbox.port):
            assert found["killed"] and found["claimed"] == 1 and found["sent after"] == 1
    states = "SELECT state, COUNT(*) FROM timeline_notice WHERE channel = 'mail' GROUP BY state"
    assert there.rows(states) == [("sent", 2)]
    arrived = Counter(mail["Message-ID"] for mail in mailbox.mails)
    assert sorted(arrived.values()) == [1, 2], "the one killed after sending came twice"
