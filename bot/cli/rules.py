"""`qunguan rules`: check or list the rule packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from bot.cli.options import data_option, json_option
from bot.config import load_settings
from bot.core.rules.kind import RuleSpec
from bot.core.rules.registry import RuleSet
from bot.errors import PackError
from bot.models import language_model
from bot.packs import Pack, check_presets, compile_rules, load_packs, load_presets
from bot.rule_records import RuleRecord, records_of
from bot.trial import hits_among, share_of_talk

# Of a week's talk with all its ads, no shipped rule about single words hits more.
_COMMON = 0.02


@click.group("rules")
def command() -> None:
    """Check or list the rule packs."""


@command.command("check")
@data_option
def check(data: Path) -> None:
    """Check every pack: schema, patterns, and that each example hits or passes as it says."""
    packs = load_packs(data)
    rules_in_force = compile_rules(packs, language_model())
    check_presets(load_presets(data), (), rules_in_force)
    wrong = [p for pack in packs for rule in pack.rules for p in wrong_examples(pack, rule, rules_in_force)]
    for problem in wrong:
        click.echo(problem, err=True)
    if wrong:
        what = "1 example does not do what it says"
        raise PackError(what if len(wrong) == 1 else f"{len(wrong)} examples do not do what they say")
    for warning in too_common(packs, rules_in_force):
        click.echo(warning, err=True)
    rules = sum(len(pack.rules) for pack in packs)
    examples = sum(len(rule.hits) + len(rule.passes) for pack in packs for rule in pack.rules)
    click.echo(f"{len(packs)} packs, {rules} rules, {examples} examples: all as they say")


@command.command("list")
@data_option
@json_option
def list_(data: Path, *, as_json: bool) -> None:
    """List the rules in force with their kind, weight and reason; with a database, how each has done so far."""
    language = load_settings(data).operator.language
    rules = [(pack, rule) for pack in load_packs(data) for rule in pack.rules]
    records = records_of(data)
    if as_json:
        lines = [{**msgspec.to_builtins(rule), "record": records.get(rule.id)} for _, rule in rules]
        click.echo(msgspec.json.encode(lines).decode())
        return
    for _, rule in rules:
        why = rule.why.zh if language == "zh" else rule.why.en
        kind = rule.__struct_config__.tag
        click.echo(f"{rule.id:30} {kind:16} {rule.weight:5.2f}  {_told(records, rule.id)}{why}")


def _told(records: dict[str, RuleRecord], rule: str) -> str:
    if not records:
        return ""
    record = records.get(rule, RuleRecord())
    precision = "   - " if record.precision is None else f"{record.precision:5.0%}"
    return f"{record.hits:6} hits {record.overturned:4} overturned {precision}  "


def too_common(packs: Iterable[Pack], rules: RuleSet) -> Iterator[str]:
    """Yield a line for every rule of the operator's own that speaks against what everybody says.

    Args:
        packs: all of them.
        rules: all rules in force.
    """
    for pack in packs:
        for rule in pack.rules if pack.own else ():
            if rule.weight <= 0:
                continue
            share = share_of_talk(rules, rule.id)
            if share > _COMMON:
                yield (
                    f"warning: {pack.path}: rule {rule.id} hits {share:.0%} of ordinary talk (a week of the sample"
                    " community); write longer words, or several that come together"
                )


def wrong_examples(pack: Pack, rule: RuleSpec, rules: RuleSet) -> list[str]:
    """Return a line for every example of a rule that does not do what it says.

    Args:
        pack: the pack the rule stands in.
        rule: the rule; tried by itself, or among all where it builds on others (pieces, records, disguises).
        rules: all rules in force.
    """
    problems = []
    for examples, should_hit in ((rule.hits, True), (rule.passes, False)):
        for example in examples:
            if hits_among(rules, rule, example) != should_hit:
                does = "does not hit" if should_hit else "hits"
                problems.append(f"{pack.path}: rule {rule.id}: {does} {example!r}")
    return problems
