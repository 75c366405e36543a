"""Over all models: which tables only grow, what hangs on accounts, and who is in charge."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from kept.cases.models import Case
from kept.kit.append_only import statements
from kept.kit.testing.structural import events, relations
from kept.kit.testing.structural.sources import Fault, source, sources_of
from kept.kit.testing.structure import none_of
from kept.parties.models import Account
from kept.people.models import Unit, User
from kept.promises.models import ClockEvent, Promise
from kept.timeline.models import Entry

#: Persons who once did something, or whose own thing it is: facts that nobody takes over. Names
#: that end in ``_by`` say so themselves.
FACTS = {"by", "actor", "user", "of_user"}
#: Rows that name a person and yet wait for nobody, with the reason.
NOT_WORK = {
    "cases.Interaction.duty_person": "who was on duty when a call came in",
    "cases.ComplaintCause.person": "who caused it; nothing waits for them",
    "parties.ChangeNotice.person": "whose contact data change, not who decides",
    "parties.Coverage.manager": "a record by days; who covers now is Account.field_manager",
    "parties.CrossRegionService.server": "who served on that day",
    "parties.Posting.person": "where somebody is posted; ended by its own verb",
    "workforce.Attendee.person": "who was trained; nothing waits for them",
    "workforce.Consultant.person": "what they can do; ended by its own verb, and when they leave",
    "timeline.Notice.to": "a notice is told to one person; their work is asked of the promise",
}


def is_fact(field: Any) -> bool:
    """Whether a relation to a person only says who it was."""
    return field.name in FACTS or field.name.endswith("_by")


def test_tables_said_to_grow_only_are_guarded_by_a_migration():
    must = {Entry._meta.db_table, ClockEvent._meta.db_table}
    must |= relations.said_to_be_append_only()
    assert must <= relations.append_only_tables()


def test_triggers_are_there_after_all_migrations(db):
    there = relations.triggers_in_database()
    unguarded = [
        table
        for table in sorted(relations.append_only_tables())
        if there.get(table, set()) < {"UPDATE", "DELETE"}
    ]
    assert unguarded == []


def test_missing_trigger_is_seen(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE structure_sample (id integer)")
        assert "structure_sample" not in relations.triggers_in_database()
        for statement in statements("structure_sample", connection.vendor):
            cursor.execute(statement)
        assert relations.triggers_in_database()["structure_sample"] == {"UPDATE", "DELETE"}
        cursor.execute("INSERT INTO structure_sample VALUES (1)")
        refusals = (IntegrityError, Exception)
        for change in ("UPDATE structure_sample SET id = 2", "DELETE FROM structure_sample"):
            with pytest.raises(refusals, match="append-only"), transaction.atomic():
                cursor.execute(change)


def test_guarded_tables_are_read_from_migrations():
    text = 'operations = [append_only("a_b"), other("c"), append_only(name)]'
    assert list(relations.guarded_by(source(text))) == ["a_b"]


def test_relation_upwards_is_found():
    upside_down = {"kit": 0, "cases": 1, "people": 2, "parties": 2, "products": 2, "timeline": 2}
    assert relations.faults_in([Case]) == []
    found = {fault.where for fault in relations.faults_in([Case], upside_down)}
    assert {"cases.Case.account", "cases.Case.owner", "cases.Case.thread"} <= found
    assert "cases.Case.related" not in found


# Merging accounts: every module above re-points its own rows in the same transaction


def left_behind(fields: Iterable[Any], history: events.History) -> list[Fault]:
    """Rows that would still hang on an account that was merged into another."""
    if "account.merged" not in history.recorded():
        return []
    hearers = history.hearers("account.merged")
    return [
        Fault(f"{field.model._meta.label}.{field.name}", "nothing re-points it on account.merged")
        for field in fields
        if relations.part_of(field.model) not in hearers
    ]


def test_everything_that_hangs_on_accounts_hears_of_a_merge():
    fields = relations.pointing_at(Account)
    assert Case._meta.get_field("account") in fields
    none_of(left_behind(fields, events.of_the_house()))


def test_row_that_hears_of_no_merge_is_found():
    merges = source('account.record("account.merged", by=by)', part="parties")
    hears = source('@reaction("account.merged")\ndef f(): pass', part="cases")
    fields = [Case._meta.get_field("account")]
    assert left_behind(fields, events.history_of([])) == []
    assert [one.where for one in left_behind(fields, events.history_of([merges]))] == [
        "cases.Case.account"
    ]
    assert left_behind(fields, events.history_of([merges, hears])) == []


# Persons in charge: whoever leaves hands them over first (SX.17)


def in_charge() -> list[Any]:
    """Every field that says which person something waits for."""
    return [
        field
        for model in relations.models_of_house()
        for field in relations.relations_of(model)
        if field.related_model is User and not is_fact(field)
    ]


def is_asked_for(field: Any) -> bool:
    """Whether the module's filler of ``open_work`` asks for the model by name."""
    part = relations.part_of(field.model)
    return any(
        name.split(".")[-1] == "fill" and "open_work" in name and field.model.__name__ in names
        for name, names in fillers_of(part)
    )


def fillers_of(part: str) -> Iterable[tuple[str, set[str]]]:
    """Decorator and names used, for every decorated function of a module."""
    for one in sources_of(part):
        yield from relations.decorated(one)


def test_who_is_in_charge_is_asked_before_a_person_leaves():
    none_of(
        [
            Fault(f"{field.model._meta.label}.{field.name}", "no open_work filler asks for it")
            for field in in_charge()
            if field.model._meta.label + "." + field.name not in NOT_WORK
            and not is_asked_for(field)
        ]
    )


def test_persons_in_charge_are_found():
    found = {f"{field.model.__name__}.{field.name}" for field in in_charge()}
    assert {"Case.owner", "Case.handler", "Promise.person", "Unit.manager"} <= found
    assert not {"Case.closed_by", "Entry.by"} & found


def test_filler_is_recognised_by_the_model_it_asks():
    assert is_asked_for(Promise._meta.get_field("person"))
    assert is_asked_for(Unit._meta.get_field("manager"))
    assert not is_asked_for(Entry._meta.get_field("by"))


def test_filler_is_read_from_its_decorator():
    text = "@open_work.fill(order=1)\ndef f(user):\n    return Case.objects.filter(owner=user)\n"
    assert list(relations.decorated(source(text))) == [
        ("open_work.fill", {"Case", "objects", "filter", "user", "open_work", "fill"})
    ]


def test_fields_are_foreign_keys():
    assert all(isinstance(field, models.ForeignKey | models.OneToOneField) for field in in_charge())
