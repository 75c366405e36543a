"""Every storyline of every company can be told to its end through the real actions."""

import random
from datetime import timedelta

import pytest

from kept.cases.models import Case, CaseStatus
from kept.demo import script
from kept.demo.founding import absences_of, found
from kept.demo.loading import telling_of
from kept.demo.memory import one_long_telling
from kept.demo.telling import tell_all
from kept.kit import clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pack", script.COMPANIES)
def test_every_storyline_can_be_told_to_its_end(pack):
    now, chance = clock.now(), random.Random(7)
    company = found(pack, now, chance, scale=0.1)
    lines = script.storylines(pack)
    start = now - timedelta(days=60)
    tellings = [telling_of(company, line, chance, now, begins=start) for line in lines]
    # Each begins later than the one before, so that every case has an earlier one to refer to.
    for place, told in enumerate(tellings):
        told.begins = start + timedelta(minutes=place)
    with one_long_telling():
        tell_all(tellings, now, heard=lambda moment: None, also=absences_of(company))
    assert not [told.line.code for told in tellings if told.done < len(told.line.steps)]
    # What arose by itself, such as a new agent's kit, is no storyline's.
    left = Case.objects.filter(request=None).exclude(status=CaseStatus.CLOSED)
    assert [case.summary for case in left] == []


@pytest.mark.parametrize("pack", script.COMPANIES)
def test_a_company_has_25_storylines_and_scenes_of_known_ones(pack):
    codes = [line.code for line in script.storylines(pack)]
    assert len(set(codes)) == len(codes) >= 25
    assert {scene.story for scene in script.scenes(pack)} <= set(codes)


def test_a_step_that_cannot_be_read_says_so():
    with pytest.raises(ValueError, match="soon reply"):
        script.step_of("soon reply: yes")
