"""Duty rosters: no hole, nobody twice, swaps, absences, and who is on duty at any moment."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from kept.kit import clock
from kept.kit.refusal import Refused
from kept.kit.testing.refusing import refused
from kept.people.actions import deactivate, hand_over, set_absence
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind, User
from kept.promises.models import Calendar, Roster, RosterShift, RosterState, Weekday
from kept.promises.roster import covered_periods, holes_of, on_duty
from kept.promises.rostering import (
    activate_roster,
    add_shift,
    end_shift,
    make_roster,
    swap_shift,
)
from kept.promises.watching import concerns, uncovered, uncovered_units
from kept.timeline.models import Entry, Notice

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=SHANGHAI)  # a Monday
EVERY_DAY = list(Weekday)


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def on_monday():
    with clock.at(NOW):
        yield


@pytest.fixture
def hotline(db):
    company = make_company("RH", "Ruihai Lubricants", pack="lubricant")
    unit = make_unit(company, "RH-HL", "Hotline", UnitKind.HOTLINE)
    for login in ("an", "bo", "cai", "du"):
        make_user(unit, login, "clerk", name=login.capitalize())
    unit.manager = make_user(unit, "gu", "lead", name="Gu")
    unit.save()
    return unit


def who(login: str) -> User:
    return User.objects.get(username=login)


def new_roster(unit, **values) -> Roster:
    values = {"name": "Hotline", "from_on": date(2026, 6, 1), **values}
    return make_roster(by=unit.manager, unit=unit, **values)


def stand(roster, login: str, start: str, end: str, days=EVERY_DAY) -> None:
    add_shift(roster, by=roster.unit.manager, person=who(login), weekdays=days,
              start=time.fromisoformat(start), end=time.fromisoformat(end))  # fmt: skip


def full(roster) -> Roster:
    for login, start, end in (("an", "06:00", "14:00"), ("bo", "14:00", "22:00"),
                              ("cai", "22:00", "06:00")):  # fmt: skip
        stand(roster, login, start, end)
    return roster


def in_force(unit, **values) -> Roster:
    roster = full(new_roster(unit, **values))
    return activate_roster(roster, by=unit.manager)


def logins(people) -> list[str]:
    return [one.username for one in people]


@pytest.mark.req("S4.15", part="a roster with a hole is refused")
def test_a_roster_with_a_hole_is_refused_and_the_hole_is_named(hotline):
    roster = new_roster(hotline)
    stand(roster, "an", "06:00", "16:00")
    stand(roster, "bo", "16:00", "02:00")
    with refused("S4.15"):
        activate_roster(roster, by=hotline.manager)
    with pytest.raises(Refused) as caught:
        activate_roster(roster, by=hotline.manager)
    with translation.override("en"):
        assert str(caught.value).startswith("Tue 02:00–06:00: nobody is on duty.")
        holes = "Tue 02:00–06:00, Wed 02:00–06:00, Thu 02:00–06:00"
        assert holes in str(caught.value) and "Mon 02:00–06:00" in str(caught.value)
    assert caught.value.mend == f"/rosters/{roster.pk}/add_shift/"
    stand(roster, "cai", "02:00", "06:00")
    activate_roster(roster, by=hotline.manager)
    assert roster.status == RosterState.ACTIVE and holes_of(roster) == []


def test_one_hole_in_one_night_is_found_and_dated(hotline):
    """A last day, and the last night's shift missing: one hole, with its date."""
    roster = new_roster(hotline, until_on=date(2026, 6, 9))
    stand(roster, "an", "06:00", "14:00")
    stand(roster, "bo", "14:00", "22:00")
    stand(roster, "cai", "22:00", "06:00", [one for one in Weekday if one != Weekday.TUE])
    with translation.override("en"):
        assert holes_of(roster).named == [
            "2026-06-02 Tue 22:00 – Wed 06:00",
            "2026-06-09 Tue 22:00–24:00",
        ]


def test_a_roster_for_office_hours_needs_nobody_at_night(hotline):
    hours = Calendar.objects.in_force(hotline).get(code="office")
    roster = new_roster(hotline, hours=hours)
    stand(roster, "an", "08:30", "12:00")
    stand(roster, "bo", "13:30", "17:00")
    with translation.override("en"):
        assert holes_of(roster).named[0] == "Mon 17:00–18:00"
    stand(roster, "bo", "17:00", "18:00")
    activate_roster(roster, by=hotline.manager)
    assert logins(on_duty(hotline, at(1, 9))) == ["an"] and on_duty(hotline, at(1, 20)) == []


@pytest.mark.req("S4.15", part="who is on duty at any moment")
def test_who_is_on_duty_at_any_moment(hotline):
    in_force(hotline)
    table = {(5, 59): "cai", (6, 0): "an", (13, 59): "an", (14, 0): "bo", (21, 59): "bo",
             (22, 0): "cai", (23, 59): "cai"}  # fmt: skip
    for (hour, minute), login in table.items():
        assert logins(on_duty(hotline, at(9, hour, minute))) == [login], (hour, minute)
    assert covered_periods(hotline, at(2, 3), at(9, 4)) == [(at(2, 3), at(9, 4))]


def test_the_night_before_the_first_day_is_its_own(hotline):
    """Nobody was on a roster on Sunday: at 02:00 on Monday the night shift of Sunday stands."""
    in_force(hotline, from_on=date(2026, 6, 8))
    assert logins(on_duty(hotline, at(8, 2))) == ["cai"]
    assert on_duty(hotline, at(6, 12)) == []


def test_another_roster_takes_over_from_a_day(hotline):
    first = in_force(hotline)
    second = new_roster(hotline, name="Summer", from_on=date(2026, 7, 1))
    stand(second, "du", "06:00", "14:00")
    stand(second, "an", "14:00", "22:00")
    with pytest.raises(Refused):
        activate_roster(second, by=hotline.manager)
    stand(second, "bo", "22:00", "06:00")
    activate_roster(second, by=hotline.manager)
    first.refresh_from_db()
    assert first.until_on == date(2026, 6, 30)
    assert logins(on_duty(hotline, at(30, 23))) == ["cai"]
    assert logins(on_duty(hotline, at(1, 3, month=7))) == ["cai"]  # the night of the old roster
    assert logins(on_duty(hotline, at(1, 7, month=7))) == ["du"]
    with clock.at(at(2, 8, month=7)):
        assert first.status == RosterState.ENDED
    same_day = full(new_roster(hotline, name="Again", from_on=date(2026, 7, 1)))
    with refused("S4.15"):
        activate_roster(same_day, by=hotline.manager)


def test_nobody_stands_in_two_places_at_once(hotline):
    roster = in_force(hotline)
    with refused("S4.15", field="person"):
        stand(roster, "an", "13:00", "15:00", [Weekday.WED])
    other = make_unit(hotline.company, "RH-H2", "Second hotline", UnitKind.HOTLINE)
    elsewhere = make_roster(by=User.objects.system(), unit=other, name="Second",
                            from_on=date(2026, 6, 1))  # fmt: skip
    with refused("S4.15", field="person"):
        add_shift(elsewhere, by=User.objects.system(), person=who("cai"),
                  weekdays=[Weekday.SUN], start=time(5), end=time(7))  # fmt: skip
    add_shift(elsewhere, by=User.objects.system(), person=who("cai"),
              weekdays=[Weekday.SUN], start=time(6), end=time(7))  # fmt: skip


@pytest.mark.req("S4.15", part="swaps with reason")
def test_a_shift_is_swapped_for_one_date_with_its_reason(hotline):
    roster = in_force(hotline)
    night = roster.shifts.get(person=who("cai"), weekday=3)
    by = hotline.manager
    with refused(field="reason"):
        swap_shift(roster, by=by, shift=night, on=date(2026, 6, 4), person=who("du"), reason="")
    with refused("S4.15", field="on"):
        swap_shift(roster, by=by, shift=night, on=date(2026, 6, 5), person=who("du"), reason="x")
    stand(roster, "du", "21:00", "23:00", [Weekday.THU])
    with refused("S4.15", field="person"):
        swap_shift(roster, by=by, shift=night, on=date(2026, 6, 4), person=who("du"), reason="x")


def test_who_stands_instead_is_on_duty_that_night_alone(hotline):
    roster = in_force(hotline)
    night = roster.shifts.get(person=who("cai"), weekday=3)
    by = hotline.manager
    swap_shift(roster, by=by, shift=night, on=date(2026, 6, 4), person=who("du"),
               reason="Wedding")  # fmt: skip
    assert logins(on_duty(hotline, at(4, 23))) == ["du"]
    assert logins(on_duty(hotline, at(5, 5))) == ["du"]
    assert logins(on_duty(hotline, at(11, 23))) == ["cai"]
    assert holes_of(roster) == []
    told = Entry.objects.get(event="roster.shift_swapped")
    assert told.texts.get(name="reason").text == "Wedding"


def test_the_second_swap_of_a_night_replaces_the_first(hotline):
    roster = in_force(hotline)
    night = roster.shifts.get(person=who("cai"), weekday=3)
    for login in ("du", "gu"):
        swap_shift(roster, by=hotline.manager, shift=night, on=date(2026, 6, 4),
                   person=who(login), reason="Ill")  # fmt: skip
    assert logins(on_duty(hotline, at(4, 23))) == ["gu"]


def test_nobody_who_is_away_stands_in(hotline):
    roster = in_force(hotline)
    set_absence(who("du"), by=User.objects.system(), deputy=who("an"), start_at=at(4, 0),
                end_at=at(6, 0))  # fmt: skip
    night = roster.shifts.get(person=who("cai"), weekday=3)
    with refused("S4.15", field="person"):
        swap_shift(roster, by=hotline.manager, shift=night, on=date(2026, 6, 4),
                   person=who("du"), reason="Wedding")  # fmt: skip


def test_an_absence_opens_a_hole_and_the_manager_is_warned_until_somebody_stands_in(hotline):
    roster = in_force(hotline)
    assert concerns(hotline.manager) == []
    set_absence(who("cai"), by=User.objects.system(), deputy=who("du"), start_at=at(4, 0),
                end_at=at(5, 12))  # fmt: skip
    assert on_duty(hotline, at(4, 23)) == []
    (warned,) = concerns(hotline.manager)
    assert (warned.unit, warned.first.start, warned.first.end) == (hotline, at(4, 0), at(4, 6))
    notice = Notice.objects.get(event="roster.uncovered", channel="screen")
    assert notice.to == hotline.manager
    for weekday, day in ((2, date(2026, 6, 3)), (3, date(2026, 6, 4))):
        night = roster.shifts.get(person=who("cai"), weekday=weekday)
        swap_shift(roster, by=hotline.manager, shift=night, on=day, person=who("du"), reason="Ill")
    assert concerns(hotline.manager) == [] and holes_of(roster) == []


def test_a_roster_is_not_put_into_force_over_a_known_absence(hotline):
    set_absence(who("an"), by=User.objects.system(), deputy=who("du"), start_at=at(20, 0),
                end_at=at(21, 0))  # fmt: skip
    roster = full(new_roster(hotline))
    with pytest.raises(Refused) as caught:
        activate_roster(roster, by=hotline.manager)
    with translation.override("en"):
        assert str(caught.value).startswith("Sat 06:00–14:00: nobody is on duty.")


def test_taking_out_a_shift_that_is_needed_is_refused(hotline):
    roster = in_force(hotline)
    with refused("S4.15", field="shift"):
        end_shift(roster, by=hotline.manager, shift=roster.shifts.first())
    stand(roster, "du", "06:00", "14:00", [Weekday.MON])
    mondays = roster.shifts.get(person=who("an"), weekday=0)
    end_shift(roster, by=hotline.manager, shift=mondays)
    assert logins(on_duty(hotline, at(8, 9))) == ["du"]
    with refused(field="shift"):
        end_shift(roster, by=hotline.manager, shift=mondays)


def test_a_leaver_hands_over_their_shifts(hotline):
    admin = make_user(hotline.company, "boss", "administrator")
    roster = in_force(hotline)
    with refused("SX.17"):
        deactivate(who("cai"), by=admin, reason="Has left")
    hand_over(who("cai"), by=admin, to=who("du"), reason="Leaves")
    deactivate(who("cai"), by=admin, reason="Has left")
    assert logins(on_duty(hotline, at(4, 23))) == ["du"] and holes_of(roster) == []
    with refused("SX.17", field="person"):
        stand(roster, "cai", "22:00", "06:00")


def test_a_hotline_that_promises_day_and_night_without_a_roster_is_warned_of(hotline, client):
    (warned,) = uncovered_units(hotline.company)
    assert warned.unit == hotline and warned.roster is None
    assert (warned.first.start, warned.url) == (NOW, "/rosters/")
    client.force_login(hotline.manager)
    assert "Nobody on duty" in client.get("/").content.decode()
    in_force(hotline)
    assert uncovered_units(hotline.company) == []
    assert "Nobody on duty" not in client.get("/").content.decode()
    office = make_unit(hotline.company, "RH-OF", "Office", UnitKind.DEPARTMENT)
    assert uncovered(office) is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"from_on": date(2026, 5, 31)}, "from_on"),
        ({"until_on": date(2026, 5, 31)}, "until_on"),
        ({"name": ""}, "name"),
    ],
)
def test_a_roster_that_cannot_be_is_refused(hotline, values, field):
    with refused(field=field):
        new_roster(hotline, **values)


def test_a_stranger_neither_sees_nor_plans_it(hotline, client):
    roster = in_force(hotline)
    stranger = make_user(make_company("OT", "Other"), "stranger", "lead")
    client.force_login(stranger)
    assert client.get(roster.get_absolute_url()).status_code == 404
    with pytest.raises(Refused):
        stand_by_stranger = who("stranger")
        add_shift(roster, by=hotline.manager, person=stand_by_stranger, weekdays=EVERY_DAY,
                  start=time(1), end=time(2))  # fmt: skip
    with pytest.raises(Refused):
        activate_roster(roster, by=who("an"))


# Pages


def test_the_page_shows_the_week_the_holes_and_who_is_there(hotline, client):
    client.force_login(hotline.manager)
    roster = new_roster(hotline)
    stand(roster, "an", "06:00", "22:00")
    page = client.get(roster.get_absolute_url()).content.decode()
    assert "06:00–22:00" in page and "Tue 22:00 – Wed 06:00" in page and "An" in page
    stand(roster, "cai", "22:00", "06:00")
    activate_roster(roster, by=hotline.manager)
    page = client.get(f"{roster.get_absolute_url()}?week=2026-06-11").content.decode()
    assert "Nobody" not in page and "2026-06-08" in page and "in force" in page
    paper = client.get(f"{roster.get_absolute_url()}print/?week=2026-06-11").content.decode()
    assert "22:00–06:00" in paper and "2026-06-08" in paper
    for asked in ("x", "9999-12-31", "0001-01-01", "2026-02-30", ""):
        assert client.get(f"{roster.get_absolute_url()}?week={asked}").status_code == 200


def test_lists_of_rosters_and_shifts_come_with_their_files(hotline, client):
    roster = in_force(hotline)
    client.force_login(hotline.manager)
    listed = client.get("/rosters/").content.decode()
    assert f"/rosters/{roster.pk}/" in listed and "day and night" in listed
    shifts = client.get("/rosters/shifts/?person=cai").content.decode()
    assert shifts.count("22:00") >= 7 and "14:00" not in shifts
    for url in ("/rosters/?format=csv", "/rosters/shifts/?format=xlsx"):
        assert client.get(url).status_code == 200


def test_forms_of_the_verbs_offer_people_and_shifts_of_the_unit(hotline, client):
    roster = in_force(hotline)
    client.force_login(hotline.manager)
    make = client.get("/rosters/make_roster/").content.decode()
    assert "Office hours" in make
    page = client.get(f"{roster.get_absolute_url()}add_shift/").content.decode()
    assert "Cai" in page and "Monday" in page
    sent = {"person": "du", "weekdays": ["mon", "tue"], "start": "09:00", "end": "10:00"}
    assert client.post(f"{roster.get_absolute_url()}add_shift/", sent).status_code == 302
    assert RosterShift.objects.filter(person=who("du")).count() == 2
    swap = client.get(f"{roster.get_absolute_url()}swap_shift/").content.decode()
    assert "22:00–06:00" in swap


def test_a_night_in_which_clocks_change_is_covered_whole(db):
    """Paris: the day of 25 October has 25 hours, the one of 29 March 23; and no hole."""
    company = make_company("PA", "Paris Oil", pack="lubricant", zone="Europe/Paris")
    unit = make_unit(company, "PA-HL", "Hotline", UnitKind.HOTLINE)
    for login in ("an", "bo", "cai", "du"):
        make_user(unit, login, "clerk")
    unit.manager = make_user(unit, "gu", "lead")
    unit.save()
    roster = new_roster(unit)
    stand(roster, "an", "22:00", "02:30")
    stand(roster, "bo", "02:30", "10:00")
    stand(roster, "cai", "10:00", "22:00")
    activate_roster(roster, by=unit.manager)
    paris = ZoneInfo("Europe/Paris")
    second = datetime(2026, 10, 25, 2, 40, tzinfo=paris, fold=1)
    assert logins(on_duty(unit, second)) == ["bo"]
    whole = (datetime(2026, 10, 24, tzinfo=paris), datetime(2026, 10, 26, tzinfo=paris))
    assert len(covered_periods(unit, *whole)) == 1
    seconds = sum((b - a for a, b in covered_periods(unit, *whole)), timedelta(0))
    assert seconds == timedelta(hours=49)
