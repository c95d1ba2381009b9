"""How each rule has done so far: its hits that led to a case, and those that staff took back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bot.store.sqlite import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.core.records import Case

DATABASE = "qunguan.db"
_TAKEN_BACK = frozenset({"rejected", "undone"})
_SETTLED = frozenset({"done", "carrying", "failed", *_TAKEN_BACK})


class RuleRecord(msgspec.Struct, frozen=True):
    """A rule's record: cases it spoke for, cases staff settled, settled ones that staff took back."""

    hits: int = 0
    settled: int = 0
    overturned: int = 0

    @property
    def precision(self) -> float | None:
        """The share of settled cases that stood; None before any was settled."""
        return None if not self.settled else 1 - self.overturned / self.settled


def records_of(data: Path) -> dict[str, RuleRecord]:
    """Return the records of all rules that ever spoke for a case; nothing where there is no database yet.

    Args:
        data: the operator's data folder.
    """
    path = data / DATABASE
    if not path.is_file():
        return {}
    with Reader(path) as reader:
        return records_in(record for record in reader.records() if record.__struct_config__.tag == "case")  # type: ignore[misc]


def records_in(cases: Iterable[Case]) -> dict[str, RuleRecord]:
    """Return the records that cases make.

    Args:
        cases: of any kind and state.
    """
    hits: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    overturned: Counter[str] = Counter()
    for case in cases:
        for rule in {evidence.rule for evidence in case.evidence if evidence.weight > 0}:
            hits[rule] += 1
            settled[rule] += case.state in _SETTLED
            overturned[rule] += case.state in _TAKEN_BACK
    return {rule: RuleRecord(hits[rule], settled[rule], overturned[rule]) for rule in hits}
