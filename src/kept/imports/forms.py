"""What the pages of an import ask: the file and where it belongs, how it is read, its columns."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kept.imports.kinds import units_for
from kept.imports.models import ImportRun
from kept.imports.reading import AS_DESCRIBED, Choice, Columns, found_mapping, proposed
from kept.kit.importing.forms import allowed
from kept.kit.importing.kinds import Field, Kind, ValueKind
from kept.kit.importing.mapping import Mapping
from kept.kit.importing.running import UNNAMED, Look, shown
from kept.kit.importing.tables import How
from kept.kit.refusal import Refused
from kept.people.models import User

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp932", "cp1252")
LAST_ROW = 1_048_576
"""No spreadsheet has more rows."""
SOURCE_MAX = 40


class UnitField(forms.ModelChoiceField):
    """A unit; with its company before it for who may import into several companies."""

    names_company = False

    def label_from_instance(self, unit: Any) -> str:
        is_plain = unit.is_company or not self.names_company
        return str(unit) if is_plain else f"{unit.company} · {unit}"


class UploadForm(forms.Form):
    """Which kind of things, into which unit, and the file."""

    kind = forms.ChoiceField(label=_("What the rows are"))
    unit = UnitField(
        queryset=None,
        to_field_name="code",
        label=_("Unit"),
        help_text=_("The part of the company the rows belong to."),
    )
    upload = forms.FileField(
        label=_("File"),
        help_text=_("XLSX, XLS or CSV, packed with gzip or not, at most 25 MB."),
        allow_empty_file=True,
    )

    def __init__(self, user: User, kinds: list[Kind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].choices = [(one.name, one.label) for one in kinds]
        fields["unit"].queryset = units = units_for(user, kinds)
        fields["unit"].empty_label = None
        fields["unit"].names_company = len({one.company_id for one in units}) > 1
        self.initial.setdefault("unit", _own_unit(user, units))

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at the file, or above the form."""
        field = refused.field if refused.field in self.fields else "upload"
        self.add_error(field, str(refused))


def _own_unit(user: User, units: Any) -> str:
    own = units.filter(pk=user.unit_id).first() or units.first()
    return own.code if own else ""


class HowForm(forms.Form):
    """How a file is read, for who knows better than what was found."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=_("Line of the column names"), required=False, min_value=1, max_value=LAST_ROW
    )
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    month_first = forms.BooleanField(label=_("3/4/2024 is the fourth of March"), required=False)

    def __init__(self, *args: Any, sheets: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if sheets is None or len(sheets) > 1:
            fields["sheet"].choices = [("", _("as found"))]
            fields["sheet"].choices += [
                (str(place), shown(name)) for place, name in enumerate(sheets or [], 1)
            ]
        else:
            del fields["sheet"]
        if sheets:
            del fields["encoding"]
        else:
            found = [(one, one) for one in ENCODINGS]
            fields["encoding"].choices = [("", _("as found")), *found]


def how_asked(data: Any) -> How:
    """How a file is to be read, by what an address or a form says; what cannot be is left out."""
    sheet, row, encoding = (data.get(name, "") for name in ("sheet", "header_row", "encoding"))
    return How(
        encoding=encoding if encoding in ENCODINGS else "",
        sheet=sheet if sheet.isdecimal() and len(sheet) < 5 else "",
        header_row=int(row) if row.isdecimal() and 0 < int(row[:9]) <= LAST_ROW else 0,
        month_first=bool(data.get("month_first")),
    )


class ColumnsForm(forms.Form):
    """For each field of ours the column of theirs that says it, and what the kind asks besides."""

    def __init__(self, run: ImportRun, looked: Look, how: How, reader: User, data: Any = None):
        super().__init__(data)
        self.run, self.looked, self.how, self.kind = run, looked, how, run.kind_of
        self.found = found_mapping(self.kind, looked.header, run.unit.zone)
        self.chosen = self._first_choice()
        for one in self.kind.fields:
            self.fields[_name(one)] = self._column_field(one)
        self._ask_options(reader)

    def _first_choice(self) -> Columns:
        """What was chosen before, where the file is still read alike; else what is found."""
        if self.run.columns and self.run.how == self.how:
            return dict(self.run.columns)
        return proposed(self.found, self.looked.header)

    def _column_field(self, one: Field) -> forms.ChoiceField:
        choices: list[tuple[str, Any]] = [("", _("– no column –"))]
        if one.name in self.found.fields:
            choices.append((AS_DESCRIBED, _described(self.found, one)))
        choices += [(str(at), shown(name)) for at, name in enumerate(self.looked.header)]
        chosen = self.chosen.get(one.name)
        return forms.ChoiceField(
            label=one.label,
            help_text=one.help,
            choices=choices,
            required=False,
            initial="" if chosen is None else str(chosen),
        )

    def _ask_options(self, reader: User) -> None:
        if "owner" in self.kind.options:
            people = User.objects.staff_of(self.run.unit.company)
            before = self.run.options.get("owner")
            self.fields["owner"] = forms.ModelChoiceField(
                people,
                to_field_name="username",
                label=_("Who answers for open ones"),
                initial=before or (reader.username if reader in people else None),
            )
        if "source" in self.kind.options:
            self.fields["source"] = forms.CharField(
                label=_("System they come from"),
                max_length=SOURCE_MAX,
                initial=self.run.options.get("source") or self.found.source or UNNAMED,
                help_text=_("References are known again within one system."),
            )

    def choice(self) -> Choice:
        """What was chosen; call it on a valid form."""
        cleaned = self.cleaned_data
        columns = {one.name: _place(cleaned[_name(one)]) for one in self.kind.fields}
        options: dict[str, Any] = {
            name: cleaned[name] for name in ("owner", "source") if name in cleaned
        }
        if "owner" in options:
            options["owner"] = options["owner"].username
        return Choice(self.how, columns, options)

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at the field it names."""
        name = f"{PREFIX}{refused.field}"
        self.add_error(name if name in self.fields else None, str(refused))

    def lines(self) -> Iterator[dict[str, Any]]:
        """Each field with its box, what may stand there, and what its first row says now."""
        first = self.looked.rows[0].values if self.looked.rows else {}
        for one in self.kind.fields:
            column = _column_at(self.looked.header, self.chosen.get(one.name))
            yield {
                "field": one,
                "box": self[_name(one)],
                "allowed": "" if one.kind is ValueKind.TEXT else allowed(one),
                "sample": shown(first.get(column, "")),
            }

    def others(self) -> list[Any]:
        """What the kind asks besides columns."""
        return [self[name] for name in ("owner", "source") if name in self.fields]


PREFIX = "c-"


def _name(one: Field) -> str:
    return f"{PREFIX}{one.name}"


def _place(text: str) -> int | str | None:
    return int(text) if text.isdecimal() else text or None


def _column_at(header: list[str], place: Any) -> str:
    """The column at a chosen place; empty for no column and for a described field."""
    return header[place] if isinstance(place, int) and place < len(header) else ""


def _described(found: Mapping, one: Field) -> str:
    return shown(found.column_of(one.name))
