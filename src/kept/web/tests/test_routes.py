"""A walk over all routes, as every role, with keys of another company and of another unit.

What one may not see is 404 wherever it is asked for; what one sees and may not do is 403; and no
list, count, file, search or suggestion shows a word of it (B28, B30). New routes and models are
walked by themselves: a model without a factory and a key nobody explained fail the test by name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django_htmx.middleware import HtmxDetails

from kept.kit import clock
from kept.kit.actions import Action, all_actions
from kept.kit.lists import List
from kept.kit.params import Param, structure_params
from kept.people.models import Installation, User
from kept.web.tests.world import (
    COMPANY_WIDE,
    FACTORIES,
    SHARED,
    Place,
    World,
    make_world,
    models_by_plural,
    seen_models,
)

pytestmark = pytest.mark.django_db

#: Keys in addresses that name no thing of somebody else, and why.
OWN_KEYS = {
    "intake/": "the key of one's own draft",
    "drafts/": "the key of one's own draft",
}
#: Where the first part of an address is no model's plural.
OTHER_PLURALS = {"notices": "timeline.Notice"}
#: Pages that need a session of their own and show nothing of anybody.
SESSION_PAGES = {"cast/enter/"}
#: What a missing right answers; a form that is not filled in may be named first.
MISSING_RIGHT = {403, 422}
SIGN_IN = "signin/"
API = "api/v1/"


@dataclass(frozen=True)
class Route:
    """An address with places for keys, and the verb or page behind it."""

    address: str
    pattern: URLPattern

    @property
    def head(self) -> str:
        return self.address.removeprefix(API).split("/")[0]

    @property
    def is_api(self) -> bool:
        return self.address.startswith(API)

    @property
    def has_key(self) -> bool:
        return "<" in self.address

    @property
    def view(self) -> Any:
        return getattr(self.pattern.callback, "view_class", None)

    @cached_property
    def verb(self) -> Action | None:
        """The verb a page or an API address runs, if any."""
        action = getattr(self.pattern.callback, "view_initkwargs", {}).get("action")
        if action is not None or not self.is_api:
            return action
        last = self.address.rstrip("/").rsplit("/", 1)[-1]
        model = models_by_plural().get(self.head)
        doors = (one for one in all_actions() if not one.internal)
        return next((one for one in doors if one.model is model and one.verb == last), None)

    def to(self, key: str) -> str:
        """The address of one thing."""
        start, _place, rest = self.address.partition("<")
        return f"/{start}{key}{rest.partition('>')[2]}"

    def model_label(self) -> str | None:
        model = models_by_plural().get(self.head)
        return model._meta.label if model else OTHER_PLURALS.get(self.head)


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[Route]:
    """Every address there is but those of signing in, which are not ours."""
    for one in (resolver or get_resolver()).url_patterns:
        address = before + str(one.pattern)
        if address.startswith(SIGN_IN):
            continue
        if isinstance(one, URLResolver):
            yield from routes(one, address)
        else:
            yield Route(address, one)


@cache
def keyed_routes() -> list[Route]:
    """Addresses with the key of a thing in them."""
    found = [route for route in routes() if route.has_key]
    return [route for route in found if not route.address.startswith(tuple(OWN_KEYS))]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all walks and rolled back behind them; each walk is rolled back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def key_of(thing: Any) -> str:
    return str(getattr(thing, getattr(thing, "ref", "pk")))


def ask(user: User, route: Route, key: str) -> int:
    """What a route answers to somebody about the thing with a key: pages shown, verbs run."""
    address = route.to(key)
    if route.verb is None:
        return answer(user, FACTORY.get(address)).status_code
    if route.is_api:
        body = body_for(route.verb)
        return answer(
            user, FACTORY.post(address, body, content_type="application/json")
        ).status_code
    return answer(user, FACTORY.post(address, {"_key": f"{address}:try"})).status_code


def read(user: User, address: str) -> str:
    """What somebody reads at an address; as a fragment, for the frame around it says nothing."""
    found = answer(user, FACTORY.get(address, headers={"HX-Request": "true"}))
    content = found.getvalue() if found.streaming else found.content
    return content.decode("utf-8", "replace")


FACTORY = RequestFactory()
FACTORY.cookies[settings.SESSION_COOKIE_NAME] = "walk"


def answer(user: User, request: Any) -> Any:
    """A view's answer. Straight to it: thousands of questions need not each sign in anew."""
    request.user, request.installation = user, Installation()
    request.htmx, request._dont_enforce_csrf_checks = HtmxDetails(request), True
    match = resolve(request.path_info)
    try:
        return match.func(request, *match.args, **match.kwargs)
    except Http404:
        return HttpResponse(status=404)
    except PermissionDenied:
        return HttpResponse(status=403)


def body_for(verb: Action) -> dict[str, Any]:
    """A body the schema of a verb accepts; what it names need not be there."""
    return {param.name: _value(param) for param in verb.params if param.required}


def _value(param: Param) -> Any:
    one = _one(param)
    return [one] if param.many else one


def _one(param: Param) -> Any:
    if param.is_model:
        return "1"
    if param.text is not None:
        return "word"
    if param.is_choice:
        return param.type.values[0]
    if param.is_structure:
        return {inner.name: _value(inner) for inner in structure_params(param.type)}
    return PLAIN[param.type.__name__]


PLAIN = {
    "bool": True,
    "int": 1,
    "Decimal": "1",
    "datetime": "2026-11-02T09:00:00+08:00",
    "date": "2026-11-02",
    "time": "09:00",
    "Words": {"en": "word"},
}


def test_every_model_that_is_seen_by_right_has_a_factory() -> None:
    missing = {model._meta.label for model in seen_models()} - FACTORIES.keys() - SHARED.keys()
    assert not missing, f"add a factory to web/tests/world.py for: {', '.join(sorted(missing))}"


def test_every_key_in_an_address_is_understood() -> None:
    strange = {route.address for route in keyed_routes() if route.model_label() is None}
    assert not strange, f"say in web/tests whose keys these take: {', '.join(sorted(strange))}"


@pytest.mark.req("SX.01", part="every route, every role, keys of another company")
def test_things_of_another_company_are_not_there(world: World) -> None:
    everybody = {**world.people, **world.guests}
    faults = faults_of(everybody, world.foreign, skip=frozenset(SHARED))
    assert not faults, "\n".join(faults)


@pytest.mark.req("SX.02", part="every route, every role, keys of another unit")
def test_things_of_another_unit_are_not_there(world: World) -> None:
    faults = faults_of(world.people, world.beside, skip=COMPANY_WIDE | SHARED.keys())
    assert not faults, "\n".join(faults)


@pytest.mark.req("SX.02", part="people from outside see only their own records")
def test_people_from_outside_see_only_what_is_theirs(world: World) -> None:
    """Not even things of the unit that serves them; the catalogue is for everybody."""
    assert world.guests
    faults = faults_of(world.guests, world.own, skip=SHARED.keys() | {"products.Product"})
    assert not faults, "\n".join(faults)


def faults_of(people: dict[str, User], place: Place, *, skip: frozenset[str]) -> list[str]:
    """Every answer of a route to a key of that place that is not "there is nothing"."""
    faults = []
    for role, user in people.items():
        reader = User.objects.get(pk=user.pk)
        for route in keyed_routes():
            label = route.model_label()
            if label is None or label in skip:
                continue
            status = ask(reader, route, key_of(place.thing(label)))
            if status != 404 and not (status == 403 and is_no_page_for(route, reader)):
                faults.append(f"{role}: {route.address} → {status}")
    return faults


def is_no_page_for(route: Route, reader: User) -> bool:
    """Whether a page is for other roles only, whatever it is about."""
    right = getattr(route.view, "right", "")
    return bool(right) and not reader.holds(right)


@pytest.mark.req("SX.02", part="a missing right is 403 on every verb")
def test_what_one_sees_but_may_not_do_is_refused(world: World) -> None:
    faults, refused = [], 0
    for role, user in world.people.items():
        reader = User.objects.get(pk=user.pk)
        for route in keyed_routes():
            verb, label = route.verb, route.model_label()
            if verb is None or label is None or reader.holds(verb.right):
                continue
            status = ask(reader, route, key_of(thing_for(world, label)))
            refused += status in MISSING_RIGHT
            if status not in MISSING_RIGHT and status != 404:
                faults.append(f"{role}: {route.address} → {status}")
    assert not faults, "\n".join(faults)
    assert refused > 200


def thing_for(world: World, label: str) -> Any:
    return Installation.the() if label in SHARED else world.own.thing(label)


@pytest.mark.req("SX.02", part="no list, file, search or suggestion shows what one may not see")
def test_no_page_shows_a_word_of_what_one_may_not_see(world: World) -> None:
    leaks, shown = [], 0
    for role, user in {**widest(world), **world.guests}.items():
        reader = User.objects.get(pk=user.pk)
        for address in open_addresses(world):
            text = read(reader, address)
            shown += stands_in(text, world.own)
            leaks += [
                f"{role}: {address} shows {place.marker}"
                for place in hidden_from(world, role)
                if stands_in(text, place)
            ]
    assert not leaks, "\n".join(leaks)
    assert shown > 20


def widest(world: World) -> dict[str, User]:
    """Of the roles that see the same kinds of things the one that may do most."""
    found: dict[frozenset[str], tuple[int, str]] = {}
    for role, user in world.people.items():
        rights = {right for held in User.objects.get(pk=user.pk).held for right in held.rights}
        sees = frozenset(right for right in rights if right.endswith(".see"))
        found[sees] = max(found.get(sees, (0, "")), (len(rights), role))
    return {role: world.people[role] for _most, role in found.values()}


def hidden_from(world: World, role: str) -> list[Place]:
    """The places of which somebody must not read a word: for a guest all three."""
    return world.places() if role in world.guests else [world.beside, world.foreign]


def open_addresses(world: World) -> list[str]:
    """Every address without a key, lists also as files, and searches for the hidden words."""
    addresses = []
    for route in routes():
        if route.has_key or route.is_api or route.address in SESSION_PAGES:
            continue
        is_list = route.view is not None and issubclass(route.view, List)
        suffixes = ("?all=1", "?all=1&format=csv") if is_list else ("",)
        addresses += [f"/{route.address}{suffix}" for suffix in suffixes]
    for place in world.places():
        typed = place.marker[:-1]
        addresses += [
            f"/search/?q={typed}",
            f"/intake/walk/?q={typed}",
            f"/intake/walk/find/?q={typed}",
            f"/cases/?all=1&q={typed}",
        ]
    return [*addresses, "/intake/walk/", "/notices/?peek=1"]


def stands_in(text: str, place: Place) -> bool:
    """Whether a word of that place is read there, in whatever case."""
    return place.marker.casefold() in text.casefold()


def test_no_page_of_ones_own_matters_shows_a_word_of_others(world: World) -> None:
    """Side panels, papers and forms that offer things to choose from are pages too (B28)."""
    leaks = []
    for role, user in widest(world).items():
        reader = User.objects.get(pk=user.pk)
        for route in keyed_routes():
            label = route.model_label()
            if label is None or label in SHARED or not shows_things(route):
                continue
            address = route.to(key_of(world.own.thing(label)))
            text = read(reader, address)
            leaks += [
                f"{role}: {address} shows {place.marker}"
                for place in (world.beside, world.foreign)
                if stands_in(text, place)
            ]
    assert not leaks, "\n".join(leaks)


def shows_things(route: Route) -> bool:
    """Pages, and the forms of verbs that let one choose among things."""
    if route.verb is None:
        return not route.is_api
    return not route.is_api and any(param.is_model for param in route.verb.params)


def test_visitors_see_nothing_at_all(world: World) -> None:
    """Without signing in every address leads to the door, or is refused."""
    client = Client(raise_request_exception=False)
    for route in routes():
        label = route.model_label() if route.has_key else None
        if route.address.startswith(tuple(OPEN_TO_ALL)) or (route.has_key and label is None):
            continue
        key = key_of(world.own.thing(label)) if label and label not in SHARED else "1"
        answer = client.get(route.to(key) if route.has_key else f"/{route.address}")
        is_shut = answer.status_code in {401, 403, 404, 405} or (
            answer.status_code == 302 and "/signin/login/" in answer.headers["Location"]
        )
        assert is_shut, route.address


#: Addresses that answer visitors, and why.
OPEN_TO_ALL = {
    "language/": "the door speaks their language",
}


@pytest.mark.req("SX.13", part="a deputy opens the matters of whoever they stand in for")
def test_a_deputy_opens_what_they_stand_in_for_and_nothing_else(world: World) -> None:
    busy, clerk = world.beside.person, world.people["clerk"]
    case = world.beside.thing("cases.Case")
    assert client_of(clerk).get(case.get_absolute_url()).status_code == 404
    now = clock.now()
    busy.absences.create(deputy=clerk, start_at=now - timedelta(hours=1), end_at=now + timedelta(1))
    assert client_of(clerk).get(case.get_absolute_url()).status_code == 200
    unseen = world.beside.thing("products.SerialUnit")
    assert clerk.holds("products.see")
    found = type(unseen).objects.visible_to(User.objects.get(pk=clerk.pk))
    assert unseen not in found
