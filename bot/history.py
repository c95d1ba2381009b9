"""The history format: reads events files line by line, telling exactly what is wrong with a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from bot.core.events import Event
from bot.errors import HistoryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_REPLACEMENT = "\ufffd"
_BOM = b"\xef\xbb\xbf"
# Beyond these a local date or a task of tomorrow cannot always be reckoned.
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_decode = msgspec.json.Decoder(Event).decode


class HistoryReader:
    """Reads an events file; `skipped` counts what `lenient` passed over.

    Text that is not valid (lone surrogates, NUL, broken UTF-8) is repaired to U+FFFD: the core never sees it.
    """

    def __init__(self, source: BinaryIO, name: str, *, lenient: bool = False) -> None:
        """Prepare to read.

        Args:
            source: the file, opened in binary mode.
            name: its name, for messages.
            lenient: pass over bad lines and count them instead of stopping.
        """
        self._source = source
        self._name = name
        self._lenient = lenient
        self._last: datetime | None = None
        self.skipped = 0
        self.first_skipped = ""
        self.bytes_read = 0

    def __iter__(self) -> Iterator[tuple[Event, bytes]]:
        """Yield each event with its original line.

        Raises:
            HistoryError: a line is wrong (only without `lenient`).
        """
        for number, line in enumerate(self._source, 1):
            self.bytes_read += len(line)
            stripped = (line.removeprefix(_BOM) if number == 1 else line).strip()
            if not stripped:
                continue
            try:
                event, stripped = _read_line(stripped)
                self._refuse_odd_time(event.at)
            except (ValueError, RecursionError, OverflowError) as error:
                self._pass_over(f"{self._name}: line {number}: {_reason(error)}")
                continue
            self._last = event.at
            yield event, stripped

    def _refuse_odd_time(self, at: datetime) -> None:
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            raise ValueError(f"no time of a chat: {at.isoformat()}")
        if self._last is not None and at < self._last:
            raise ValueError(f"time goes back: {at.isoformat()} after {self._last.isoformat()}")

    def _pass_over(self, problem: str) -> None:
        if not self._lenient:
            raise HistoryError(problem)
        self.skipped += 1
        self.first_skipped = self.first_skipped or problem


def _read_line(line: bytes) -> tuple[Event, bytes]:
    """Return a line's event, and the line (repaired where its text was not valid)."""
    if b"\\u0000" not in line and b"\x00" not in line:
        try:
            return _decode(line), line
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            if b"\\ud" not in line.lower() and _is_utf8(line):
                raise
    repaired = _repair(json.loads(line.decode("utf-8", "replace").replace("\x00", _REPLACEMENT)))
    return msgspec.convert(repaired, Event), msgspec.json.encode(repaired)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def repair_text(text: str) -> str:
    """Return a text without lone surrogates and NUL, each replaced by U+FFFD."""
    text = text.replace("\x00", _REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _repair(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return repair_text(value)
    if isinstance(value, list):
        return [_repair(item) for item in value]
    if isinstance(value, dict):
        return {repair_text(key): _repair(item) for key, item in value.items()}
    return value


def _reason(error: Exception) -> str:
    text = str(error).replace("`$.", "`").replace(" - at `$`", "")
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if text.startswith("Invalid value") and "`kind`" in text:
        return text.replace("Invalid value", "unknown kind").replace(" - at `kind`", "")
    return text
