"""The yardstick: a fixed loop whose time says how fast this machine is, right now.

One round is 300 steps of plain Python (a call, a string, a dict) and 30 records through msgspec and
back, about the mixture the bot itself is made of. It is measured between the runs of every benchmark,
because on a shared machine the same work takes twice as long from one minute to the next; a cost told
in rounds stays comparable, and so does one machine with another. Never change the loop: that would
make all earlier figures incomparable.
"""

from __future__ import annotations

import time

import msgspec

_STEPS = 300
_RECORDS = 30
_ROUNDS = 40


class _Record(msgspec.Struct, frozen=True):
    room: str
    member: str
    text: str
    number: int
    names: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Record).decode
_RECORD = _Record("r1", "u1", "今天风好大，我也是", 7, ("a", "b"))


def _key(n: int) -> str:
    return f"k{n & 63}"


def one_round() -> int:
    """Do the fixed work once; returns something that depends on all of it."""
    counts: dict[str, int] = {}
    for n in range(_STEPS):
        key = _key(n)
        counts[key] = counts.get(key, 0) + n
    size = 0
    for n in range(_RECORDS):
        record = msgspec.structs.replace(_decode(_encode(_RECORD)), number=n)
        size += len(record.text) + record.number
    return size + sum(counts.values())


class Calibration:
    """Measures the round again and again; `seconds` is the best so far, as CPU time of this thread."""

    def __init__(self) -> None:
        """Measure for the first time."""
        self.seconds = float("inf")
        self.again()

    def again(self) -> None:
        """Measure once more: call this between the runs of what is compared."""
        for _ in range(_ROUNDS):
            start = time.thread_time()
            one_round()
            self.seconds = min(self.seconds, time.thread_time() - start)

    def rounds(self, seconds: float) -> float:
        """Return a duration in rounds."""
        return seconds / self.seconds
