#!/usr/bin/env python3
"""Write the generated parts of docs/ from the program itself: settings, commands, formats, rules, exit codes.

A page holds a generated part between two comments, `<!-- generated: NAME -->` and `<!-- end: NAME -->`;
everything outside them is written by hand. The JSON Schemas are whole files.

    python scripts/make_docs.py            write what is stale
    python scripts/make_docs.py --check    change nothing; leave with 1 when something is stale
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import click  # noqa: E402 - after the path to the program is known
import msgspec  # noqa: E402
from msgspec import inspect as types  # noqa: E402

from bot import errors  # noqa: E402
from bot.cli.init import description_of  # noqa: E402
from bot.cli.main import cli  # noqa: E402
from bot.cli.schema import schema_of  # noqa: E402
from bot.core import effects, events, settings  # noqa: E402
from bot.core.commands.registry import commands  # noqa: E402
from bot.core.rules.kind import Example, RuleSpec  # noqa: E402
from bot.core.rules.registry import rule_kinds  # noqa: E402
from bot.decisions import DecisionLine  # noqa: E402
from bot.packs import read_pack, shipped  # noqa: E402
from bot.shell.delivery import delivery_of  # noqa: E402

DOCS = ROOT / "docs"
_PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)
_WIDTH = 100
# Values inside an event: each gets a table of its own below the events.
_INNER = ("Present", "Link", "MiniProgram", "Card", "Attachment", "Image", "Forwarded")
_FORMATS = ("history", "decisions", "config")


# ------------------------------------------------------------------------------------ pages


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every generated or partly generated file with the content it should have."""
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        wanted = _PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]().strip()}\n\n{part[3]}", text)
        if _PART.search(text):
            yield path, wanted
    for name in _FORMATS:
        schema = msgspec.json.format(msgspec.json.encode(schema_of(name)), indent=2).decode()
        yield DOCS / "reference" / "schema" / f"{name}.schema.json", schema + "\n"


def stale() -> list[Path]:
    """Return the files that are not what the program says."""
    return [p for p, wanted in pages() if not p.exists() or p.read_text(encoding="utf-8") != wanted]


# ------------------------------------------------------------------------------- parts: types


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _type(kind: types.Type) -> str:  # noqa: PLR0911 - one answer a type reads best as a list
    """Return a type in words."""
    match kind:
        case types.Metadata():
            return _type(kind.type)
        case types.UnionType():
            return " or ".join(_type(part) for part in kind.types if not isinstance(part, types.NoneType))
        case types.LiteralType():
            return " or ".join(f"`{value}`" for value in kind.values)
        case types.VarTupleType() | types.ListType():
            return f"list of {_type(kind.item_type)}"
        case types.DictType():
            return f"table of {_type(kind.value_type)} by name"
        case types.StructType():
            return f"`{kind.cls.__name__}`" if kind.cls.__name__ in _INNER else kind.cls.__name__
        case types.StrType() if kind.pattern and ":" in kind.pattern:
            return "time `HH:MM`"
        case types.StrType():
            return f"text like `{kind.pattern}`" if kind.pattern else "text"
        case types.IntType() | types.FloatType():
            return ("whole number" if isinstance(kind, types.IntType) else "number") + _bounds(kind)
        case types.BoolType():
            return "true or false"
        case types.DateTimeType():
            return "time"
        case _:
            return type(kind).__name__.removesuffix("Type").lower()


def _bounds(kind: types.IntType | types.FloatType) -> str:
    low, high = kind.ge, kind.le
    if low is None and high is None:
        return ""
    if high is None:
        return f", at least {low:g}"
    return f", {low:g} to {high:.10g}" if low is not None else f", at most {high:g}"


def _value(value: object) -> str:
    if value is None or value is msgspec.UNSET:
        return "not set"
    if isinstance(value, tuple | list):
        return "`[]`" if not value else "`" + msgspec.json.encode(value).decode() + "`"
    return f"`{msgspec.json.encode(value).decode()}`"


def _doc(thing: object) -> str:
    return (inspect.getdoc(thing) or "").strip()


def _keys_of(cls: type[msgspec.Struct], *, without: Iterable[str] = ()) -> str:
    described = types.type_info(cls)
    rows = []
    for field in described.fields:  # type: ignore[attr-defined]  # a StructType, as cls is a Struct
        if field.encode_name in without:
            continue
        default = "required" if field.required else _default(field)
        nullable = isinstance(field.type, types.UnionType) and field.type.includes_none
        shown = _type(field.type) + (" or null" if nullable and default != "not set" else "")
        rows.append((f"`{field.encode_name}`", shown, default))
    return _table(("Key", "Type", "If absent"), rows)


def _default(field: types.Field) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        return _value(field.default_factory())
    return "null" if field.default is None else _value(field.default)


def _kinds(union: Any, common: Iterable[str]) -> str:  # noqa: ANN401 - a union of classes
    parts = []
    for cls in get_args(union):
        parts += [f"### `{cls.__struct_config__.tag}`", _doc(cls), _keys_of(cls, without=common)]
    return "\n\n".join(parts)


def _events() -> str:
    return _kinds(events.Event, ())


def _inner() -> str:
    parts = []
    for name in _INNER:
        cls = getattr(events, name)
        parts += [f"### `{name}`", _doc(cls), _keys_of(cls)]
    return "\n\n".join(parts)


def _effects() -> str:
    return _kinds(effects.Effect, ("words",))


def _decision_line() -> str:
    return _keys_of(DecisionLine)


# ---------------------------------------------------------------------------- parts: settings


def _settings() -> str:
    return "\n\n".join(_setting_tables(settings.Settings(), ""))


def _setting_tables(value: msgspec.Struct, name: str) -> Iterator[str]:
    title = f"## `[{name}]`" if name else "## At the top of the file"
    yield title
    yield _doc(type(value))
    rows, tables = [], []
    rooms: type[msgspec.Struct] | None = None
    for field, kind, meaning in _fields(type(value)):
        current = getattr(value, field)
        if isinstance(current, msgspec.Struct):
            tables.append((current, f"{name}.{field}" if name else field))
        elif isinstance(current, dict):
            rooms = settings.RoomSettings
        else:
            rows.append((f"`{field}`", kind, _value(current), meaning))
    if rows:
        yield _table(("Key", "Type", "Default", "Meaning"), rows)
    for table, table_name in tables:
        yield from _setting_tables(table, table_name)
    if rooms is not None:
        yield from _room_tables(rooms, 'rooms."ID"')


def _room_tables(cls: type[msgspec.Struct], name: str) -> Iterator[str]:
    """Yield the tables of a room: nothing in them has a default but what [defaults] says."""
    yield f"## `[{name}]`"
    yield _doc(cls)
    rows, inner = [], []
    hints = get_type_hints(cls)
    for field, kind, meaning in _fields(cls):
        struct = next((t for t in (hints[field], *get_args(hints[field])) if _is_struct(t)), None)
        if struct is None:
            rows.append((f"`{field}`", kind, meaning))
        else:
            inner.append((struct, f"{name}.{field}"))
    yield _table(("Key", "Type", "Meaning"), rows)
    for struct, struct_name in inner:
        yield from _room_tables(struct, struct_name)


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _fields(cls: type[msgspec.Struct]) -> Iterator[tuple[str, str, str]]:
    """Yield each setting's name, type in words, and meaning (of the room's, where defaults say none)."""
    hints = get_type_hints(cls, include_extras=True)
    of_rooms = get_type_hints(settings.RoomSettings, include_extras=True)
    for field in types.type_info(cls).fields:  # type: ignore[attr-defined]  # a StructType
        meaning = description_of(hints[field.name]) or description_of(of_rooms.get(field.name))
        yield field.name, _type(field.type), meaning


# ---------------------------------------------------------------- parts: commands, rules, errors


def _chat_commands() -> str:
    rows = (
        (
            ", ".join(f"`{name}`" for name in command.names),
            f"`{command.usage}`",
            " and ".join({"room": "in the room", "private": "in private"}[w] for w in command.where),
            command.help_en,
            command.help_zh,
        )
        for command in commands()
    )
    return _table(("Names", "Written", "Where", "What it does", "中文"), rows)


def _chat_commands_zh() -> str:
    rows = (
        (
            f"`{command.usage}`",
            "、".join(f"`{name}`" for name in command.names),
            "、".join({"room": "群里", "private": "私聊"}[w] for w in command.where),
            command.help_zh,
        )
        for command in commands()
    )
    return _table(("这样写", "也可以叫", "在哪里用", "做什么"), rows)


def _command_line() -> str:
    # As the program itself makes it; click keeps the help option of whichever context asked first.
    top = click.Context(cli, info_name="qunguan", terminal_width=_WIDTH, **cli.context_settings)
    return "\n\n".join(_help(cli, top, "qunguan"))


def _help(command: click.Command, context: click.Context, name: str) -> Iterator[str]:
    yield f"## `{name}`"
    yield f"```text\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for child_name in command.list_commands(context):
            try:
                child = command.get_command(context, child_name)
            except ModuleNotFoundError as error:
                if not str(error.name).startswith("bot.cli."):
                    raise
                continue  # named in the list, but not written yet: there is nothing to document
            if child is not None:
                inner = click.Context(child, info_name=child_name, parent=context, terminal_width=_WIDTH)
                yield from _help(child, inner, f"{name} {child_name}")


def _rules() -> str:
    parts = []
    for path in sorted(shipped("rules").glob("*.toml")):
        pack = read_pack(path)
        parts.append(f"### `{path.name}`: {pack.head.name.en} ({pack.head.name.zh})")
        rows = (
            (
                f"`{rule.id}`",
                f"`{rule.__struct_config__.tag}`",
                f"{rule.weight:g}",
                f"{rule.why.en}<br>{rule.why.zh}",
                "<br>".join(_shown_example(e) for e in rule.hits),
                "<br>".join(_shown_example(e) for e in rule.passes),
            )
            for rule in pack.rules
        )
        parts.append(_table(("Rule", "Kind", "Weight", "Why", "Must hit", "Must pass"), rows))
    return "\n\n".join(parts)


def _shown_example(example: str | Example) -> str:
    """Return an example as a cell shows it: its text, or the keys that matter."""
    if isinstance(example, str):
        return example
    given = msgspec.structs.asdict(example)
    plain = msgspec.structs.asdict(type(example)())
    return "; ".join(f"{key}: {value}" for key, value in given.items() if value != plain[key]) or "(empty)"


def _rule_kinds() -> str:
    shared = {field.encode_name for field in types.type_info(RuleSpec).fields}  # type: ignore[attr-defined]
    parts = []
    for name, spec in rule_kinds().items():
        parts += [f"### `{name}`", _doc(spec), _keys_of(spec, without=shared)]
    return "\n\n".join(parts)


def _deliveries() -> str:
    """Return how each kind of effect travels, private reminders and answers apart."""
    plain = effects.Words("-")
    to = {"to": "-", "room": "-", "words": plain}
    private = {"to": "-", "words": plain}
    samples: list[tuple[str, effects.Effect]] = [
        ("`remove`", effects.Remove(member="-", room="-")),
        ("`ban`", effects.Ban(member="-", room="-")),
        ("`notify_staff`", effects.NotifyStaff(**private)),
        ("`send_private`, an answer", effects.SendPrivate(**private, purpose="reply")),
        ("`send_room`, an answer", effects.SendRoom(room="-", words=plain, urgent=True)),
        ("`invite`", effects.Invite(member="-", room="-")),
        ("`accept_friend`", effects.AcceptFriend(member="-", request="-")),
        ("`remind`, `warn` in the room", effects.Remind(**to)),
        ("`remind`, `warn` in private", effects.Warn(**to, via="private")),
        ("`send_room`, other lines", effects.SendRoom(room="-", words=plain)),
        ("`send_private`, other words", effects.SendPrivate(**private, purpose="care")),
        ("`friend_request`", effects.AskFriend(**private, purpose="care")),
        ("`digest`", effects.Digest(**private)),
    ]
    rows = []
    for name, effect in samples:
        how = delivery_of(effect)
        rows.append(
            (
                name,
                str(how.priority),
                how.guarantee.replace("_", " "),
                _span(how.ttl),
                {"words": "words", "spare": "four fifths of words", "removals": "removals"}[how.purse],
                "yes" if how.obeys_quiet_hours else "no",
            )
        )
    return _table(("Effect", "Priority", "Guarantee", "Lives", "Spends", "Keeps quiet hours"), rows)


def _span(span: timedelta) -> str:
    for name in ("day", "hour", "minute"):
        count, rest = divmod(span, timedelta(**{f"{name}s": 1}))
        if count and not rest:
            return f"{count} {name}{'s' if count > 1 else ''}"
    return str(span)


def _exit_codes() -> str:
    found = [e for e in vars(errors).values() if _is_error(e)]
    rows = (
        (str(e.exit_code), f"`{e.__name__}`", " ".join(_doc(e).partition("\n\n")[0].split())) for e in found
    )
    return _table(("Code", "Error", "Meaning"), sorted(rows))


def _is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, errors.QunguanError)


PARTS: dict[str, Callable[[], str]] = {
    "events": _events,
    "event-values": _inner,
    "effects": _effects,
    "decision-line": _decision_line,
    "settings": _settings,
    "chat-commands": _chat_commands,
    "chat-commands-zh": _chat_commands_zh,
    "command-line": _command_line,
    "rules": _rules,
    "rule-kinds": _rule_kinds,
    "deliveries": _deliveries,
    "exit-codes": _exit_codes,
}


def main() -> int:
    """Write or check; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the generated parts of docs/ from the program.")
    parser.add_argument("--check", action="store_true", help="change nothing; leave with 1 when stale")
    check = parser.parse_args().check
    behind = stale()
    if not check:
        for path, wanted in pages():
            if path in behind:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(wanted, encoding="utf-8")
    for path in behind:
        print(f"{path.relative_to(ROOT)}: {'stale; run scripts/make_docs.py' if check else 'written'}")
    return 1 if check and behind else 0


if __name__ == "__main__":
    sys.exit(main())
