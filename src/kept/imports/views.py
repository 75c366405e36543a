"""Pages of an import: the upload, the columns, what becomes of it, and the files it gives."""

import io
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from kept.imports.actions import check_table, require_table, upload_table
from kept.imports.copies import copy_of
from kept.imports.forms import ColumnsForm, HowForm, UploadForm, how_asked
from kept.imports.kinds import kind_or_404, kinds_of
from kept.imports.models import ImportRun, ImportState
from kept.imports.reading import require_said
from kept.imports.worded import fault_read, read
from kept.kit.actions import Action
from kept.kit.importing.forms import template_csv, template_xlsx
from kept.kit.importing.kinds import Kind, kind_named
from kept.kit.importing.running import Look, look, shown
from kept.kit.importing.tables import How
from kept.kit.lists.files import XLSX
from kept.kit.pages import Page, find_visible, go_to, new_key
from kept.kit.refusal import NotAllowed, OutOfSight, Refused
from kept.kit.words import Words
from kept.timeline.downloads import HARMLESS
from kept.timeline.files import Damaged, open_unchanged

LISTED_WITH = {"contacts": "accounts"}
"""Kinds without a list of their own stand in that of another."""
SHOWN_WITH = ("unit__company", "by", "file", "errors_file")
TAG_STATES = {
    ImportState.UPLOADED: "plain",
    ImportState.CHECKING: "warned",
    ImportState.CHECKED: "plain",
    ImportState.RUNNING: "warned",
    ImportState.DONE: "good",
    ImportState.STOPPED: "bad",
}


class Template(Page):
    """An empty table of a kind to fill in: ``accounts.xlsx``, ``accounts.csv``."""

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        stem, _dot, ending = name.rpartition(".")
        kind = kind_or_404(stem)
        if kind not in kinds_of(request.user):  # type: ignore[arg-type]  # signed in
            raise PermissionDenied
        if ending == "csv":
            content, media = io.BytesIO(template_csv(kind).encode()), "text/csv; charset=utf-8"
        elif ending == "xlsx":
            content, media = io.BytesIO(), XLSX
            template_xlsx(kind, content)
            content.seek(0)
        else:
            raise Http404
        return FileResponse(content, as_attachment=True, filename=name, content_type=media)


class UploadTable(Page):
    """A file goes up: what its rows are, and into which unit they come."""

    template_name = "imports/upload.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"kind": request.GET.get("kind", "")}
        return self._form_page(UploadForm(*self._who(), initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(*self._who(), request.POST, request.FILES)
        if not form.is_valid():
            return self._form_page(form, status=422)
        values = form.cleaned_data
        try:
            require_table(kind_named(values["kind"]), values["upload"])
            run = upload_table.perform(
                by=request.user, values=values, key=request.POST.get("_key") or None
            )
        except (OutOfSight, NotAllowed):
            raise
        except Refused as refused:
            form.refuse(refused)
            return self._form_page(form, status=refused.status)
        return go_to(request, f"{run.get_absolute_url()}columns/")

    def _who(self) -> tuple[Any, list[Kind]]:
        user: Any = self.request.user
        kinds = kinds_of(user)
        if not kinds:
            raise PermissionDenied
        return user, kinds

    def _form_page(self, form: UploadForm, status: int = 200) -> HttpResponse:
        key = self.request.POST.get("_key") or new_key()
        return self.show({"form": form, "key": key}, status)


class OneImport(Page):
    """A page of one import: not there for who may not see it."""

    def found(self, ref: str) -> ImportRun:
        return find_visible(ImportRun, ref, self.request.user, SHOWN_WITH)


class ImportPage(OneImport):
    """How far it is, or what became of it."""

    template_name = "imports/import.html"

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        run = self.found(ref)
        if run.status == ImportState.UPLOADED and run.file_id:
            return redirect(f"{run.get_absolute_url()}columns/")
        return self.show(shown_run(run, request.user))


class ImportProgress(OneImport):
    """The line that says how far it is, asked for every two seconds; the whole page at the end."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        run = self.found(ref)
        if not getattr(request, "htmx", None):
            return redirect(run.get_absolute_url())
        if not run.is_under_way or run.is_silent:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "imports/progress.html", {"run": run})


class ImportStep(OneImport):
    """POST: a step that needs nothing but the import: bring in now, go on."""

    action: Action = None  # type: ignore[assignment]  # given by the address

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        return redirect(self.found(ref).get_absolute_url())

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        run = self.found(ref)
        key = request.POST.get("_key") or None
        self.action.perform(run, by=request.user, values={}, key=key)
        return go_to(request, run.get_absolute_url())


class ImportColumns(OneImport):
    """What was found in the file, which column says what, and the first rows."""

    template_name = "imports/columns.html"

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        run = self.found(ref)
        if run.is_under_way:
            return redirect(run.get_absolute_url())
        how = how_asked(request.GET) if request.GET else run.how
        return self._looked_at(run, how)

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        run = self.found(ref)
        how = how_asked(request.POST)
        looked = looked_at(run, how)
        form = ColumnsForm(run, looked, how, request.user, request.POST)  # type: ignore[arg-type]
        if not form.is_valid():
            return self._form_page(form, status=422)
        try:
            choice = form.choice()
            require_said(form.kind, looked.header, choice, run.unit.zone)
            check_table.perform(run, by=request.user, values={"choice": choice})
        except (OutOfSight, NotAllowed):
            raise
        except Refused as refused:
            form.refuse(refused)
            return self._form_page(form, status=refused.status)
        return go_to(request, run.get_absolute_url())

    def _looked_at(self, run: ImportRun, how: How) -> HttpResponse:
        """The page; where the file cannot be read so, the sentence and the file as it is found."""
        reader: Any = self.request.user
        refused, status = None, 200
        try:
            looked = looked_at(run, how)
        except Refused as error:
            if how == How() or run.file_id is None:
                raise
            refused, status, how = error, error.status, How()
            looked = looked_at(run, how)
        return self._form_page(ColumnsForm(run, looked, how, reader), refused, status)

    def _form_page(
        self, form: ColumnsForm, refused: Refused | None = None, status: int = 200
    ) -> HttpResponse:
        looked, reads = form.looked, _read_by(form)
        return self.show(
            {
                "run": form.run,
                "kind": form.kind,
                "form": form,
                "refused": refused,
                "looked": looked,
                "told": [str(one) for one in looked.told],
                "how": form.how,
                "how_form": HowForm(initial=vars(form.how), sheets=looked.sheets),
                "is_found_alone": form.how == How(),
                "header": [(shown(name), reads.get(name, "")) for name in looked.header],
                "rows": [
                    (
                        row.line,
                        [(shown(name), shown(row.values.get(name, ""))) for name in looked.header],
                    )
                    for row in looked.rows
                ],
                "missing": [form.kind.field(name).label for name in looked.missing],
                "unused": [shown(name) for name in looked.unused],
            },
            status,
        )


def looked_at(run: ImportRun, how: How) -> Look:
    """The beginning of the file of an import, read so."""
    with copy_of(run) as path:
        return look(run.kind_of, path, how=how, zone=run.unit.zone)


def _read_by(form: ColumnsForm) -> dict[str, Any]:
    """Column → the label of the field it says."""
    header = form.looked.header
    return {
        header[place]: form.kind.field(name).label
        for name, place in form.chosen.items()
        if isinstance(place, int) and place < len(header)
    }


class ErrorsFile(OneImport):
    """The refused rows as a table to be mended and brought in again."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponseBase:
        file = self.found(ref).errors_file
        if file is None:
            raise Http404
        try:
            content = open_unchanged(file)
        except Damaged as damaged:
            raise Refused("{damaged}", damaged=damaged, rule="SX.07") from None
        return FileResponse(
            content, as_attachment=True, filename=file.name, content_type=XLSX, headers=HARMLESS
        )


def shown_run(run: ImportRun, reader: Any) -> dict[str, Any]:
    """What the page of an import says of it."""
    return {
        "run": run,
        "kind": run.kind_of,
        "state": TAG_STATES[ImportState(run.status)],
        "stats": _figures(run),
        "told": read(run.told),
        "faults": [fault_read(one) for one in run.faults],
        "notes": [fault_read(one) for one in run.notes],
        "why_stopped": str(Words(run.why_stopped)) if run.why_stopped else "",
        "may": run.is_guarded_by(reader),
        "came_in_url": came_in_url(run.kind_of),
        "key": new_key(),
    }


def _figures(run: ImportRun) -> list[dict[str, Any]]:
    made = _("Would be new") if run.is_dry_run else _("New")
    known = _("Here already")
    refused = {"label": _("Rows refused"), "value": f"{run.refused:,}"}
    refused["state"] = "late" if run.refused else ""
    noted = {"label": _("With a warning"), "value": f"{run.noted:,}", "state": "warned"}
    return [
        {"label": _("Rows"), "value": f"{run.rows:,}"},
        {"label": made, "value": f"{run.made:,}", "state": "good" if run.made else ""},
        {"label": known, "value": f"{run.known:,}"},
        refused,
        *([noted] if run.noted else []),
    ]


def came_in_url(kind: Kind) -> str:
    """Where things of a kind are listed; nothing where they have no list of their own."""
    plural = getattr(kind.verb.creates, "plural", "")
    address = f"/{LISTED_WITH.get(kind.name) or plural}/"
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address
