"""`qunguan rules`: check or list the rule packs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from bot.cli.options import data_option, json_option
from bot.config import load_settings
from bot.core.events import Message
from bot.core.rules.kind import RuleSpec
from bot.core.rules.registry import RuleSet
from bot.core.rules.view import view_of
from bot.errors import PackError
from bot.packs import Pack, compile_rules, load_packs


@click.group("rules")
def command() -> None:
    """Check or list the rule packs."""


@command.command("check")
@data_option
def check(data: Path) -> None:
    """Check every pack: schema, patterns, and that each example hits or passes as it says."""
    packs = load_packs(data)
    compile_rules(packs)
    wrong = [problem for pack in packs for rule in pack.rules for problem in wrong_examples(pack, rule)]
    for problem in wrong:
        click.echo(problem, err=True)
    if wrong:
        raise PackError(f"{len(wrong)} examples do not do what they say")
    rules = sum(len(pack.rules) for pack in packs)
    examples = sum(len(rule.hits) + len(rule.passes) for pack in packs for rule in pack.rules)
    click.echo(f"{len(packs)} packs, {rules} rules, {examples} examples: all as they say")


@command.command("list")
@data_option
@json_option
def list_(data: Path, *, as_json: bool) -> None:
    """List the rules in force with their kind, weight and reason."""
    language = load_settings(data).operator.language
    rules = [(pack, rule) for pack in load_packs(data) for rule in pack.rules]
    if as_json:
        click.echo(msgspec.json.encode([rule for _, rule in rules]).decode())
        return
    for _, rule in rules:
        why = rule.why.zh if language == "zh" else rule.why.en
        kind = rule.__struct_config__.tag
        click.echo(f"{rule.id:24} {kind:14} {rule.weight:5.2f}  {why}")


def wrong_examples(pack: Pack, rule: RuleSpec) -> list[str]:
    """Return a line for every example of a rule that does not do what it says.

    Args:
        pack: the pack the rule stands in.
        rule: the rule, tried by itself.
    """
    alone = RuleSet([rule])
    problems = []
    for texts, should_hit in ((rule.hits, True), (rule.passes, False)):
        for text in texts:
            message = Message(at=datetime.now(UTC), room="check", id="check", sender="member", text=text)
            if bool(alone.signals(view_of(message))) != should_hit:
                does = "does not hit" if should_hit else "hits"
                problems.append(f"{pack.path}: rule {rule.id}: {does} {text!r}")
    return problems
