"""Bad day: a process is killed between any two writes of an action. Everything or nothing."""

import pytest

CHANGED = {
    "open_one": {"cases.Case", "cases.Interaction", "promises.Promise", "timeline.Receipt"},
    "take_one": {"cases.Case", "timeline.Entry", "timeline.Thread", "timeline.Receipt"},
    "hand_one": {"cases.HandOver", "promises.Promise", "timeline.Notice"},
    "close_one": {"cases.Case", "timeline.Entry", "timeline.Thread"},
}
FEWEST_WRITES = 4


@pytest.mark.req("SX.06", part="nothing changes half")
def test_a_verb_killed_after_any_write_has_done_nothing(elsewhere):
    there = elsewhere()
    done = there.run("killed")
    assert done.keys() == CHANGED.keys()
    for verb, found in done.items():
        assert found["killed"] >= FEWEST_WRITES, f"{verb} was killed after each of its writes"
        assert CHANGED[verb] <= set(found["changed"]), f"{verb}, let alone, did all of it"
    proved = there.kept("verify", "--quiet")
    assert proved.returncode == 0, proved.stdout
