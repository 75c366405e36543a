"""The bulk verb: up to a thousand drafts become cases with their history in one transaction."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from kept.cases.importing import promised
from kept.cases.importing.drafts import FIELDS, CaseDraft, check
from kept.cases.importing.promised import Promised
from kept.cases.models import Case, CaseStatus, Direction, Interaction, Route
from kept.cases.models.findable import card_of
from kept.kit import clock
from kept.kit.actions import action
from kept.kit.behind import AT_ONCE, behind
from kept.kit.bulk import insert, keys_of
from kept.kit.importing.kinds import Batch, Fault, Imported, Kind, register
from kept.kit.importing.mapping import Mapping
from kept.kit.labels import declare_for
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import TextRule
from kept.people.models import Unit, User
from kept.products.models import Product
from kept.promises.models import Promise
from kept.search.index import put_many
from kept.timeline import sight
from kept.timeline.bulk import Line, Story, write_stories
from kept.timeline.envelope import number_text, take_numbers
from kept.timeline.models import Entry, Thread
from kept.timeline.recorder import locked_thread
from kept.timeline.sentences import declare

CASE_REGISTER, CONTACT_REGISTER = "H", "HR"

#: What the index of sources is limited to.
FROM_A_SOURCE = """NOT ("source" = '')"""

declare(
    "case.imported",
    _("Taken over from {source} ({ref}); received there by {route}"),
    icon="database",
    route=Route,
)
declare("case.closed_before", _("Closed before it was taken over"), icon="check-check")
declare("cases.imported", _("{count} cases taken over from {source}"), icon="database")
declare_for("cases.import", batch=_("Rows"), source=_("Source"), owner=_("Owner"))


@dataclass
class Arrival:
    """A draft on its way in: the case, its story, and the promise it came with, if any."""

    draft: CaseDraft
    case: Case
    promised: Promised | None = None
    words: list[tuple[str, str]] = field(default_factory=list)


@action("cases.import", label=_("Take over cases"), creates=Case, internal=True)
def import_cases(
    *,
    by: User,
    unit: Unit,
    owner: User,
    source: Annotated[str, TextRule(40, many_lines=False)],
    batch: Batch,
) -> Imported:
    """Take over cases from elsewhere into a unit: numbered in a register of their own, with their
    own times as history (SX.05, SX.08). Open ones lie in the unit's queue, owned by ``owner``.

    A row whose reference is here already is passed over, so a second run adds nothing; a broken
    row is refused alone, and so is another row with a reference of the same file.
    """
    if not source:
        raise InvalidInput(_("Fill this in."), field="source")
    if owner.company_id != unit.company_id:
        raise Refused(_("“{thing}” belongs to another company."), thing=owner, rule="SX.01")
    company: Any = unit.company
    if not batch.dry_run:
        locked_thread(company)  # one import of a company at a time: each sees what is here
    done = Imported(counted={"open": 0}, dry_run=batch.dry_run)
    drafts = _new_ones(_first_ones(batch, done), unit, source, done)
    arrivals = _arrivals(drafts, unit=unit, owner=owner, source=source, by=by, done=done)
    done.made = [arrival.case for arrival in arrivals]
    done.counted["open"] = still_open = sum(case.is_open for case in done.made)
    if arrivals and not batch.dry_run:
        _number(arrivals, company)
        _write(arrivals, by=by)
        unit.record("cases.imported", by=by, source=source, count=len(arrivals), open=still_open)
    return done


def _shipped() -> dict[str, str]:
    """Descriptions of other systems' tables that come with Kept, by name."""
    folder = files("kept.cases.importing") / "mappings"
    return {
        file.name.removesuffix(".toml"): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
    }


def _forgive(draft: CaseDraft, mapping: Mapping) -> None:
    """Clocks that disagree: closed a little too early is taken as closed at once."""
    allowed = timedelta(seconds=mapping.tolerate.get("closed_early_seconds", 0))
    if not allowed or draft.closed_at is None or draft.received_at is None:
        return
    if timedelta() < draft.received_at - draft.closed_at <= allowed:
        draft.closed_at = draft.received_at


CASES = register(
    Kind(
        name="cases",
        label=_("Cases"),
        draft=CaseDraft,
        fields=FIELDS,
        verb=import_cases,
        tells=_("{made} cases taken over, {open} of them open."),
        order=60,
        options=("owner", "source"),
        described=_shipped,
        finish=_forgive,
    )
)


def _sound_ones(drafts: Iterable[CaseDraft], done: Imported) -> Iterable[CaseDraft]:
    for draft in drafts:
        try:
            check(draft)
        except Refused as refused:
            done.faults.append(Fault(draft.line, refused))
        else:
            yield draft


def _first_ones(batch: Batch, done: Imported) -> Iterable[CaseDraft]:
    """Of several with one reference the first: the same again is known, another is refused."""
    for draft in _sound_ones(batch.drafts, done):
        ref, own = draft.source_ref, CASES.trace(draft)
        first = batch.seen.get(ref) or done.seen.get(ref)
        if first is None:
            done.seen[ref] = own
            yield draft
        elif first.content == own.content:
            done.known += 1
        else:
            twice = InvalidInput(
                _("It has the reference of line {line}, but says something else."),
                line=first.line,
                field="source_ref",
            )
            done.faults.append(Fault(draft.line, twice))


def _new_ones(
    drafts: Iterable[CaseDraft], unit: Unit, source: str, done: Imported
) -> list[CaseDraft]:
    """Those not yet here."""
    wanted = {draft.source_ref: draft for draft in drafts}
    here = {"company_id": unit.company_id, "source": source}
    keys = keys_of(Case, "source_ref", wanted, where=FROM_A_SOURCE, **here)
    for ref in Case.objects.filter(pk__in=keys).values_list("source_ref", flat=True):
        del wanted[ref]
        done.known += 1
    return list(wanted.values())


def _arrivals(
    drafts: list[CaseDraft], *, unit: Unit, owner: User, source: str, by: User, done: Imported
) -> list[Arrival]:
    products = _products(drafts, unit)
    arrivals = []
    for draft in drafts:
        if draft.product and draft.product not in products:
            missing = InvalidInput(
                _("There is no product “{code}”."), code=draft.product, field="product"
            )
            done.faults.append(Fault(draft.line, missing))
            continue
        case = _case(draft, unit, owner, source, by)
        case.product = products.get(draft.product)
        promise = Promised(draft, unit=unit, by=by) if draft.due_at else None
        arrivals.append(Arrival(draft, case, promise))
    return arrivals


def _products(drafts: list[CaseDraft], unit: Unit) -> dict[str, Product]:
    codes = {draft.product for draft in drafts if draft.product}
    if not codes:
        return {}
    rows = Product.objects.filter(company=unit.company_id, code__in=codes)
    return {product.code: product for product in rows}


def _case(draft: CaseDraft, unit: Unit, owner: User, source: str, by: User) -> Case:
    is_closed = draft.closed_at is not None
    return Case(
        company=unit.company,
        unit=unit,
        origin_id=unit.pk,
        owner=owner,
        status=CaseStatus.CLOSED if is_closed else CaseStatus.OPEN,
        route=draft.route,
        case_kind=draft.case_kind,
        priority=draft.priority,
        summary=draft.summary,
        description=draft.description,
        address=draft.address,
        caller_name=draft.caller_name,
        caller_phone=draft.caller_phone,
        caller_email=draft.caller_email,
        unregistered_serial=draft.serial,
        classification=draft.classification,
        received_at=draft.received_at,
        result=draft.result,
        result_at=draft.closed_at if draft.result else None,
        closed_at=draft.closed_at,
        closed_by=by if is_closed else None,
        source=source,
        source_ref=draft.source_ref,
    )


def _number(arrivals: list[Arrival], company: Unit) -> None:
    """Numbers without holes, by the year in which each was received in the company's zone.

    Taken before the inserts, which need them: it holds up nobody but another import.
    """
    by_year: dict[int, list[Case]] = defaultdict(list)
    for arrival in arrivals:
        year = clock.local(arrival.draft.received_at, company.zone).year
        by_year[year].append(arrival.case)
    for year, cases in sorted(by_year.items()):
        counts = take_numbers(company, CASE_REGISTER, year, len(cases))
        for case, count in zip(cases, counts, strict=True):
            case.number = number_text(company, CASE_REGISTER, year, count)


def _write(arrivals: list[Arrival], *, by: User) -> None:
    unit = arrivals[0].case.unit
    scopes = sorted(sight.scopes_above(unit) | {arrivals[0].case.owner.scope_id})
    stories = [_story(arrival, scopes) for arrival in arrivals]
    contacts = _contacts(arrivals, by)
    new = dict.fromkeys((Thread, Case, Interaction, Promise), len(arrivals))
    new[Entry] = sum(len(story.lines) for story in stories)
    with behind(new):
        for start in range(0, len(arrivals), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            _write_some(arrivals[some], stories[some], contacts[some], by)


def _write_some(
    arrivals: list[Arrival], stories: list[Story], contacts: list[Interaction], by: User
) -> None:
    write_stories(stories, by=by)
    for arrival, story in zip(arrivals, stories, strict=True):
        arrival.case.thread = story.thread
    insert([arrival.case for arrival in arrivals])
    for arrival, contact in zip(arrivals, contacts, strict=True):
        contact.case = arrival.case
    insert(contacts)
    promised.save([(one.case.thread, one.promised) for one in arrivals if one.promised])
    put_many((card_of(arrival.case, arrival.words) for arrival in arrivals), are_new=True)


def _story(arrival: Arrival, scopes: list[int]) -> Story:
    case, draft = arrival.case, arrival.draft
    promise = arrival.promised.promise if arrival.promised else None
    thread = Thread(
        company_id=case.company_id,
        unit=case.unit,
        kind=Case.kind,
        number=case.number or "",
        title=case.summary,
        address=case.get_absolute_url(),
        is_open=case.is_open,
        next_due_at=promise.due_at if promise and promise.is_open else None,
        created_at=clock.now(),
    )
    came = {"source": case.source, "ref": draft.source_ref, "route": draft.route, "unit": case.unit}
    words = {"title": draft.summary, "text": draft.description}
    lines = [Line("case.imported", draft.received_at, came, words)]
    if arrival.promised:
        lines += arrival.promised.lines()
    if draft.closed_at:
        lines.append(Line("case.closed_before", draft.closed_at, {}, {"text": draft.result}))
    arrival.words = [(line.event, text) for line in lines for text in line.words.values() if text]
    return Story(thread, scopes, lines)


def _contacts(arrivals: list[Arrival], by: User) -> list[Interaction]:
    """The contact each case began with, in a register of its own as well."""
    now, company = clock.now(), arrivals[0].case.company
    contacts = [_contact(arrival, by) for arrival in arrivals]
    by_year: dict[int, list[Interaction]] = defaultdict(list)
    for contact in contacts:
        contact.recorded_at = now
        by_year[clock.local(contact.happened_at, company.zone).year].append(contact)
    for year, rows in sorted(by_year.items()):
        counts = take_numbers(company, CONTACT_REGISTER, year, len(rows))
        for row, count in zip(rows, counts, strict=True):
            row.number = number_text(company, CONTACT_REGISTER, year, count)
    return contacts


def _contact(arrival: Arrival, by: User) -> Interaction:
    case, draft = arrival.case, arrival.draft
    return Interaction(
        unit=case.unit,
        direction=Direction.IN,
        route=draft.route,
        sender_type=draft.sender_type,
        sender=draft.caller_name,
        phone=draft.caller_phone,
        content=draft.description or draft.summary,
        by=by,
        happened_at=draft.received_at,
    )
