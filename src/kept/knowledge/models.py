"""Scripts: what is said at one moment of a contact."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kept.kit.words import Words, WordsField
from kept.people.models import Policy, User


class Moment(models.TextChoices):
    """When a script is read."""

    GREETING = "greeting", _("picking up")
    DIALOGUE = "dialogue", _("during the call")
    DIFFICULT = "difficult", _("difficult caller")
    RECEPTION = "reception", _("receiving a visitor")


class Script(Policy):
    """What to say at one moment, for some kinds of units and routes (S1.49, S1.51, S1.59, S1.71).

    ``lines`` is a list of words by language; {company}, {unit} and {name} are filled in.
    """

    Moment = Moment

    code = models.SlugField(max_length=40)
    name = WordsField()
    moment = models.CharField(max_length=12, choices=Moment.choices)
    unit_kinds = models.JSONField(default=list, blank=True)
    routes = models.JSONField(default=list, blank=True)
    lines = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.name)

    def fits(self, unit_kind: str, route: str) -> bool:
        """Whether it is meant for this kind of unit and this way of contact."""
        return (not self.unit_kinds or unit_kind in self.unit_kinds) and (
            not self.routes or route in self.routes
        )

    def lines_for(self, reader: User) -> list[str]:
        """The lines in the reader's language, with names filled in."""
        unit = reader.unit
        company = unit.company if unit else None
        names = _Named(name=reader.name)
        if unit and company:
            names.update(company=company.name, unit=unit.name)
        return [str(Words(line)).format_map(names) for line in self.lines]


class _Named(dict):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
