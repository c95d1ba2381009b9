"""`qunguan playbooks`: check, list, draw or copy the playbooks."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from bot.checkins import load_checkins, wrong_reason_cues
from bot.cli.options import data_option, json_option
from bot.config import load_settings
from bot.core.playbook.graph import as_mermaid, as_text
from bot.core.playbook.model import PURPOSES, Purpose, fingerprint
from bot.errors import PackError
from bot.lively import load_lively
from bot.member_packs import load_members
from bot.packs import files_of
from bot.playbook_words import load_common, load_refused, wrong_wordings
from bot.playbooks import load_playbooks, load_reader, problems_in, read_playbooks, wrong_cues
from bot.shell.texts import load_catalogue


@click.group("playbooks")
def command() -> None:
    """Check, list, draw or copy the playbooks."""


@command.command("check")
@data_option
@json_option
def check(data: Path, *, as_json: bool) -> None:
    """Check every playbook: its table, its texts, its scripted talks, and the cues replies are read by."""
    reader = load_reader(data)
    books, refused = read_playbooks(data), load_refused(data)
    wrong = [
        (str(path), str(problem))
        for path, playbook in books
        for problem in problems_in(playbook, reader, refused)
    ]
    wrong += [("rules/wordings", problem) for problem in wrong_wordings(data)]
    wrong += [("rules/replies", problem) for problem in wrong_cues(reader)]
    cues = load_checkins(data, reader).reader.cues
    wrong += [("rules/checkin", problem) for problem in wrong_reason_cues(cues)]
    load_members(data)
    load_lively(data)
    if as_json:
        rows = [{"file": file, "problem": problem} for file, problem in wrong]
        click.echo(msgspec.json.encode(rows).decode())
    else:
        for file, problem in wrong:
            click.echo(f"{file}: {problem}", err=True)
    if wrong:
        raise PackError(f"{len(wrong)} things are wrong with the playbooks")
    if not as_json:
        talks = sum(len(playbook.dialogues) for _, playbook in books)
        steps = sum(len(playbook.steps) for _, playbook in books)
        click.echo(
            f"{len(books)} playbooks, {steps} steps, {talks} dialogues, {len(reader.cues)} cues: "
            "all as they say"
        )


@command.command("list")
@data_option
@json_option
def list_(data: Path, *, as_json: bool) -> None:
    """List the playbooks in force: what each is for and the version a case starting now would keep."""
    language = load_settings(data).operator.language
    playbooks = load_playbooks(data)
    if as_json:
        rows = [
            {
                "id": playbook.id,
                "version": playbook.version,
                "fingerprint": fingerprint(playbook),
                "title": playbook.title.of(language),
                "for_kinds": playbook.for_kinds,
                "roles": [role.id for role in playbook.roles],
                "steps": len(playbook.steps),
                "dialogues": len(playbook.dialogues),
            }
            for playbook in playbooks
        ]
        click.echo(msgspec.json.encode(rows).decode())
        return
    for playbook in playbooks:
        kinds = ", ".join(playbook.for_kinds)
        click.echo(f"{playbook.id:22} {fingerprint(playbook)}  {kinds:10} {playbook.about.of(language)}")


@command.command("graph")
@click.argument("name")
@click.option("--text", "in_text", is_flag=True, help="Plain lines instead of a Mermaid flow chart.")
@data_option
def graph(name: str, data: Path, *, in_text: bool) -> None:
    """Draw the playbook NAME as a Mermaid flow chart (or as plain lines)."""
    language = load_settings(data).operator.language
    books = {playbook.id: playbook for _, playbook in read_playbooks(data)}
    if name not in books:
        raise PackError(f"there is no playbook {name!r}; there are: {', '.join(sorted(books))}")
    known = load_catalogue(language, data)[0].names
    names = known.get("way", {}) | known.get("reply", {})
    names |= {purpose: title.of(language) for purpose, title in load_common(data).purpose.items()}
    draw = as_text if in_text else as_mermaid
    click.echo(draw(books[name], language, names), nl=False)


@command.command("copy")
@click.argument("name")
@data_option
def copy(name: str, data: Path) -> None:
    """Copy the shipped file NAME (complaint, common, credit, ...) into the data folder, to be edited there."""
    files = {path.stem: path for path in files_of("playbooks")}
    if name not in files:
        raise PackError(f"there is no playbook {name!r}; there are: {', '.join(sorted(files))}")
    own = data / "playbooks" / files[name].name
    if own.exists():
        raise PackError(f"{own}: is there already; edit it, or move it away first")
    try:
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(files[name].read_bytes())
    except OSError as error:
        raise PackError(f"{own}: cannot be written: {error.strerror}") from None
    click.echo(str(own))


@command.command("read")
@click.argument("text")
@click.option(
    "--at",
    "purpose",
    type=click.Choice(PURPOSES),
    default="soothe",
    show_default=True,
    help="Purpose of the step the reply answers.",
)
@data_option
@json_option
def read(text: str, purpose: Purpose, data: Path, *, as_json: bool) -> None:
    """Show into which class the reply TEXT is read, and by which cues."""
    reading = load_reader(data).read(text, purpose)
    if as_json:
        click.echo(msgspec.json.encode(reading).decode())
        return
    click.echo(f"{reading.reply}  (mood: {reading.mood}; cues: {', '.join(reading.cues) or 'none'})")
