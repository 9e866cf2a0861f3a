"""The zip of a package, of either form; nothing of it is written to the disk.

The old form is a zip with a database whose settings are JSON, and the list of its
media is JSON, too. In the one of today everything is compressed with zstd, and
settings and list are protocol buffers. Of those only the few fields that are needed
are read: see notetypes.proto, decks.proto and import_export.proto of Anki.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO

import zstandard

from nnanki.anki.apkg import wire
from nnanki.anki.apkg.values import BrokenPackage, PackedFile

# A small zip may unpack to terabytes and take the machine's memory with it. Whatever is
# larger than this, unpacked, is refused before it is read.
MOST_DATABASE = 1 << 29
MOST_MEDIA = 1 << 32
PIECE = 1 << 20

DATABASES = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}
TODAY = 3
UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    EOFError,
    NotImplementedError,
    OSError,
)


def is_zip(data: bytes) -> bool:
    return zipfile.is_zipfile(BytesIO(data))


class Archive:
    """The files of a package."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(BytesIO(data))
        self.names = set(self.archive.namelist())
        # zipfile notices this only when an entry is read, with a plain RuntimeError.
        if any(info.flag_bits & 1 for info in self.archive.infolist()):
            raise BrokenPackage("is encrypted")
        self.form = self._form()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.close()

    def _form(self) -> int:
        """A number that packages say, and the oldest do not."""
        if "meta" in self.names:
            meta = b"".join(self._pieces("meta", PIECE))
            form = wire.number(wire.message(meta), 1) or 0
        else:
            form = 2 if DATABASES[2] in self.names else 1
        if form not in DATABASES:
            how = "export it from Anki with support for older versions"
            raise BrokenPackage(f"is of a form that is not known here; {how}")
        if DATABASES[form] not in self.names:
            raise BrokenPackage(
                f"is a zip, but no Anki package: it has no {DATABASES[form]}"
            )
        return form

    def database(self) -> bytes:
        """The bytes of its SQLite file."""
        return self._read(DATABASES[self.form])

    def media(self) -> Iterator[tuple[str, PackedFile]]:
        """Its media by name, without those that are listed but not there."""
        # One budget for all files together: a thousand traps are as bad as a large one.
        room = MOST_MEDIA
        for number, name in self._listed():
            if number in self.names:
                digest, size = hashlib.sha256(), 0
                for piece in self._unpacked(number, room):
                    digest.update(piece)
                    size += len(piece)
                room -= size
                # Anki composes accents in names of media when it imports them.
                normal = unicodedata.normalize("NFC", name)
                yield normal, PackedFile(digest.hexdigest(), size)

    def _listed(self) -> Iterator[tuple[str, str]]:
        """What each file is called in the zip, and what cards call it."""
        if "media" not in self.names:
            return
        data = self._read("media")
        if self.form != TODAY:
            yield from ((str(n), str(name)) for n, name in json.loads(data).items())
            return
        # Here a file's place in the list is its name in the zip.
        for number, entry in enumerate(wire.blobs(wire.message(data), 1)):
            yield str(number), wire.text(wire.message(entry), 1)

    def _read(self, name: str) -> bytes:
        return b"".join(self._unpacked(name, MOST_DATABASE))

    def _unpacked(self, name: str, most: int) -> Iterator[bytes]:
        """A file piece by piece, and no more of it than is sane."""
        if self.form != TODAY:
            yield from self._pieces(name, most)
            return
        with self.archive.open(name) as packed:
            reader = zstandard.ZstdDecompressor().stream_reader(
                packed, read_across_frames=True
            )
            yield from _bounded(reader, most)

    def _pieces(self, name: str, most: int) -> Iterator[bytes]:
        with self.archive.open(name) as stream:
            yield from _bounded(stream, most)


def _bounded(stream: IO[bytes], most: int) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        most -= len(piece)
        if most < 0:
            raise BrokenPackage("is far too large when it is unpacked")
        yield piece
