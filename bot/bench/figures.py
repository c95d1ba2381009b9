"""What a benchmark found: figures with their goals, and the table that shows them."""

from __future__ import annotations

from typing import Literal

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measured value.

    `rounds` is the cost of one unit of work in calibration rounds (see `calibration.py`): it compares
    machines, where `value` compares with the goal. `met` is None where no goal was set, or where the
    run was too small to tell.
    """

    section: str
    name: str
    value: float
    unit: str
    rounds: float | None = None
    goal: str | None = None
    met: bool | None = None
    note: str = ""


def figure(
    section: str,
    name: str,
    value: float,
    unit: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    rounds: float | None = None,
    note: str = "",
) -> Figure:
    """Return a figure, compared with its goal.

    Args:
        section: the benchmark's name.
        name: what was measured.
        value: the result.
        unit: of what.
        at_least: the goal where more is better.
        at_most: the goal where less is better.
        rounds: cost of one unit of work in calibration rounds.
        note: what else one should know.
    """
    goal, met = None, None
    if at_least is not None:
        goal, met = f">= {_shown(at_least)}", value >= at_least
    elif at_most is not None:
        goal, met = f"<= {_shown(at_most)}", value <= at_most
    return Figure(
        section=section,
        name=name,
        value=value,
        unit=unit,
        rounds=rounds,
        goal=goal,
        met=met,
        note=note,
    )


_HEAD = ("", "", "value", "unit", "rounds", "goal", "", "")
_RIGHT = {2, 4}


def table(figures: list[Figure]) -> str:
    """Return figures as aligned text."""
    rows: list[tuple[str, ...]] = [_HEAD]
    last = ""
    for f in figures:
        rows.append(
            (
                f.section if f.section != last else "",
                f.name,
                _shown(f.value),
                f.unit,
                "" if f.rounds is None else _shown(f.rounds),
                f.goal or "",
                _VERDICT[f.met],
                f.note,
            )
        )
        last = f.section
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in _RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


_VERDICT: dict[bool | None, Literal["met", "MISSED", ""]] = {True: "met", False: "MISSED", None: ""}
_WHOLE_FROM = 100
_TENTHS_FROM = 10


def _shown(value: float) -> str:
    if abs(value) >= _WHOLE_FROM or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _TENTHS_FROM else f"{value:.3g}"
