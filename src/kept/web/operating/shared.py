"""Figures of several processes as one: each writes its own files in a folder all of them read.

The files of the dead are added up in one file, so that no figure falls when a process ends. Room
is taken on the disk before anything is written: writing into a hole on a full disk would end the
process.
"""

import fcntl
import mmap
import os
from pathlib import Path
from typing import Any

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

from kept.web.operating.presence import ALIVE, Presence, is_dead, locked

KINDS = ("counter", "histogram")
FIRST_ROOM = {"counter": 1 << 18, "histogram": 1 << 20}
ENTRY_MARGIN = 64
GONE = "gone"


class ReservedFile(MmapedDict):
    """A file of figures whose room is on the disk before it is used. Raises OSError when the disk
    is full; the figure is not counted then.
    """

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            kind = Path(filename).name.partition("_")[0]
            _reserve(filename, FIRST_ROOM.get(kind, 1 << 16))
        super().__init__(filename, read_mode)

    def _init_value(self, key: str) -> None:
        needed = self._used + len(key.encode()) + ENTRY_MARGIN
        if needed > self._capacity:
            size = self._capacity * 2
            os.posix_fallocate(self._f.fileno(), 0, size)
            self._m = mmap.mmap(self._f.fileno(), size)
            self._capacity = size
        super()._init_value(key)


def _reserve(filename: str, size: int) -> None:
    with open(filename, "ab") as file:
        if os.fstat(file.fileno()).st_size < size:
            os.posix_fallocate(file.fileno(), 0, size)


def share(kind: str, folder: Path) -> bool:
    """From now on this process shares its figures; call it before the first one is made. False
    where the folder cannot be written: the process keeps its figures to itself then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        presence = Presence(kind, folder)
        presence.name()
        _reserve(str(folder / f"counter_{presence.name()}.db"), FIRST_ROOM["counter"])
    except OSError:
        return False
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    changed: Any = values
    changed.MmapedDict = ReservedFile
    changed.ValueClass = values.MultiProcessValue(presence.name)
    return True


def is_shared() -> bool:
    """Whether this process shares its figures."""
    return bool(values.ValueClass._multiprocess)


def gather_dead(folder: Path) -> int:
    """Add the figures of dead processes up in one file of each kind; how many there were."""
    if not folder.is_dir():
        return 0
    with locked(folder, fcntl.LOCK_EX):
        dead = [path for path in folder.glob(f"*{ALIVE}") if is_dead(path)]
        for path in dead:
            for kind in KINDS:
                _add_up(folder, kind, folder / f"{kind}_{path.stem}.db")
            path.unlink(missing_ok=True)
    return len(dead)


def _add_up(folder: Path, kind: str, file: Path) -> None:
    """The sum is made beside and put in place at once."""
    if not file.exists():
        return
    sums, gone = folder / f"{kind}_{GONE}.new", folder / f"{kind}_{GONE}.db"
    sums.unlink(missing_ok=True)
    total = MmapedDict(str(sums))
    for one in (gone, file):
        if one.exists():
            for key, value, _time, _place in MmapedDict.read_all_values_from_file(str(one)):
                total.write_value(key, total.read_value(key)[0] + value, 0.0)
    total.close()
    sums.replace(gone)
    file.unlink()
