"""Cases from elsewhere: their own times as history, once, and worked on like any other."""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.db import OperationalError

from kept.cases.actions import classify, close_case, mark_solved, take_case
from kept.cases.factories import make_case, outcome
from kept.cases.importing import bulk
from kept.cases.importing.bulk import CASES, import_cases
from kept.cases.importing.drafts import CaseDraft
from kept.cases.models import Case, CaseClass, CaseStatus, Evidence, Interaction, Route
from kept.kit import clock
from kept.kit.importing import kinds
from kept.kit.importing.kinds import Batch
from kept.kit.importing.mapping import Mapping, mapping_for, mapping_named, read_mapping
from kept.kit.importing.reading import open_table
from kept.kit.importing.running import import_file
from kept.kit.importing.tables import Row
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.verifying import verify
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import User
from kept.promises.models import Promise
from kept.promises.sweep import sweep
from kept.search.queries import find
from kept.timeline.models import Notice
from kept.timeline.story import story

REAL = Path(__file__).parents[5] / "shared" / "data" / "boston311_sla_2013-2016.csv.gz"
HEADER = ["ref", "summary", "received_at", "route", "due_at", "closed_at", "result"]
MAPPING = """
source = "old-register"
zone = "America/New_York"
times = ["%d.%m.%Y %H:%M"]
[fields]
source_ref = "{ref}"
summary = "{summary}"
received_at = "{received_at}"
route = "{route}"
due_at = "{due_at}"
closed_at = "{closed_at}"
result = "{result}"
"""
IN_TIME = ["1", "Rat", "2015-03-02 09:00", "phone", "2015-03-03 09:00", "2015-03-03 09:00", "Done"]
LATE = ["2", "Bat", "2015-03-02 09:00", "mail", "2015-03-03 09:00", "2015-03-03 09:01", "At last"]
OVERDUE = ["3", "Cat", "2015-03-02 09:00", "phone", "2015-03-03 09:00", "", ""]
NO_TARGET = ["4", "漏油的狗", "2016-03-02 09:00", "walk_in", "", "", ""]
GOOD = [IN_TIME, LATE, OVERDUE, NO_TARGET]


@pytest.fixture
def city(db, settings, tmp_path):
    settings.HOME = tmp_path
    company = make_company("BO", "Boston", pack="equipment", zone="America/New_York")
    unit = make_unit(company, "BO-1", "City hall")
    return unit


@pytest.fixture
def lin(city):
    return make_user(city, "lin", "clerk", name="Lin")


@pytest.fixture
def bring(city, lin, tmp_path):
    """Write rows into a file and take them over."""

    def brought(rows, *, header=HEADER, name="old.csv", text=MAPPING, encoding="utf-8", **how):
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, **how).writerows([header, *rows])
        return take(path, read_mapping(CASES, "mine", text) if text else None)

    def take(path: Path, mapped=None):
        return import_file(
            CASES, path, unit=city, by=User.objects.system(), mapping=mapped,
            options={"owner": lin},
        )  # fmt: skip

    brought.take = take
    return brought


@pytest.mark.req("SX.08", part="import with history")
def test_imported_cases_keep_their_own_times_and_verdicts(bring):
    done = bring(GOOD)
    assert (done.made, done.counted["open"], done.refused) == (4, 2, 0), [
        str(one.refused) for one in done.first_faults
    ]
    in_time, late, overdue, no_target = Case.objects.order_by("source_ref")
    assert in_time.received_at == datetime(2015, 3, 2, 14, tzinfo=UTC), "New York's wall clock"
    assert in_time.closed_at == datetime(2015, 3, 3, 14, tzinfo=UTC)
    assert (in_time.status, overdue.status) == (CaseStatus.CLOSED, CaseStatus.OPEN)
    states = {one.about_id: one for one in Promise.objects.all()}
    assert states[in_time.thread_id].state == "kept"
    assert (states[late.thread_id].state, states[late.thread_id].lateness) == ("broken", 60)
    assert states[overdue.thread_id].state == "running" and states[overdue.thread_id].is_late
    assert no_target.thread_id not in states, "nothing was promised, so nothing is"
    told = [(one.sentence, one.text) for one in story(late.thread, late.owner)]
    assert told[0][0] == "Taken over from old-register (2); received there by support mail"
    assert told[2][0].startswith("Broken: solve") and told[3][1] == "At last"


@pytest.mark.req("SX.05", part="imported history is chained and numbered without holes")
def test_imported_history_proves_itself_and_is_numbered_by_its_own_years(bring, lin):
    bring(GOOD)
    assert [str(fault) for fault in verify().faults] == []
    numbers = Case.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == ["BO-H15-000001", "BO-H15-000002", "BO-H15-000003", "BO-H16-000001"]
    contacts = Interaction.objects.order_by("number").values_list("number", flat=True)
    assert list(contacts)[-1] == "BO-HR16-000001" and len(contacts) == 4
    assert make_case(lin).number.endswith("000001"), "the register of today is untouched"


@pytest.mark.req("SX.08", part="a second run adds nothing")
def test_a_second_run_adds_nothing(bring, lin):
    bring(GOOD[:2])
    again = bring([*GOOD, IN_TIME])
    assert (again.made, again.known) == (2, 3)
    assert Case.objects.count() == 4 == Interaction.objects.count()
    assert bring(GOOD).made == 0
    assert {one.number for one in Case.objects.all()} >= {"BO-H15-000003", "BO-H16-000001"}


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (0, "", "source_ref"),
        (1, "", "summary"),
        (1, "x" * 201, "summary"),
        (1, "NUL \0 inside", "summary"),
        (2, "", "received_at"),
        (2, "31.02.2015 09:00", "received_at"),
        (2, "0001-01-01 00:00", "received_at"),
        (2, "2200-01-01 00:00", "received_at"),
        (3, "pigeon", "route"),
        (4, "2015-03-01 09:00", "due_at"),
        (5, "2015-03-02 08:59", "closed_at"),
        (5, "2199-01-01", "closed_at"),
        (6, "x" * 20_001, "result"),
    ],
)
@pytest.mark.req("SX.08", part="a broken row is refused with its line")
def test_a_broken_row_is_refused_alone(bring, tmp_path, place, value, field):
    broken = list(LATE)
    broken[place] = value
    done = bring([IN_TIME, broken, OVERDUE])
    assert (done.made, done.refused) == (2, 1)
    fault = done.first_faults[0]
    assert (fault.line, fault.refused.field) == (3, field)
    rows = list(csv.DictReader(done.faults_file.open(encoding="utf-8-sig", newline="")))
    assert rows[0]["kept: line"] == "3" and rows[0]["kept: field"] == field
    assert rows[0]["kept: reason"]


def test_rows_of_another_width_are_refused_and_lines_are_counted_as_in_the_file(bring, tmp_path):
    """A value over two lines, an empty line, too few and too many columns."""
    two_lines = [*IN_TIME[:6], "Done\nin two lines"]
    done = bring([two_lines, [], ["9", "Too short"], [*OVERDUE, "too", "long"], NO_TARGET])
    assert (done.made, done.refused) == (2, 2)
    assert [fault.line for fault in done.first_faults] == [5, 6]
    assert Case.objects.get(source_ref="1").result == "Done\nin two lines"


def test_a_file_without_the_columns_is_refused_as_a_whole(bring):
    with pytest.raises(InvalidInput, match="lacks these columns: closed_at, due_at"):
        bring(
            [["1", "a", "2015-01-01"]], header=["ref", "summary", "received_at", "route", "result"]
        )
    with pytest.raises(InvalidInput, match="No column says “Reference”, “Summary”"):
        bring([["1"]], header=["nothing"], text=None)
    assert not Case.objects.exists()


@pytest.mark.parametrize("text", ["", "\0\1\2", "\x1f\x8b broken gzip", "PK\x03\x04 broken zip"])
def test_what_is_no_table_is_refused(bring, tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Refused):
        bring.take(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(bring, encoding):
    bring([NO_TARGET], encoding=encoding)
    assert Case.objects.get().summary == "漏油的狗"


def test_western_letters_are_read(bring):
    bring([["1", "Öl läuft aus – très vite", *LATE[2:]]], encoding="cp1252")
    assert Case.objects.get().summary == "Öl läuft aus – très vite"


@pytest.mark.parametrize("how", [{"delimiter": ";"}, {"delimiter": "\t"}, {"lineterminator": "\r"}])
def test_every_usual_shape_is_read(bring, how):
    assert bring(GOOD, **how).made == 4


def test_packed_files_and_workbooks_are_read(bring, tmp_path):
    mapped = read_mapping(CASES, "mine", MAPPING)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress("\n".join([",".join(HEADER), ",".join(IN_TIME)]).encode()))
    assert bring.take(packed, mapped).made == 1
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(
        [2, "Bat", datetime.fromisoformat("2015-03-02 09:00"), "mail", None, None, None]
    )
    book.save(tmp_path / "b.xlsx")
    assert bring.take(tmp_path / "b.xlsx", mapped).made == 1
    assert Case.objects.get(source_ref="2").received_at == datetime(2015, 3, 2, 14, tzinfo=UTC)


def test_open_imported_cases_are_worked_like_any_other(bring, city, lin):
    bring(GOOD)
    case = Case.objects.get(source_ref="3")
    mate = make_user(city, "mate", "clerk")
    take_case(case, by=mate)
    classify(case, by=mate, classification=CaseClass.OTHER)
    mark_solved(case, by=lin, evidence=Evidence.THIS_CALL, words="It is gone")
    close_case(case, by=lin, outcome=outcome(case))
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED and case.handler == mate
    assert Promise.objects.get(about=case.thread).state == "broken"
    assert [str(fault) for fault in verify().faults] == []


def test_imported_cases_are_found_and_listed_and_only_by_their_own_people(bring, city, lin, client):
    bring(GOOD)
    assert [str(hit.number) for hit in find(lin, "漏油")] == ["BO-H16-000001"]
    assert [str(hit.number) for hit in find(lin, "At last")] == ["BO-H15-000002"]
    client.force_login(lin)
    assert "BO-H15-000003" in client.get("/cases/").content.decode()
    assert client.get("/cases/BO-H15-000003/").status_code == 200
    stranger = make_user(make_unit(make_company("OT", "Other"), "OT-1"), "stranger", "clerk")
    assert find(stranger, "漏油") == []
    client.force_login(stranger)
    assert client.get("/cases/BO-H15-000003/").status_code == 404


def test_nobody_is_told_of_what_was_late_before_it_came(bring):
    """B19: ten thousand old breaches are no news; a promise still to come warns as always."""
    bring(GOOD)
    sweep()
    assert not Notice.objects.exists()
    with clock.at(datetime(2026, 1, 1, tzinfo=UTC)):
        bring([["9", "Soon", "2025-12-31 09:00", "phone", "2026-01-02 09:00", "", ""]])
    with clock.at(datetime(2026, 1, 3, tzinfo=UTC)):
        assert sweep() == 1


def test_the_owner_is_of_the_company_and_a_batch_is_no_larger_than_a_thousand(city, lin):
    stranger = make_user(make_unit(make_company("OT", "Other"), "OT-1"), "stranger")
    draft = CaseDraft("1", "a", datetime(2015, 1, 1, tzinfo=UTC))
    values = {"by": User.objects.system(), "unit": city, "source": "s"}
    with pytest.raises(Refused, match="another company"):
        import_cases(**values, owner=stranger, batch=Batch([draft]))
    with pytest.raises(InvalidInput, match="At most 1000"):
        Batch([draft] * 1_001)
    with pytest.raises(InvalidInput):
        import_cases(**{**values, "source": ""}, owner=lin, batch=Batch([draft]))


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        MAPPING + "pigeon = '{x}'",
        MAPPING + "[zone]\nx=1",
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(text):
    with pytest.raises(InvalidInput, match="mine"):
        read_mapping(CASES, "mine", text)


def test_a_mapping_fills_cleans_translates_and_forgives():
    boston = mapping_named(CASES, "boston311")
    row = dict.fromkeys(boston.wanted, " ") | {
        "case_enquiry_id": "1", "case_title": " Rat ", "reason": "Housing", "type": "Rats",
        "neighborhood": "Roxbury", "location_zipcode": "2119.0", "source": "City Worker App",
        "open_local": "2015-06-25 19:15:38", "closed_local": "2015-06-25 19:15:35",
    }  # fmt: skip
    draft = boston.draft(Row(7, row))
    assert draft.description == "Housing – Rats", "lines with nothing to say are left out"
    assert (draft.summary, draft.address) == ("Rat", "Roxbury 02119")
    assert (draft.route, draft.sender_type) == (Route.ON_SITE, "other")
    assert draft.closed_at == draft.received_at and draft.due_at is None
    assert mapping_for(CASES, sorted(boston.wanted)).name == "boston311"


@pytest.mark.skipif(not REAL.exists(), reason="the real service requests are not at hand")
@pytest.mark.req("SX.08", part="22,078 real requests")
def test_real_requests_come_in_with_their_recorded_verdicts(bring, tmp_path):
    """Some of them from all years: what the city called late is late here, and nothing else is."""
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    some = rows[::29]
    done = bring(some, header=header, text=None)
    assert (done.made, done.refused, done.known) == (len(some), 0, 0)
    recorded = {row[0]: dict(zip(header, row, strict=True)) for row in some}
    verdicts = Counter()
    for promise in Promise.objects.select_related("about__case"):
        row = recorded[promise.about.case.source_ref]
        is_late = promise.state == "broken" or promise.is_late
        verdicts[row["on_time"], is_late] += 1
    assert set(verdicts) == {("ONTIME", False), ("OVERDUE", True)}
    assert sum(verdicts.values()) == sum(bool(row["sla_target_dt"]) for row in recorded.values())


def test_reading_tells_how_far_it_is(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 1000)
    table = open_table(path)
    assert len(list(table.rows)) == 1000
    assert table.done == table.size == path.stat().st_size


def test_a_date_no_calendar_holds_is_refused_with_its_line_and_the_rest_is_kept(bring):
    """Years 1 and 9999 in any of the times: the good rows of the batch stay."""
    far = [["5", "A", "2015-03-02 09:00", "phone", "9999-12-31 23:59", "", ""],
           ["6", "B", "0001-01-01 00:00", "phone", "", "", ""],
           ["7", "C", "2015-03-02 09:00", "phone", "0001-01-01 00:00", "", ""],
           ["8", "D", "2015-03-02 09:00", "phone", "", "0001-01-01 00:00", ""]]  # fmt: skip
    done = bring([*GOOD, *far])
    assert Case.objects.count() == len(GOOD)
    assert [fault.line for fault in done.first_faults] == [6, 7, 8, 9]


def test_another_row_with_the_same_reference_is_refused_and_the_same_row_is_not(bring, monkeypatch):
    """Two different matters with one id are no repetition, also when batches part them."""
    other = ["1", "Another rat", *IN_TIME[2:]]
    for most in (1_000, 1):
        monkeypatch.setattr(kinds, "MOST", most)
        done = bring([IN_TIME, LATE, other, IN_TIME])
        assert done.refused == 1 and done.known == (1 if most > 1 else 3)
        (fault,) = done.first_faults
        assert (fault.line, fault.refused.field) == (4, "source_ref")
        assert "line 2" in str(fault.refused)
    assert Case.objects.get(source_ref="1").summary == "Rat"


def test_a_reference_refused_before_is_free_for_a_sound_row(bring):
    done = bring([["1", "Rat", "soon", *IN_TIME[3:]], IN_TIME])
    assert (done.made, done.refused) == (1, 1)


def test_an_error_nobody_foresaw_costs_its_row_alone(bring, monkeypatch):
    """It may come from reading a row or from writing it: the other rows of the batch stay."""
    taken, drafted = bulk._contact, Mapping.draft

    def contact(arrival, by):
        if arrival.draft.source_ref == "3":
            raise OverflowError("date value out of range")
        return taken(arrival, by)

    def draft(self, row):
        if row.values["ref"] == "2":
            raise KeyError("pigeon")
        return drafted(self, row)

    monkeypatch.setattr(bulk, "_contact", contact)
    monkeypatch.setattr(Mapping, "draft", draft)
    done = bring(GOOD)
    assert (done.made, done.refused) == (2, 2)
    assert [fault.line for fault in done.first_faults] == [3, 4]
    assert "OverflowError: date value out of range" in str(done.first_faults[1].refused)
    assert set(Case.objects.values_list("source_ref", flat=True)) == {"1", "4"}
    assert [str(fault) for fault in verify().faults] == []
    numbers = Case.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == ["BO-H15-000001", "BO-H16-000001"]


def test_a_database_that_stops_is_named_with_file_and_lines(bring, monkeypatch):
    def stop(*subject, **how):
        raise OperationalError("disk is full")

    monkeypatch.setattr(import_cases, "perform", stop)
    with pytest.raises(Refused, match=r"old\.csv: lines 2 to 5 and all after .* disk is full"):
        bring(GOOD)
    assert not Case.objects.exists()


def test_what_only_looks_like_a_workbook_is_named_in_our_words(bring, tmp_path):
    path = tmp_path / "fake.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(InvalidInput, match=r"^fake\.xlsx is no workbook that can be read"):
        bring.take(path)
