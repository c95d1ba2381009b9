"""`qunguan evaluate`: how good the verdicts are on labelled messages, and the flags on labelled talks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from bot.assembly import load_brain
from bot.cli.options import data_option, json_option
from bot.config import load_settings
from bot.conflict_evaluation import ConflictEvaluation, outcomes
from bot.conflict_evaluation import evaluation as conflict_evaluation
from bot.evaluation import Evaluation, Judged, Mistake, Share, evaluation, judged, read_labelled
from bot.transcripts import read_transcripts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@click.group("evaluate")
def command() -> None:
    """Measure verdicts on labelled messages, flags of conflicts on labelled transcripts."""


@command.command("ads")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--mistakes", type=click.IntRange(0, 1000), default=10, show_default=True, help="How many to show."
)
@data_option
@json_option
def ads(file: Path, mistakes: int, data: Path, *, as_json: bool) -> None:
    """Judge the messages of FILE (JSON Lines with text and label) and compare with their labels.

    `act` counts what the bot would do alone, `ask` also what it would ask staff about. Shares come with their
    95 % interval.
    """
    brain = load_brain(load_settings(data), data)
    rows = read_labelled(file)
    with click.progressbar(
        rows, label="evaluate", file=sys.stderr, hidden=_is_silent(as_json=as_json)
    ) as bar:
        found: Iterable[Judged] = list(judged(bar, brain.policy))
    result = evaluation(found, mistakes)
    if as_json:
        click.echo(msgspec.json.encode(result).decode())
        return
    for line in lines_of(result, brain.renderer.why):
        click.echo(line)


@command.command("conflict")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--mistakes", type=click.IntRange(0, 1000), default=10, show_default=True, help="How many to show."
)
@data_option
@json_option
def conflict(file: Path, mistakes: int, data: Path, *, as_json: bool) -> None:
    """Play the transcripts of FILE (JSON Lines) and compare the flags of conflicts with their labels.

    On time is a flag from `earliest_ok` (or three messages before `onset`) up to `deadline`; of a talk labelled
    none, any flag is a false alarm. Shares and means come with their 95 % interval.
    """
    brain = load_brain(load_settings(data), data, forced_mode="act")
    rows = read_transcripts(file)
    with click.progressbar(
        rows, label="evaluate", file=sys.stderr, hidden=_is_silent(as_json=as_json)
    ) as bar:
        found = list(outcomes(bar, brain.policy))
    result = conflict_evaluation(found, mistakes)
    if as_json:
        click.echo(msgspec.json.encode(result).decode())
        return
    for line in conflict_lines_of(result):
        click.echo(line)


def _is_silent(*, as_json: bool) -> bool:
    """Return whether nobody watches: a bar that does not move would leave its label in the output."""
    return as_json or not sys.stderr.isatty()


def conflict_lines_of(result: ConflictEvaluation) -> Iterable[str]:
    """Yield what is printed of conflicts.

    Args:
        result: the figures.
    """
    yield f"{_count(result.transcripts, 'transcript')}, {_count(result.conflicts, 'conflict')}"
    for name, one in (
        ("accuracy", result.accuracy),
        ("on time", result.on_time),
        ("false alarms", result.false_alarms),
        ("precision", result.precision),
        ("kind right", result.kind_right),
    ):
        yield f"  {name:24}{_shown(one)}  of {one.of}"
    for name, mean in (("parties (Jaccard)", result.parties), ("messages to deadline", result.lead)):
        yield f"  {name:24}{mean.value:.3f} [{mean.low:.3f}, {mean.high:.3f}]  of {mean.of}"
    yield f"  {'flagged too early':24}{result.early}"
    for title, groups in (
        ("on time by kind", result.on_time_by),
        ("false alarms by sort of talk", result.alarms_by),
    ):
        if groups:
            yield f"\n{title}"
            yield from (f"  {_shown(one)}  {one.of:5}  {name}" for name, one in groups.items())
    if result.mistakes:
        yield "\nworst mistakes"
        for wrong in result.mistakes:
            where = f"flagged {wrong.flagged} at {wrong.at}: {wrong.text}" if wrong.flagged else "no flag"
            yield f"  {wrong.id}  {wrong.expected} {wrong.subtype}: {wrong.result}; {where}"


def lines_of(result: Evaluation, why: Callable[[str], str]) -> Iterable[str]:
    """Yield what is printed.

    Args:
        result: the figures.
        why: gives a rule's sentence by its id.
    """
    yield f"{_count(result.messages, 'message')}, {_count(result.ads, 'ad')}"
    yield f"{'':6}{'precision':>22}{'recall':>22}{'F1':>8}{'false alarms':>24}"
    for name, figures in (("act", result.act), ("ask", result.ask)):
        shares = f"{_shown(figures.precision):>22}{_shown(figures.recall):>22}"
        yield f"{name:6}{shares}{figures.f1:8.3f}{_shown(figures.false_alarms):>24}"
    for title, groups in (
        ("recall (ask) by group", result.recall_by),
        ("false alarms (ask) by group", result.alarms_by),
    ):
        if groups:
            yield f"\n{title}"
            yield from (f"  {_shown(one)}  {one.of:5}  {name}" for name, one in groups.items())
    for title, wrong in (("worst misses", result.missed), ("worst false alarms", result.wronged)):
        if wrong:
            yield f"\n{title}"
            for one in wrong:
                yield from _told(one, why)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(one: Share) -> str:
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _told(one: Mistake, why: Callable[[str], str]) -> Iterable[str]:
    yield f"  {one.id}  {one.verdict} {one.score:.2f}  {one.text}"
    yield from (
        f"      {s.weight:+.2f}  {s.rule}: {why(s.rule)}: {' '.join(s.evidence.split())}" for s in one.reasons
    )
