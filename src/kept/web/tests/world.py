"""Two companies with a thing of every kind in each, for the walk over all routes.

A model that is seen through somebody's rights needs a factory here: ``@factory("app.Model")``. It
is given a ``Place`` and makes one thing there, with the place's marker in its words.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction

from kept.approvals.models import ApprovalRequest
from kept.cases.actions import (
    ask_question,
    attach_files,
    draft_post,
    name_cause,
    promise_call_back,
    promise_customer,
)
from kept.cases.factories import make_case, make_kind, make_request
from kept.cases.models import CaseKind, Question, QuestionLevel, Route
from kept.field.factories import make_dispatch
from kept.imports.factories import make_import
from kept.kit import clock
from kept.orders.actions import set_price
from kept.orders.models import Price
from kept.parties.actions import add_account, add_contact, change_account, post_field_staff
from kept.parties.factories import make_account, make_station
from kept.parties.models import ChangeNotice, CrossRegionService
from kept.people.actions import grant_scope, issue_token, save_view
from kept.people.factories import LONG_AGO, make_company, make_unit, make_user
from kept.people.models import Installation, Role, Unit, UnitKind, User
from kept.products.actions import add_component, add_contract, note_usage
from kept.products.factories import make_product, make_serial
from kept.products.models import UsageNote
from kept.promises.models import Calendar, PromiseKind, PromiseRule
from kept.promises.rostering import make_roster
from kept.promises.what_if.actions import try_out
from kept.reports.actions import answer_report
from kept.reports.factories import make_report
from kept.stations.actions import log_talk
from kept.stations.factories import make_fraud_case, make_inspection, make_sales
from kept.timeline.files import store
from kept.timeline.models import Notice, Threaded
from kept.vouchers.factories import voucher_file
from kept.vouchers.models import Voucher
from kept.workforce.factories import make_training

#: The pack with the most roles, among them people from outside.
PACK = "handset"

Factory = Callable[["Place"], Any]
FACTORIES: dict[str, Factory] = {}

#: Models everybody who works in a company sees whole: things of another unit are there for them.
COMPANY_WIDE = frozenset(
    {
        "people.User",
        "people.Unit",
        "people.Role",
        "products.Product",
        "parties.Posting",
        "orders.Price",
        "promises.Roster",
        "promises.Calendar",
        "promises.PromiseRule",
    }
)
#: Models nobody looks at by key from outside their company, and things of the whole installation.
SHARED = {"people.Installation": "there is one, for all companies"}


def factory(label: str) -> Callable[[Factory], Factory]:
    """Enter the factory of a model."""

    def put(make: Factory) -> Factory:
        FACTORIES[label] = make
        return make

    return put


@dataclass
class Place:
    """A unit, a person who may do everything there, and a word that stands in all its things."""

    unit: Unit
    person: User
    marker: str
    things: dict[str, Any] = field(default_factory=dict)

    def thing(self, label: str) -> Any:
        """The thing of a kind in this place, made when first asked for."""
        if label not in self.things:
            self.things[label] = FACTORIES[label](self)
        return self.things[label]


@cache
def seen_models() -> list[type[models.Model]]:
    """Every model of the house that is seen by right: with a story or with addresses of its own."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("kept.")
        and (issubclass(model, Threaded) or hasattr(model, "plural"))
    ]


@cache
def models_by_plural() -> dict[str, type[models.Model]]:
    """The first part of an address → the model whose things live there."""
    return {model.plural: model for model in seen_models() if hasattr(model, "plural")}


@dataclass
class World:
    """``own`` and ``beside`` are units of one company, ``foreign`` is a unit of another.

    ``people`` is one person for every role of the company, granted it in ``own`` alone; ``guests``
    are people from outside, granted their role for an account of that unit and nothing else.
    """

    own: Place
    beside: Place
    foreign: Place
    people: dict[str, User]
    guests: dict[str, User]

    def places(self) -> list[Place]:
        return [self.own, self.beside, self.foreign]


@transaction.atomic
def make_world() -> World:
    """Both companies, a person for every role, and a thing of every kind in every place."""
    Installation.objects.create(has_test_clock=True)
    home = make_company("YQ", "Yunqi", pack=PACK)
    away = make_company("ZZ", "Zq7foreign group", pack=PACK)
    own = make_unit(home, "YQ-1", "First desk")
    beside = make_unit(home, "YQ-2", "Second desk")
    foreign = make_unit(away, "ZZ-1", "Zq7foreign desk")
    people = {
        role.code: make_user(own, f"as-{role.code}", role.code, name=f"As {role.code}")
        for role in Role.objects.filter(company=home, is_outside=False)
    }
    world = World(
        own=Place(own, _everything(home, own, "own"), "Zq7own"),
        beside=Place(beside, _everything(home, beside, "beside"), "Zq7beside"),
        foreign=Place(foreign, _everything(away, foreign, "foreign"), "Zq7foreign"),
        people=people,
        guests=_guests(own),
    )
    for place in world.places():
        for label in FACTORIES:
            place.thing(label)
    return world


def _guests(unit: Unit) -> dict[str, User]:
    """One person from outside for every outside role, each granted an account of their own."""
    guests = {}
    for role in Role.objects.filter(company=unit.company_id, is_outside=True):
        account = make_account(unit, f"Guest of {role.code}")
        guest = make_user(unit, f"guest-{role.code}", name=f"Guest {role.code}")
        grant_scope(guest, role, account.scope)
        guests[role.code] = guest
    return guests


def _everything(company: Unit, unit: Unit, name: str) -> User:
    """Somebody who may do everything in a unit, and whose own words carry no marker."""
    words = {"foreign": "Zq7foreign person"}.get(name, f"Busy {name}")
    roles = ("administrator", "lead", "clerk")
    return make_user(unit, f"busy-{name}", *roles, name=words, phone="13900139000")


@factory("people.Unit")
def a_unit(place: Place) -> Unit:
    return make_unit(place.unit, f"{place.unit.code}-X", f"{_name(place)} unit", UnitKind.REGION)


@factory("people.User")
def a_person(place: Place) -> User:
    return make_user(place.unit, f"person-{place.unit.pk}", "clerk", name=f"{_name(place)} person")


@factory("people.Role")
def a_role(place: Place) -> Role:
    code = f"role-{place.unit.pk}"
    return Role.objects.create(
        company=place.unit.company, code=code, name={"en": f"{_name(place)} role"}
    )


def _name(place: Place) -> str:
    """People and units are known in the whole company; only another company's carry a marker."""
    return place.marker if place.marker == "Zq7foreign" else "Known"


@factory("people.ApiToken")
def a_token(place: Place) -> Any:
    issue_token(place.person, by=User.objects.system(), name=place.marker)
    return place.person.tokens.get()


@factory("people.SavedView")
def a_view(place: Place) -> Any:
    return save_view(
        by=place.person, list_name="cases", title=place.marker, address="/cases/", query="q=x"
    )


@factory("parties.Account")
def an_account(place: Place) -> Any:
    name = f"{place.marker} Trading"
    return add_account(
        by=place.person, unit=place.unit, name=name, address=f"{place.marker} Road 1"
    )


@factory("parties.Address")
def an_address(place: Place) -> Any:
    return place.thing("parties.Account").addresses.get()


@factory("parties.Contact")
def a_contact(place: Place) -> Any:
    account = place.thing("parties.Account")
    add_contact(account, by=place.person, name=f"{place.marker} Zhang", phone="13800138000")
    return account.contacts.get()


@factory("parties.Phone")
def a_phone(place: Place) -> Any:
    return place.thing("parties.Contact").phones.get()


@factory("parties.Posting")
def a_posting(place: Place) -> Any:
    post_field_staff(place.person, by=User.objects.system(), region="浙江")
    return place.person.postings.get()


@factory("parties.ChangeNotice")
def a_change_notice(place: Place) -> ChangeNotice:
    place.thing("parties.Posting")
    code = f"ST-{place.unit.pk}"
    station = make_station(place.unit, code, place.person, name=f"{place.marker} station")
    change_account(station, by=place.person, name=f"{place.marker} new station")
    return ChangeNotice.objects.get(account=station)


@factory("parties.CrossRegionService")
def a_service_across(place: Place) -> CrossRegionService:
    return CrossRegionService.objects.create(
        account=place.thing("parties.Account"),
        home_unit=place.unit,
        unit=place.unit,
        server=place.person,
        reason=place.marker,
        served_at=clock.now(),
    )


@factory("products.Product")
def a_product(place: Place) -> Any:
    return make_product(place.unit.company, f"P-{place.unit.pk}", f"{_name(place)} engine")


@factory("orders.Price")
def a_price(place: Place) -> Any:
    product = place.thing("products.Product")
    set_price(
        product,
        by=User.objects.system(),
        price=Decimal("88.50"),
        valid_from=date(2024, 1, 1),
        unit=place.unit,
    )
    return Price.objects.get(product=product)


@factory("products.SerialUnit")
def a_serial_unit(place: Place) -> Any:
    product, account = place.thing("products.Product"), place.thing("parties.Account")
    return make_serial(product, f"{place.marker.upper()}-0001", account)


@factory("products.Contract")
def a_contract(place: Place) -> Any:
    return add_contract(
        by=User.objects.system(),
        unit=place.unit,
        account=place.thing("parties.Account"),
        contract_number=f"{place.marker.upper()}-C1",
        from_on=date(2026, 1, 1),
        until_on=date(2028, 12, 31),
    )


@factory("products.Component")
def a_component(place: Place) -> Any:
    unit = place.thing("products.SerialUnit")
    supplier = add_account(
        by=place.person, unit=place.unit, name=f"{place.marker} Bearings", roles=["supplier"]
    )
    add_component(
        unit,
        by=User.objects.system(),
        component=f"{place.marker} bearing",
        supplier=supplier,
        commitment="Replaced free of charge",
        committed_until=date(2028, 12, 31),
    )
    return unit.components.get()


@factory("cases.Case")
def a_case(place: Place) -> Any:
    return make_case(place.person, place.unit, f"{place.marker} does not print")


@factory("cases.Interaction")
def an_interaction(place: Place) -> Any:
    return place.thing("cases.Case").interactions.get()


@factory("cases.Question")
def a_question(place: Place) -> Question:
    case = make_case(place.person, place.unit, f"{place.marker} asks")
    ask_question(
        case,
        by=place.person,
        level=QuestionLevel.values[0],
        question=f"{place.marker}: how?",
        to_unit=place.unit,
    )
    return case.questions.get()


@factory("cases.ComplaintCause")
def a_cause(place: Place) -> Any:
    case = make_case(
        place.person, place.unit, f"{place.marker} complains", case_kind=CaseKind.COMPLAINT
    )
    system = User.objects.system()
    name_cause(case, by=system, person=place.person, why=f"{place.marker} was late")
    return case.causes.get()


@factory("cases.Request")
def a_request_for_service(place: Place) -> Any:
    kind = make_kind(place.unit, f"tuning-{place.unit.pk}")
    case = make_request(place.person, kind, unit=place.unit, summary=f"{place.marker} tunes")
    due = clock.now() + timedelta(days=1)
    promise_customer(case, by=place.person, promised=f"{place.marker} tuned", due_at=due)
    return case.request


@factory("field.Dispatch")
def a_dispatch(place: Place) -> Any:
    case = make_case(place.person, place.unit, f"{place.marker} stands still")
    engineer = make_user(place.unit, f"engineer-{place.unit.pk}", "engineer", name="Known engineer")
    return make_dispatch(case, place.person, engineer, place=f"{place.marker} hall")


@factory("promises.Promise")
def a_promise(place: Place) -> Any:
    case = place.thing("cases.Case")
    due = clock.now() + timedelta(minutes=30)
    promise_call_back(case, by=place.person, phone="13800138000", due_at=due)
    return case.thread.promises.get(kind="call_back")


@factory("stations.SalesFigure")
def a_sales_figure(place: Place) -> Any:
    place.thing("parties.Posting")
    product, today = place.thing("products.Product"), clock.today(place.unit.zone)
    return make_sales(place.unit, product, "浙江", today, remarks=place.marker)


def _station(place: Place) -> Any:
    """The station of the place that has a change notice."""
    return place.thing("parties.ChangeNotice").account


@factory("stations.Inspection")
def an_inspection(place: Place) -> Any:
    return make_inspection(_station(place), place.person, 50, f"{place.marker} was unfriendly")


@factory("stations.FraudCase")
def a_fraud_case(place: Place) -> Any:
    return make_fraud_case(_station(place), place.person, suspected=f"{place.marker} made it up")


@factory("stations.SettlementTalk")
def a_talk(place: Place) -> Any:
    return log_talk(_station(place), by=place.person, persons=place.marker, questions=place.marker)


@factory("stations.SettlementDispute")
def a_dispute(place: Place) -> Any:
    talk = log_talk(_station(place), by=place.person, persons=place.marker, disputed_orders="WO-9")
    return talk.disputes.get()


@factory("workforce.Training")
def a_training(place: Place) -> Any:
    return make_training(_station(place), place.person, course=f"{place.marker} course")


@factory("workforce.Attendee")
def an_attendee(place: Place) -> Any:
    return place.thing("workforce.Training").attendees.get()


@factory("promises.Roster")
def a_roster(place: Place) -> Any:
    today = clock.today(place.unit.zone)
    name = f"{_name(place)} roster"
    return make_roster(by=User.objects.system(), unit=place.unit, name=name, from_on=today)


@factory("promises.PromiseRule")
def a_rule(place: Place) -> PromiseRule:
    return PromiseRule.objects.create(
        unit=place.unit,
        valid_from=LONG_AGO,
        code=f"rule-{place.unit.pk}",
        kind="reply",
        name={"en": f"{_name(place)} rule"},
        applies={"route": ["letter"]},
        duration="24 hours",
    )


@factory("promises.Calendar")
def a_calendar(place: Place) -> Calendar:
    return Calendar.objects.create(
        unit=place.unit,
        valid_from=LONG_AGO,
        code=f"calendar-{place.unit.pk}",
        name={"en": f"{_name(place)} calendar"},
        zone="Asia/Shanghai",
        week={"mon-fri": ["08:30-12:00", "13:30-18:00"]},
    )


@factory("approvals.ApprovalRequest")
def a_request(place: Place) -> ApprovalRequest:
    post = make_case(place.person, place.unit, f"{place.marker} post", route=Route.FORUM)
    draft_post(post, by=place.person, answer=f"{place.marker} answer")
    return post.thread.approvals.get()


@factory("products.UsageNote")
def a_note_of_use(place: Place) -> UsageNote:
    account = place.thing("parties.Account")
    note_usage(account, by=place.person, on=date(2026, 1, 5), machine=f"{place.marker} 7")
    return account.usage.get()


@factory("reports.Report")
def a_report(place: Place) -> Any:
    report = make_report(place.person, place.unit, "monthly_report", date(2026, 1, 31))
    return answer_report(report, by=place.person, summary=f"{place.marker} is calm")


@factory("promises.WhatIf")
def a_what_if(place: Place) -> Any:
    today = clock.today(place.unit.zone)
    days = {"from_on": today - timedelta(days=30), "until_on": today}
    return try_out(by=place.person, unit=place.unit, kind=PromiseKind.REPLY, duration="4 hours",
                   **days)  # fmt: skip


@factory("imports.ImportRun")
def an_import(place: Place) -> Any:
    return make_import(place.person, place.unit, f"{place.marker}.csv")


@factory("timeline.Attachment")
def a_file(place: Place) -> Any:
    upload = SimpleUploadedFile(f"{place.marker}.txt", b"Kept")
    file = store(upload, by=place.person)
    attach_files(place.thing("cases.Case"), by=place.person, files=[file])
    file.refresh_from_db()
    return file


@factory("vouchers.Voucher")
def a_voucher(place: Place) -> Any:
    file = voucher_file(place.person, place.marker, name=f"{place.marker}.png", place=place.marker)
    attach_files(place.thing("cases.Case"), by=place.person, files=[file])
    return Voucher.objects.get(attachment=file)


@factory("timeline.Notice")
def a_notice(place: Place) -> Notice:
    case = place.thing("cases.Case")
    return Notice.objects.create(
        thread=case.thread,
        to=place.person,
        channel=Notice.Channel.SCREEN,
        event="case.noted",
        key=f"walk:{place.unit.pk}",
        created_at=clock.now(),
    )
