"""What the shipped packs promise: every clock the code starts has a rule somewhere."""

from datetime import date

import pytest

from kept.kit import clock, packs
from kept.kit.refusal import InvalidInput
from kept.people.factories import make_company
from kept.people.models import User
from kept.promises.clockwork import Duration
from kept.promises.duties.recurring import check_recurrence
from kept.promises.duties.sets import check_subjects, label_of_set
from kept.promises.models import PromiseKind

#: Started by a moment somebody names, never by a rule.
BY_MOMENT = {
    PromiseKind.CALL_BACK,
    PromiseKind.OTHER,
    PromiseKind.VISIT,
    PromiseKind.ACKNOWLEDGE,
    PromiseKind.DUTY,
}


def shipped() -> list[dict]:
    return [row for pack in packs.PACKS for row in packs.read_pack(pack)["promises"]]


def shipped_duties() -> list[dict]:
    return [row for pack in packs.PACKS for row in packs.read_pack(pack).get("duties", ())]


def test_every_kind_that_comes_from_a_rule_has_one_in_some_pack():
    ruled = {row["kind"] for row in shipped()}
    ruled |= {PromiseKind.NAME_TIME for row in shipped() if row.get("time", "fixed") != "fixed"}
    assert set(PromiseKind) - BY_MOMENT <= ruled


def test_every_shipped_rule_names_a_kind_and_a_duration_that_can_be_read():
    for row in shipped():
        assert row["kind"] in PromiseKind.values and Duration.of(row["duration"]), row


def test_every_pack_says_what_is_owed_again_and_again():
    for pack in packs.PACKS:
        assert packs.read_pack(pack)["duties"], pack
    for row in shipped_duties():
        assert check_recurrence(row["recurrence"], row["anchor"]) and Duration.of(row["due"]), row
        assert label_of_set(check_subjects(row["subjects"])), row


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"recurrence": "FREQ=HOURLY"}, "not a recurrence of days"),
        ({"recurrence": "FREQ=WEEKLY;COUNT=3"}, "no end"),
        ({"recurrence": "FREQ=MONTHLY;BYMONTHDAY=40"}, "names no day"),
        ({"subjects": "people.who_knows"}, "Nobody knows the set"),
        ({"subjects": "people.with_role:"}, "Nobody knows the set"),
        ({"due": "soon"}, "not a unit of time"),
        ({"times": 0}, "Between 1 and 60"),
        ({"calendar": "moon"}, "no such"),
        ({"anchor": "yesterday"}, "isoformat"),
        ({"joins": "never"}, "never"),
        ({"warn_percent": 140}, "percent"),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused_in_a_sentence(change, words):
    row = {
        "code": "weekly", "name": {"en": "Weekly figures"}, "subjects": "people.company",
        "recurrence": "FREQ=WEEKLY", "anchor": date(2020, 1, 6), "due": "1 calendar_days",
    }  # fmt: skip
    company, system = make_company("PK"), User.objects.system()
    with pytest.raises(InvalidInput, match=words):
        packs.load({"duties": [row | change]}, company=company, valid_from=clock.now(), by=system)
