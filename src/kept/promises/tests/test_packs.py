"""What the shipped packs promise: every clock the code starts has a rule somewhere."""

from kept.kit import packs
from kept.promises.clockwork import Duration
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


def test_every_kind_that_comes_from_a_rule_has_one_in_some_pack():
    ruled = {row["kind"] for row in shipped()}
    assert set(PromiseKind) - BY_MOMENT <= ruled


def test_every_shipped_rule_names_a_kind_and_a_duration_that_can_be_read():
    for row in shipped():
        assert row["kind"] in PromiseKind.values and Duration.of(row["duration"]), row
