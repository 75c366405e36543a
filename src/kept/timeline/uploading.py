"""The field of a form that takes files: each is of a kind, and of some kinds more is said (SX.07).

It works without a script: what a kind asks for is shown by style sheet when the kind is chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import InvalidInput
from kept.timeline.kinds import Sent, all_facts, require_own
from kept.timeline.models import Attachment, AttachmentKind


@dataclass(frozen=True)
class Picked:
    """What a form sent: the files, their kind, and what was said of them."""

    files: list[UploadedFile]
    kind: str
    facts: Mapping[str, str]


class KindedFilesInput(forms.FileInput):
    """Files, their kind, and what may be said of files of that kind."""

    template_name = "timeline/files_input.html"

    def __init__(self, *, many: bool, attrs: Any = None) -> None:
        self.allow_multiple_selected = many
        super().__init__(attrs)

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, UploadedFile] | Any, name: str
    ) -> Picked:
        sent = files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []
        kind = data.get(f"{name}.kind") or AttachmentKind.DOCUMENT
        asked = [fact.name for one in all_facts() if one.kind == kind for fact in one.facts]
        said = {one: (data.get(f"{name}.{one}") or "").strip() for one in asked}
        return Picked(
            sent if isinstance(sent, list) else [sent],
            kind,
            {one: value for one, value in said.items() if value},
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files

    def format_value(self, value: Any) -> None:
        """A browser never gets a file back."""
        return

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        picked = value if isinstance(value, Picked) else Picked([], AttachmentKind.DOCUMENT, {})
        context = super().get_context(name, value, attrs)
        key = context["widget"]["attrs"].get("id", f"id_{name}")
        context["said"] = {
            "id": key,
            "kind": picked.kind,
            "kinds": AttachmentKind.choices,
            "of": [
                (one.kind, [_asked(name, key, fact, picked) for fact in one.facts])
                for one in all_facts()
            ],
        }
        return context


def _asked(name: str, key: str, fact: Any, picked: Picked) -> dict[str, Any]:
    sent = f"{name}.{fact.name}"
    return {
        "name": sent,
        "id": f"{key}_{fact.name}",
        "label": fact.label,
        "type": fact.type,
        "max": fact.max,
        "choices": fact.choices,
        "value": picked.facts.get(fact.name, ""),
        "check_url": f"{fact.check_url}?for={sent}" if fact.check_url else "",
    }


class KindedFilesField(forms.FileField):
    """One file or any number, each as ``Sent``."""

    def __init__(self, *, many: bool, **options: Any) -> None:
        self.many = many
        super().__init__(widget=KindedFilesInput(many=many), **options)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was said of the files stays in a form that comes back; the files do not."""
        return data

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data.files if isinstance(data, Picked) else []
        if not files:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        if data.kind not in AttachmentKind.values:
            raise ValidationError(_("Choose one of the values offered."), code="invalid_choice")
        try:
            require_own(len(files), data.facts)
        except InvalidInput as refused:
            raise ValidationError(str(refused), code="invalid") from None
        checked = [super(KindedFilesField, self).clean(one, initial) for one in files]
        return [Sent(one, data.kind, data.facts) for one in checked]


def upload_field(*, many: bool) -> KindedFilesField:
    """The field for files of an action's signature."""
    return KindedFilesField(many=many)


Attachment.upload_field = staticmethod(upload_field)  # type: ignore[attr-defined]  # what forms show
