"""Tries rules on their own examples: each is a message with the scene it needs."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.context import scene_of
from bot.core.events import Attachment, Card, Image, Link, Message, MiniProgram
from bot.core.rules.kind import Example
from bot.core.rules.registry import RuleSet
from bot.core.rules.view import view_of
from bot.packs import shipped

if TYPE_CHECKING:
    from bot.core.ads.language import LanguageModel
    from bot.core.rules.kind import RuleSpec
    from bot.core.rules.view import View

_AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


def view_of_example(example: str | Example) -> View:
    """Return an example as rules see it.

    Args:
        example: a text, or a table as packs have it.
    """
    if isinstance(example, str):
        example = Example(text=example)
    kind = example.type
    message = Message(
        at=_AT,
        room="check",
        id="check",
        sender="member",
        name=example.nick,
        type=kind,
        text=example.text,
        mentions=example.mentions,
        link=Link(url=example.url, title=example.title) if kind in {"link", "article"} else None,
        miniprogram=MiniProgram(title=example.title) if kind == "miniprogram" else None,
        card=Card(name=example.title) if kind == "contact_card" else None,
        file=Attachment(name=example.title) if kind in {"file", "video"} else None,
        image=Image(qr=example.qr, ocr=example.ocr, hash=example.picture) if kind == "image" else None,
        forwarded=example.forwarded or None,
    )
    return view_of(message, scene_of(example, _AT))


def hits(rule: RuleSpec, example: str | Example, language: LanguageModel | None = None) -> bool:
    """Return whether a rule hits an example by itself; a rule that only adjusts is asked straight away.

    Args:
        rule: the rule.
        example: one of its own, as a rule.
        language: for rules that ask the model.
    """
    alone = RuleSet([rule], language=language)
    view = view_of_example(example)
    return bool(alone.signals(view) or alone.adjustments(view))


def hits_among(rules: RuleSet, rule: RuleSpec, example: str | Example) -> bool:
    """Return whether a rule hits an example among all rules; some only hit where others do.

    Args:
        rules: all of them.
        rule: the one that is asked about.
        example: one of its own.
    """
    view = view_of_example(example)
    return any(signal.rule == rule.id for signal in (*rules.signals(view), *rules.adjustments(view)))


def share_of_talk(rules: RuleSet, rule: str) -> float:
    """Return the share of ordinary talk that a rule hits, from 0 to 1.

    Args:
        rules: all of them.
        rule: the id of the one that is asked about.
    """
    talk = _ordinary_talk()
    return sum(any(s.rule == rule for s in rules.signals(view)) for view in talk) / len(talk)


@functools.cache
def _ordinary_talk() -> list[View]:
    """Return what is said in the shipped sample community in a week, as rules see it."""
    lines = (shipped("communities") / "demo" / "week.jsonl").read_bytes().splitlines()
    said = (msgspec.json.decode(line).get("text") for line in lines if line.strip())
    return [view_of_example(text) for text in said if text]
