"""The score: a message's signals added up, and the verdict that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.rules.view import Signal
from bot.core.text.warnings import beside_warning

if TYPE_CHECKING:
    from bot.core.ads.preset import Preset
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View
    from bot.core.settings import Scoring

Verdict = Literal["ok", "suspect", "ad"]

# Below this nothing worth looking into speaks against a message.
_NOTHING = 0.05
# A signal of this weight is a rule's plain word, not one hint among others.
_SURE = 0.5
# Of the score of an ad, what a message gets at most that a rule vouches for.
_NEARLY = 0.95
# One ad in a hundred scores so much (1,071 ads of docs/explanation/detection.md): a bound there switches verdicts off.
OUT_OF_REACH = 2.3
# What a message reads like; rules that are sure are not shaken by it.
_TONE = ("language/", "learned/")
_BEYOND_WORDS = frozenset({"behaviour/unwanted-type", "known/ad"})
_NO_TONE = frozenset({"innocence/warning", "innocence/quoting", "innocence/permitted"})
# In a trade room the language of trade proves little, and a name like a shop sign nothing, unless something
# that is welcome nowhere is found too, from this weight on; the more of that, the more the language says.
_SUPPORTS_FROM = 0.03
_TRADE_TALK = 0.6
_PER_WEIGHT = 4.0
# Who swindles there knows how traders talk, so the words of swindles must tell more than elsewhere.
_SWINDLE = 3.0
_SUPPORT = frozenset({"language", "contact", "calls", "behaviour", "disguise", "known", "link"})


class Judgement(msgspec.Struct, frozen=True):
    """A message's own verdict with its score and the signals it comes from, which add up to the score.

    `asks` holds the words by which the message asks for something, "" if it does not.
    """

    verdict: Verdict
    score: float
    signals: tuple[Signal, ...]
    asks: str = ""


INNOCENT = Judgement("ok", 0.0, ())


def judge(
    view: View, rules: RuleSet, scoring: Scoring, preset: Preset | None = None, *, thorough: bool = False
) -> Judgement:
    """Return the verdict on one message.

    Args:
        view: the message, with its scene where that is known.
        rules: the compiled packs.
        scoring: the scores from which a message is suspect, or an ad.
        preset: what the room's preset makes of rules and scores.
        thorough: whether to name signals that cannot matter, too (`qunguan why`).
    """
    found = rules.signals(view, thorough=thorough, factors=(1.0, 1.0) if preset is None else preset.factors)
    if not found:
        return INNOCENT
    asks = next((signal.evidence for signal in found if signal.rule in rules.notes), "")
    if asks:
        found = [signal for signal in found if signal.rule not in rules.notes]
    # Whoever warns in so many words may have pasted what they warn of: that is asked about, never acted on alone.
    warned = rules.vouched(found) is not None
    if warned:
        found = _beside_warning(found, view, scoring.ad, rules)
    if preset is not None:
        found = preset.weigh(found, rules.orders)
    welcome = False
    if view.scene is not None and view.scene.trade == "ads_allowed":
        found, welcome = _where_trade_is_welcome(found, rules)
    if not any(signal.weight > 0 for signal in found):
        return Judgement("ok", 0.0, (), asks) if asks else INNOCENT
    if rules.weighed(found) > _NOTHING:
        more = rules.adjustments(view, found)
        if welcome:
            more = [s for s in more if not s.rule.startswith("names/")]
        found += more if preset is None else preset.weigh(more, rules.orders)
    suspect, ad = _bounds(scoring, preset)
    ordered = [s.rule for s in found if s.weight > 0 and s.rule in rules.orders]
    if ordered:
        # What the operator ordered needs no more than [scoring] asks for, whatever the room's preset.
        suspect, ad = min(suspect, scoring.suspect), min(ad, scoring.ad)
        found = _unexcused(found, ordered, rules)
    tone = rules.vouched(found)
    if tone is not None:
        found = [_times(s, tone) if s.weight > 0 and s.rule.startswith(_TONE) else s for s in found]
    signals = rules.capped(_unshaken(found))
    if warned:
        signals = _below(ad, signals, rules)
    score = round(max(0.0, sum(signal.weight for signal in signals)), 4)
    verdict: Verdict = "ad" if score >= ad else "suspect" if score >= suspect else "ok"
    told = rules.told(signals, view) if thorough or verdict != "ok" else tuple(signals)
    return Judgement(verdict, score, told, asks)


def _bounds(scoring: Scoring, preset: Preset | None) -> tuple[float, float]:
    """Return the scores from which a message is suspect, and an ad."""
    if preset is None:
        return scoring.suspect, scoring.ad
    return scoring.suspect * preset.suspect, scoring.ad * preset.ad


def _beside_warning(found: list[Signal], view: View, ad: float, rules: RuleSet) -> list[Signal]:
    """Return the signals of a message that begins with a warning, without its excuses where the rest is an ad."""
    beside = beside_warning(view.text)
    if not beside or beside == view.text:
        return found
    alone = rules.alone(beside, view.message)
    if rules.vouched(alone) is not None or rules.weighed(alone) < ad:
        return found
    words = {signal.rule for signal in alone}
    return alone + [s for s in found if s.rule in rules.deeds and s.rule not in words]


def _unshaken(found: list[Signal]) -> list[Signal]:
    """Return signals with mere tone speaking against weak ones only.

    What is sure by itself (an operator's own words, a denied link, a known ad) stays so, however it is put;
    a warning or somebody else's words are another matter.
    """
    if not any(s.weight >= _SURE and not s.rule.startswith(_TONE) for s in found):
        return found
    tone = {s.rule for s in found if s.rule.startswith((*_TONE, "innocence/")) and s.rule not in _NO_TONE}
    against = sum(s.weight for s in found if s.rule in tone)
    if against >= 0:
        return found
    weak = sum(s.weight for s in found if 0 < s.weight < _SURE and s.rule not in tone)
    share = min(1.0, weak / -against)
    return [
        Signal(s.rule, round(s.weight * share, 4), s.evidence) if s.rule in tone else s
        for s in found
        if share or s.rule not in tone
    ]


def _unexcused(found: list[Signal], ordered: list[str], rules: RuleSet) -> list[Signal]:
    """Return signals without the excuses that an order does not take.

    Who says it and how it is put make no difference. A warning does, and somebody else's words do, where the order
    is about words; what sort of message it is, and what staff said of this very text, no words can change.
    """
    excuses = () if any(rule in _BEYOND_WORDS for rule in ordered) else _NO_TONE
    return [s for s in found if s.weight > 0 or s.rule in rules.orders or s.rule in excuses]


def _below(ad: float, signals: list[Signal], rules: RuleSet) -> list[Signal]:
    """Return the signals of a message that a rule vouches for with its words weighing no more than a suspicion.

    Words vouch for words: a known ad, a denied link, a known picture, a flood stay what they are.
    """
    if any(s.weight >= _SURE and s.rule in rules.deeds for s in signals):
        return signals
    against = sum(s.weight for s in signals if s.weight > 0)
    excess = sum(s.weight for s in signals) - ad * _NEARLY
    if excess <= 0:
        return signals
    share = max(0.0, 1.0 - excess / against)
    return [_times(s, share) if s.weight > 0 else s for s in signals]


def _where_trade_is_welcome(found: list[Signal], rules: RuleSet) -> tuple[list[Signal], bool]:
    """Return what counts in a trade room, and whether nothing but trade speaks against the message.

    What is welcome nowhere counts, what supports that, and every excuse.
    """
    never = rules.weighed(s for s in found if s.weight > 0 and s.rule.partition("/")[0] in rules.everywhere)
    share = min(1.0, _TRADE_TALK + _PER_WEIGHT * never)
    welcome = never < _SUPPORTS_FROM
    kept = []
    for signal in found:
        pack = signal.rule.partition("/")[0]
        if signal.weight > 0 and pack == "language":
            kept.append(_times(signal, share))
        elif signal.weight > 0 and pack == "scams":
            kept.append(_times(signal, _SWINDLE))
        elif signal.weight < 0 or pack in rules.everywhere or (pack in _SUPPORT and not welcome):
            kept.append(signal)
    return kept, welcome


def _times(signal: Signal, factor: float) -> Signal:
    return signal if factor == 1.0 else Signal(signal.rule, round(signal.weight * factor, 4), signal.evidence)
