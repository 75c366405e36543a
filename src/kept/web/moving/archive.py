"""A backup as one file: a packed tar that is written under another name until it is complete.

``begin.json`` says what it is and what the tables look like, ``rows/TABLE/0001.jsonl`` hold plain
rows, ``files/…`` the attachments, ``end.json`` the count and digest of everything. A file that is
cut off has no end, one that was altered does not have the digests its end says.
"""

import gzip
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from kept.kit.refusal import Refused
from kept.web.files import keep_names
from kept.web.moving.stores import Row, Tally, line_of

FORMAT = 1
BEGIN, END = "begin.json", "end.json"
ROWS, FILES = "rows/", "files/"
PIECE = 4 * 1024 * 1024
"""Bytes of rows in one member: what is held in memory."""
LEVEL = 1
PRIVATE = 0o600
ENDING = ".tar.gz"


@contextmanager
def part_of(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name only when the block ends well; otherwise nothing is left of it."""
    part = path.with_name(f"{path.name}.part")
    try:
        file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")
    except FileExistsError:
        raise Refused(
            _("{part} is there: another backup is being written, or one was cut off. Remove it."),
            part=part,
        ) from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _name(part: Path, path: Path) -> None:
    """Give the name without taking it from a file that came meanwhile; keep it through a crash."""
    require_free(path)
    try:
        os.link(part, path)
    except FileExistsError:
        require_free(path)
    except OSError:  # a file system without links
        part.rename(path)
    part.unlink(missing_ok=True)
    keep_names(path.parent)


def require_free(path: Path) -> None:
    """Raise Refused when there is something of that name."""
    if path.exists():
        raise Refused(_("{file} is there already. Name another file."), file=path)


class Writer:
    """Fills a backup: ``begin``, then tables and files, then ``end``."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = gzip.GzipFile("", "wb", LEVEL, file, mtime=0)
        self._tar = tarfile.TarFile(fileobj=self._zip, mode="w")
        self.tables: dict[str, dict[str, Any]] = {}
        self.files = Tally()

    def begin(self, facts: dict[str, Any]) -> None:
        self.content(BEGIN, json.dumps(facts, ensure_ascii=False, indent=1).encode())

    def content(self, name: str, content: bytes) -> None:
        """Something small, held against its digest like everything else."""
        self.file(name, io.BytesIO(content), len(content))

    def write(self, name: str, content: bytes) -> None:
        self.stream(name, io.BytesIO(content), len(content))

    def file(self, name: str, content: IO[bytes], size: int) -> str:
        """Something that is kept as it is; the digest of what was read."""
        hashing = Hashing(content)
        self.stream(name, hashing, size)  # type: ignore[arg-type]
        self.files.count(_said(name, hashing.digest))
        return hashing.digest

    def stream(self, name: str, content: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, PRIVATE
        self._tar.addfile(member, content)
        _forget(self._tar)

    def table(self, name: str, rows: Iterable[Row]) -> Tally:
        """The rows of a table, in pieces."""
        tally, lines, held, number = Tally(), [], 0, 0
        for row in rows:
            line = line_of(row)
            tally.count(line)
            lines.append(line)
            held += len(line)
            if held >= PIECE:
                number += 1
                self._piece(name, number, lines)
                lines, held = [], 0
        if lines:
            self._piece(name, number + 1, lines)
        self.tables[name] = tally.said
        return tally

    def _piece(self, table: str, number: int, lines: list[bytes]) -> None:
        self.write(f"{ROWS}{table}/{number:06d}.jsonl", b"".join(lines))

    def end(self, **facts: Any) -> None:
        said = {"tables": self.tables, "files": self.files.said, **facts}
        self.write(END, json.dumps(said, ensure_ascii=False, indent=1).encode())
        self._tar.close()
        self._zip.close()


def _forget(tar: Any) -> None:
    """The library keeps every member it ever saw."""
    tar.members.clear()


class Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content, self._tally = content, Tally()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self._tally.sha.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._tally.digest


def _said(name: str, digest: str) -> bytes:
    return f"{name} {digest}\n".encode()


Member = tuple[str, IO[bytes]]
UNREADABLE = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError)


class Reader:
    """A backup that is read from its beginning, as often as asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.begin = self._begin()

    def members(self) -> Generator[Member, None, None]:
        """Every member in order; read inside ``whole``."""
        with gzip.open(self.path) as unzipped, tarfile.open(fileobj=unzipped, mode="r|") as tar:
            while (member := tar.next()) is not None:
                _forget(tar)
                content = tar.extractfile(member)
                if content is not None:
                    with closing(content):
                        yield member.name, content
            while unzipped.read(PIECE):  # to the checksum at the very end
                pass

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Raises Refused when the file cannot be read to its end."""
        try:
            yield
        except UNREADABLE as error:
            raise self._damaged(error) from None
        except (LookupError, TypeError, AttributeError) as error:
            raise self._damaged(f"{type(error).__name__}: {error}") from None

    def _begin(self) -> dict[str, Any]:
        begin: dict[str, Any] = {}
        if self._is_packed_tar():
            with self.whole(), closing(self.members()) as members:
                name, content = next(members, ("", io.BytesIO()))
                begin = json.load(content) if name == BEGIN else {}
        if not begin:
            raise Refused(_("{file} is no backup of Kept."), file=self.path)
        if begin.get("format") != FORMAT:
            raise Refused(
                _("{file} was written by Kept {version} in a form this version does not read."),
                file=self.path,
                version=begin.get("kept"),
            )
        return begin

    def _is_packed_tar(self) -> bool:
        """Whether it begins as a backup does; a letter or a table is not called damaged."""
        try:
            with gzip.open(self.path) as unzipped:
                tarfile.TarInfo.frombuf(unzipped.read(tarfile.BLOCKSIZE), "utf-8", "strict")
        except EOFError:
            return True  # cut off: that is told further on
        except (gzip.BadGzipFile, zlib.error, tarfile.TarError):
            return False
        return True

    def _damaged(self, why: Any) -> Refused:
        return Refused(
            _("{file} is not whole: it was cut off or altered ({why}). Nothing was written."),
            file=self.path,
            why=why,
        )

    def check(self, progress: Callable[[str], None] = lambda name: None) -> dict[str, Any]:
        """Read all of it and prove every count and digest; what its end says.

        Raises Refused when anything is missing or another than was written.
        """
        tallies: dict[str, Tally] = {}
        files = Tally()
        end: dict[str, Any] = {}
        with self.whole():
            for name, content in self.members():
                progress(name)
                if name.startswith(ROWS):
                    tally = tallies.setdefault(table_in(name), Tally())
                    for line in content:
                        tally.count(line)
                elif name == END:
                    end = json.load(content)
                else:
                    require_inside(name)
                    files.count(_said(name, sha_of(content)))
            self._require(end, tallies, files)
        return end

    def _require(self, end: dict[str, Any], tallies: dict[str, Tally], files: Tally) -> None:
        if not end:
            raise self._damaged(END)
        found = {name: tally.said for name, tally in tallies.items()}
        for name in sorted({*found, *end["tables"]}):
            if found.get(name, Tally().said) != end["tables"].get(name):
                raise self._damaged(name)
        if files.said != end["files"]:
            raise self._damaged(FILES)


def require_inside(name: str) -> None:
    """Raise ValueError for a name that leads out of the place it is put in."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(name)


def rows_in(content: IO[bytes]) -> Iterator[Row]:
    """The plain rows of a piece."""
    return map(json.loads, content)


def table_in(name: str) -> str:
    return name.removeprefix(ROWS).partition("/")[0]


def sha_of(content: IO[bytes]) -> str:
    tally = Tally()
    for piece in iter(lambda: content.read(1 << 18), b""):
        tally.sha.update(piece)
    return tally.digest
