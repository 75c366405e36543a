"""What promise rules may ask of a matter: each module names the facts it gives (C01, C02)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kept.kit.wiring import Slot

#: What rules of which kinds may ask, asked with the company: a list of ``Fact``.
rule_facts = Slot("promises.rule_facts")


@dataclass(frozen=True)
class Fact:
    """One thing a rule may ask: its name, its words, its values with theirs (none: any value), and
    the kinds of promises whose matters have it. Where it sets matters ``apart``, rules that ask
    for it and rules that do not never compete.
    """

    name: str
    label: Any
    kinds: frozenset[str]
    choices: Mapping[str, Any] | None = None
    apart: bool = False

    def has(self, value: str) -> bool:
        return self.choices is None or value in self.choices

    def words_of(self, value: str) -> str:
        return str((self.choices or {}).get(value, value))


def facts_known(company: Any) -> list[Fact]:
    """Every fact some module gives."""
    return [fact for some in rule_facts.ask(company) for fact in some]


def fact_named(facts: Iterable[Fact], name: str, kind: str) -> Fact | None:
    """The fact a rule of a kind may ask for under a name."""
    return next((fact for fact in facts if fact.name == name and kind in fact.kinds), None)


def can_compete(
    one: Mapping[str, Iterable[str]], other: Mapping[str, Iterable[str]], facts: Iterable[Fact]
) -> bool:
    """Whether two rules of one kind may both fit a matter, and neither asks for more."""
    apart = {fact.name for fact in facts if fact.apart}
    if apart & set(one) != apart & set(other) or len(one) != len(other):
        return False
    return all(set(one[name]) & set(other[name]) for name in set(one) & set(other))


def worded(applies: Mapping[str, Iterable[str]], kind: str, company: Any) -> str:
    """What a rule asks, in words: "Route: phone, fax; Kind: complaint". Empty for all matters."""
    facts = facts_known(company)
    parts = []
    for name, values in applies.items():
        fact = fact_named(facts, name, kind)
        words = [fact.words_of(value) if fact else value for value in values]
        parts.append(f"{fact.label if fact else name}: {', '.join(words)}")
    return "; ".join(parts)
