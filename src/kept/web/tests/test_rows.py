"""Models read quickly are what Django would have made of the same row."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, Value
from django.db.models.functions import Upper
from django.db.models.signals import post_init, pre_init
from django.test.utils import CaptureQueriesContext

from kept.cases.factories import make_case
from kept.cases.models import Case
from kept.kit import clock
from kept.kit.rows import ReadQuickly
from kept.people.factories import make_company, make_user
from kept.people.models import Unit, User
from kept.timeline.models import Thread

QUICK = [model for model in apps.get_models() if issubclass(model, ReadQuickly)]


@pytest.mark.parametrize("model", QUICK, ids=lambda model: model.__name__)
def test_nothing_waits_for_the_making_of_what_is_read_quickly(model):
    assert model.__init__ in {Model.__init__}
    assert not pre_init.has_listeners(model) and not post_init.has_listeners(model)


@pytest.mark.django_db
def test_a_row_is_what_django_makes_of_it():
    clerk = make_user(make_company("HN", "Huaning"), "lin", "clerk")
    made = make_case(clerk)
    for model, key in ((Case, made.pk), (User, clerk.pk), (Unit, clerk.unit_id)):
        quick = model._base_manager.get(pk=key)
        names = [field.attname for field in model._meta.concrete_fields]
        slow = Model.from_db.__func__(model, "default", names, [vars(quick)[n] for n in names])
        assert {**vars(quick), "_state": 0} == {**vars(slow), "_state": 0}
        assert (quick._state.adding, quick._state.db) == (False, "default")
        assert quick == slow and hash(quick) == hash(slow) and not quick.get_deferred_fields()


@pytest.mark.django_db
def test_what_was_not_read_is_read_when_it_is_asked_for(django_assert_num_queries):
    made = make_case(make_user(make_company("HN", "Huaning"), "lin", "clerk"))
    case = Case.objects.only("number").get(pk=made.pk)
    assert "summary" in case.get_deferred_fields()
    with django_assert_num_queries(1):
        assert case.summary == made.summary
    case.caller_name = "Mei"
    case.save(update_fields=["caller_name"])
    assert Case.objects.get(pk=made.pk).caller_name == "Mei"


@pytest.mark.django_db
def test_a_new_row_goes_in_as_it_stands():
    clerk = make_user(make_company("HN", "Huaning"), "lin", "clerk")
    made = make_case(clerk, summary="Pump leaks")
    names = [field.attname for field in Case._meta.concrete_fields]
    read = Case.objects.get(pk=made.pk)
    assert {name: getattr(made, name) for name in names} == {n: vars(read)[n] for n in names}
    assert made.pk and not made._state.adding


@pytest.mark.django_db
def test_what_the_database_works_out_goes_in_as_well():
    unit = make_company("HN", "Huaning")
    thread = Thread(unit=unit, kind="case", title=Upper(Value("leak")), created_at=clock.now())
    thread.save()
    assert Thread.objects.get(pk=thread.pk).title == "LEAK"


@pytest.mark.django_db
def test_every_new_row_goes_in_by_the_same_statement():
    unit = make_company("HN", "Huaning")
    with CaptureQueriesContext(connection) as asked:
        for title in ("first", "second"):
            Thread.objects.create(unit=unit, kind="case", title=title, created_at=clock.now())
    first, second = (one["sql"].replace("first", "second") for one in asked.captured_queries)
    assert _without_times(first) == _without_times(second) and "INSERT INTO" in first


def _without_times(sql: str) -> str:
    return re.sub(r"'[0-9-]{10} [^']*'", "", sql)
