"""Price files of any size as a stream of bytes: plain, gzip or zip, never unpacked as a whole.

Whoever reads from a stream holds one piece of it at a time, so neither a file of many gigabytes nor a bomb fills the
memory; a bomb is refused as soon as it unpacks to more than such a file can.
"""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from schemas.pricefiles.containers import MOST_MEMBERS, FileRefused

CHUNK_BYTES = 256 * 1024
PROGRESS_BYTES = 32 * 1024 * 1024
FREE_BYTES = 64 * 1024 * 1024
"""How much may unpack before the ratio is looked at: small files may be mostly blanks."""
MOST_TIMES = 250
"""How many times its size a file may unpack to. Price files come to some 20 to 60 times; a bomb to a thousand."""
MOST_BYTES = 2 * 1024**4

_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_MARK = b"\xef\xbb\xbf"
_ENDINGS = (".json", ".csv")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, MemoryError)
"""What unpacking raises. Memory runs out where a damaged head asks for more than the whole file unpacks to."""


class Progress(NamedTuple):
    """How far a file has been read, in bytes of the file as it lies there."""

    read: int
    size: int


Watcher = Callable[[Progress], None]


class ByteStream:
    """Unpacked bytes of a price file, in pieces. Made by ``opened``."""

    def __init__(self, unpacked: IO[bytes], file: BinaryIO, *, form: str, size: int, watcher: Watcher | None) -> None:
        self._unpacked = unpacked
        self._file = file
        self._form = form
        self._size = size
        self._watcher = watcher
        self._given = 0
        self._told = 0
        self._ahead = b""

    def peek(self, count: int) -> bytes:
        """Look at the first bytes without taking them."""
        while len(self._ahead) < count:
            piece = self._pull(count)
            if not piece:
                break
            self._ahead += piece
        return self._ahead[:count]

    def read(self, count: int = CHUNK_BYTES) -> bytes:
        """Take at most so many bytes; none at the end. Raises ``FileRefused``: damaged, cut off, or a bomb."""
        if self._ahead:
            found, self._ahead = self._ahead[:count], self._ahead[count:]
            return found
        return self._pull(count)

    def _pull(self, count: int) -> bytes:
        try:
            piece = self._unpacked.read(count)
        except _BROKEN as broken:
            raise FileRefused("file_broken", form=self._form) from broken
        self._given += len(piece)
        if self._given > FREE_BYTES and self._given > MOST_TIMES * self._size:
            raise FileRefused("file_unpacks_too_far", times=MOST_TIMES)
        if self._given > MOST_BYTES:
            raise FileRefused("file_too_large", limit=MOST_BYTES)
        if self._watcher is not None and (self._given - self._told >= PROGRESS_BYTES or not piece):
            self._told = self._given
            self._watcher(Progress(self._file.tell() if piece else self._size, self._size))
        return piece


@contextmanager
def opened(path: Path, *, watcher: Watcher | None = None) -> Iterator[ByteStream]:
    """Open a file as a stream of its unpacked bytes, without a byte order mark.

    ``watcher`` is told how far it has come, every 32 megabytes. Raises ``FileRefused``.
    """
    size = path.stat().st_size
    if not size:
        raise FileRefused("file_empty")
    with path.open("rb") as file:
        first = file.read(4)
        file.seek(0)
        if first.startswith((_ZIP, _EMPTY_ZIP)):
            with _zip_member(file) as member:
                yield _unmarked(ByteStream(member, file, form="zip", size=size, watcher=watcher))
        elif first.startswith(_GZIP):
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield _unmarked(ByteStream(unpacked, file, form="gzip", size=size, watcher=watcher))  # type: ignore[arg-type]  # it reads bytes
        else:
            yield _unmarked(ByteStream(file, file, form="text", size=size, watcher=watcher))


@contextmanager
def _zip_member(file: BinaryIO) -> Iterator[IO[bytes]]:
    """Open the one price file in a zip."""
    try:
        archive = zipfile.ZipFile(file)
        members = [item for item in archive.infolist() if not item.is_dir()]
        if len(members) > MOST_MEMBERS:
            raise FileRefused("file_too_large", limit=MOST_MEMBERS)
        found = [item for item in members if item.filename.lower().endswith(_ENDINGS)]
        if len(found) != 1:
            code = "file_several_tables" if found else "file_without_table"
            raise FileRefused(code, names=", ".join(item.filename for item in (found or members)[:10]))
        member = archive.open(found[0])
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as broken:
        raise FileRefused("file_broken", form="zip") from broken
    with archive, member:
        yield member


def _unmarked(stream: ByteStream) -> ByteStream:
    if stream.peek(len(_MARK)) == _MARK:
        stream.read(len(_MARK))
    return stream
