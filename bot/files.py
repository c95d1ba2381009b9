"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot.errors import QunguanError

if TYPE_CHECKING:
    from collections.abc import Iterator


class OutputError(QunguanError):
    """A file that was asked for cannot be written."""


@contextmanager
def writing(path: Path | None) -> Iterator[BinaryIO | None]:
    """Write a file beside its place and move it there at the end, so that a failure leaves no half of it.

    Args:
        path: where the file shall be; None gives None, for output that nobody asked for.

    Raises:
        OutputError: it cannot be written.
    """
    if path is None:
        yield None
        return
    if path.exists() and not path.is_file():
        # A pipe or /dev/stdout has no place to move to.
        with path.open("wb") as special:
            yield special
        return
    temporary: Path | None = None
    try:
        try:
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as out:
            yield out
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
        temporary = None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
