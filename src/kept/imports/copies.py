"""A table as a file on this machine, for as long as it is read: the engine reads paths, and files
may lie in a store far away.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from kept.imports.models import FILE_KEPT, ImportRun
from kept.kit.refusal import InvalidInput, Refused
from kept.timeline.files import LARGEST, Damaged, open_unchanged, safe_name

LONGEST_STEM = 60
"""Signs of a name that fit on any disk, also when each takes four bytes."""
MEGABYTE = 1024 * 1024


def require_file(run: ImportRun) -> None:
    """Raise Refused when the file of an import is kept no longer."""
    if run.file_id is None:
        raise Refused(
            _("The file is no longer here: files are removed after {n} days. Upload it again."),
            n=FILE_KEPT.days,
            mend=f"/imports/upload/?kind={run.kind}",
            rule="SX.15",
        )


@contextmanager
def copy_of(run: ImportRun) -> Iterator[Path]:
    """The file of an import, proved and under its own name. Raises Refused when it is not whole."""
    require_file(run)
    assert run.file is not None
    try:
        content = open_unchanged(run.file)
    except Damaged as damaged:
        raise Refused(_("{damaged}. Upload it again."), damaged=damaged, rule="SX.07") from None
    with content, copied(content, run.name) as path:
        yield path


@contextmanager
def copy_of_upload(upload: Any) -> Iterator[Path]:
    """A file that is just coming up. Raises InvalidInput for an empty or a too large one."""
    name = safe_name(upload.name or "")
    if not upload.size:
        raise InvalidInput(_("“{name}” is empty."), name=name, field="upload")
    if upload.size > LARGEST:
        raise InvalidInput(
            _("“{name}” is too large: at most {max} MB. Split it, or pack it with gzip."),
            name=name,
            max=LARGEST // MEGABYTE,
            field="upload",
        )
    upload.seek(0)
    with copied(upload, name) as path:
        yield path
    upload.seek(0)


@contextmanager
def copied(content: IO[bytes] | Any, name: str) -> Iterator[Path]:
    """A copy in a folder of its own that goes again."""
    with TemporaryDirectory(prefix="kept-import-") as folder:
        path = Path(folder) / short_name(name)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)
        yield path


def short_name(name: str) -> str:
    """A file name short enough for any disk, with its ending."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_STEM]
    return f"{stem[:LONGEST_STEM]}.{ending[:10]}"
