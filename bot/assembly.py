"""Puts settings, packs and texts together into what decides and what speaks."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import msgspec

from bot.checkins import load_checkins
from bot.conflict_packs import load_conflict_model
from bot.core.ads.preset import ORDERS
from bot.core.ads.score import OUT_OF_REACH
from bot.core.policy import Policy
from bot.errors import ConfigError
from bot.lively import load_lively
from bot.member_packs import load_members
from bot.models import language_model
from bot.packs import (
    check_presets,
    compile_rules,
    files_of,
    fingerprint,
    load_packs,
    load_presets,
)
from bot.playbooks import load_playbooks, load_reader
from bot.shell.holidays import chinese_days_off
from bot.shell.render import Explained, Renderer, load_renderer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.core.ads.preset import Preset
    from bot.core.members.health.pack import LivelyPack
    from bot.core.records import Mode
    from bot.core.rules.registry import RuleSet
    from bot.core.settings import Scoring, Settings


# All that a brain is made of.
PACK_KINDS = (
    "rules",
    "rules/presets",
    "rules/conflict",
    "rules/replies",
    "rules/checkin",
    "rules/members",
    "texts",
    "playbooks",
)


class Brain(msgspec.Struct, frozen=True):
    """A policy with the renderer that words its decisions; swapped as a whole on reload."""

    policy: Policy
    renderer: Renderer


def load_brain(settings: Settings, own: Path | None = None, *, forced_mode: Mode | None = None) -> Brain:
    """Read and compile the packs and texts in force.

    Args:
        settings: the settings in force.
        own: the operator's data folder, whose files override the shipped ones.
        forced_mode: the mode of every room, for replay.

    Raises:
        PackError: a pack or text is wrong; the message names file and key.
        ConfigError: scores and a preset in use switch a check off.
    """
    rules = compile_rules(load_packs(own), language_model())
    presets = load_presets(own)
    wanted = {settings.scoring.preset, *(room.preset for room in settings.rooms.values() if room.preset)}
    check_presets(presets, sorted(wanted), rules)
    _check_scoring(settings.scoring, rules, [presets[name] for name in sorted(wanted)])
    conflict = load_conflict_model(own)
    explained: dict[str, Explained] = {**rules.specs, **conflict.reader.cues.specs}
    renderer = load_renderer(settings.operator.language, explained, own)
    reader = load_reader(own)
    lively = load_lively(own)
    _check_posts(settings, lively)
    policy = Policy(
        settings,
        rules,
        forced_mode=forced_mode,
        version=fingerprint(pack_files(own)),
        presets=presets,
        playbooks=load_playbooks(own),
        reader=reader,
        conflict=conflict,
        checkins=load_checkins(own, reader),
        days_off=chinese_days_off(),
        lively=lively,
        members=load_members(own),
    )
    # What was loaded stays for good: the collector need not look through it again and again, which took a
    # quarter of the time of a message.
    gc.collect()
    gc.freeze()
    return Brain(policy, renderer)


def pack_files(own: Path | None = None) -> list[Path]:
    """Return every file a brain is made of, for noticing that one changed."""
    return [path for kind in PACK_KINDS for path in files_of(kind, own)]


def _check_posts(settings: Settings, lively: LivelyPack) -> None:
    kinds = lively.icebreakers.kinds
    for number, post in enumerate(settings.post, 1):
        if not post.text and post.about not in kinds:
            known = ", ".join(sorted(kinds))
            raise ConfigError(
                f"post {number}: there are no ice-breakers about {post.about!r}; there are: {known}"
            )


def _check_scoring(scoring: Scoring, rules: RuleSet, presets: Iterable[Preset]) -> None:
    """See that nothing an operator set keeps verdicts from ever being reached.

    Raises:
        ConfigError: something does; the message says what.
    """
    orders = max((rules.specs[rule].weight for rule in ORDERS if rule in rules.specs), default=scoring.ad)
    if scoring.ad > orders:
        raise ConfigError(
            f"scoring: ad {scoring.ad:g} is above {orders:g}, the weight of denied sites, unwelcome types and known"
            " ads: nothing you order would be acted on; write less, or choose the preset gentle"
        )
    for preset in presets:
        suspect, ad = scoring.suspect * preset.suspect, scoring.ad * preset.ad
        if suspect >= ad:
            raise ConfigError(
                f"preset {preset.id} makes suspect {suspect:g} and ad {ad:g} of [scoring]:"
                " suspect must be below ad, or nothing is ever asked about"
            )
        most = min(rules.weighed(preset.weigh(rules.strongest(), rules.orders)), OUT_OF_REACH)
        if ad >= most:
            raise ConfigError(
                f"preset {preset.id} makes ad {ad:g} of [scoring]: with its weights messages score {most:g} at most,"
                " so nothing would be acted on"
            )
