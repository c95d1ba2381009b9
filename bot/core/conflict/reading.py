"""How one message's words read: the cues it has and the log-odds of its being part of a quarrel."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, get_args

import daachorse
import msgspec

from bot.core.conflict.cue import CueKind, CueSet

if TYPE_CHECKING:
    from bot.core.conflict.cue import CueSpec

KIND_BIT: dict[str, int] = {kind: 1 << place for place, kind in enumerate(get_args(CueKind))}


def bits(*kinds: str) -> int:
    """Return the bits of kinds of cues together."""
    total = 0
    for kind in kinds:
        total |= KIND_BIT[kind]
    return total


LAUGHTER = bits("laughter")
SOFT = bits("laughter", "friendly", "play", "thanks", "apology")
KIND_WORDS = bits("friendly", "thanks", "apology", "play")
PLAY = bits("play")
OUTSIDE = bits("outside")
PILE = bits("pile")
CALMING = bits("calming")
SHOCK = bits("shock")
APOLOGY = bits("apology")
BRUSHOFF = bits("brushoff")
CARE = bits("care")
STAFF_WORD = bits("staff")
GRIEVANCE = bits("waiting", "demand", "threat", "hurt", "accusation")
ATTACK = bits("attack", "question", "command", "sarcasm", "accusation", "threat")
SAFETY = bits("safety")

# Which cues count depends on who speaks: only staff brushes off or takes care of things.
_STAFF_ONLY = BRUSHOFF | CARE
_MEMBERS_ONLY = bits("staff", "waiting", "demand", "threat", "hurt", "pile", "shock", "outside")

# Marks of a message beside its cues; their order is that of the model's weights.
MARKS = (
    "you", "you-polite", "you-all", "asks", "asks-twice", "exclaims", "over-12", "over-25", "over-45", "i",
    "full-stop", "mentions", "quotes", "quoted-words", "digits", "pauses", "we", "quotes-staff",
    "mentions-staff",
)  # fmt: skip
_BIT_OF = {name: 1 << place for place, name in enumerate(MARKS)}
YOU, POLITE, ASKS = _BIT_OF["you"], _BIT_OF["you-polite"], _BIT_OF["asks"]
MENTIONS, MENTIONS_STAFF = _BIT_OF["mentions"], _BIT_OF["mentions-staff"]
QUOTES, QUOTES_STAFF = _BIT_OF["quotes"], _BIT_OF["quotes-staff"]
YOU_ALL = _BIT_OF["you-all"]
_ASKS_TWICE, _EXCLAIMS, _ME, _WE = (_BIT_OF[name] for name in ("asks-twice", "exclaims", "i", "we"))
_FULL_STOP, _PAUSES = _BIT_OF["full-stop"], _BIT_OF["pauses"]
_QUOTED_WORDS, _DIGITS = _BIT_OF["quoted-words"], _BIT_OF["digits"]
_SHORT, _MIDDLING, _LONG = _BIT_OF["over-12"], _BIT_OF["over-25"], _BIT_OF["over-45"]
_LENGTHS = ((45, _SHORT | _MIDDLING | _LONG), (25, _SHORT | _MIDDLING), (12, _SHORT))
_BITS = 7
_CHUNK = (1 << _BITS) - 1
ADDRESSED = YOU | POLITE

# A message longer than this is read at its beginning: a quarrel's turn is short, and no text may be slow.
_LONGEST = 160
COLDEST, HOTTEST = -4.0, 4.0
_CALM_AIR = -2.0

_name_away = re.compile(r"@\S+").sub
_digits_to_zero = str.maketrans("123456789", "000000000")
_some_sign = re.compile('[0-9“"「]').search
_some_digit = re.compile("[0-9]").search
_some_quote = re.compile('[“"「]').search


class TurnWeights(msgspec.Struct, frozen=True):
    """What a turn's heat is made of, as scripts/train_conflict_model.py found it.

    `marks` has one weight for each of `MARKS`; `weights[i] * step` is what `grams[i]`, a run of one to three
    characters, adds, all of a message's runs together divided by the square root of their number. `air` weighs
    the same runs for something else: whether the talk around has turned, whoever speaks.
    """

    bias: float
    marks: tuple[float, ...]
    step: float
    grams: tuple[str, ...]
    weights: tuple[Annotated[int, msgspec.Meta(ge=-127, le=127)], ...]
    air_bias: float
    air_step: float
    air: tuple[Annotated[int, msgspec.Meta(ge=-127, le=127)], ...]


class Read(msgspec.Struct, frozen=True):
    """One message as read: `heat` says whether it is part of a quarrel, `air` whether it is said in one."""

    heat: float
    air: float
    kinds: int
    marks: int
    cues: tuple[str, ...]


NOTHING_READ = Read(-2.0, _CALM_AIR, 0, 0, ())


class TurnReader:
    """Reads messages by cues and weights; immutable once made."""

    def __init__(self, cues: CueSet, weights: TurnWeights | None = None) -> None:
        """Compile.

        Args:
            cues: from the packs.
            weights: of the shipped model; without one, cues alone speak.
        """
        self.cues = cues
        self._weights = weights
        self._runs: daachorse.CharwiseDoubleArrayAhoCorasick | None = None
        self._of_run: list[tuple[float, float]] = []
        if weights is not None and weights.grams:
            self._runs = daachorse.CharwiseDoubleArrayAhoCorasick(list(weights.grams))
            both = zip(weights.weights, weights.air, strict=True)
            self._of_run = [(heat * weights.step, air * weights.air_step) for heat, air in both]
        self._of_marks = _sums(() if weights is None else weights.marks)

    def read(self, text: str, *, staff: bool = False, to: int = 0) -> Read:
        """Return how a message reads.

        Args:
            text: the plain view of its sender's own words.
            staff: whether its sender is of the room's staff.
            to: marks of whom it mentions and quotes.
        """
        text = text.strip()
        if not text:
            return NOTHING_READ
        kinds, heat = 0, 0.0
        names: tuple[str, ...] = ()
        found = self.cues.found(text)
        if found:
            unfit = _MEMBERS_ONLY if staff else _STAFF_ONLY
            fit = [spec for spec in found if not KIND_BIT[spec.kind] & unfit]
            for spec in fit:
                kinds |= KIND_BIT[spec.kind]
                heat += spec.weight
            names = tuple([spec.id for spec in fit])
        marks = marks_of(text) | to
        air = _CALM_AIR
        if self._weights is not None:
            style, air = self._style(text, marks)
            heat += self._weights.bias + style
            air += self._weights.air_bias
        heat = COLDEST if heat < COLDEST else min(heat, HOTTEST)
        return Read(round(heat, 2), round(air, 2), kinds, marks, names)

    def _style(self, text: str, marks: int) -> tuple[float, float]:
        """Return what marks and runs add to the heat, and what runs add to the air."""
        low, middle, high = self._of_marks
        heat = low[marks & _CHUNK] + middle[marks >> _BITS & _CHUNK] + high[marks >> 2 * _BITS]
        if self._runs is None:
            return heat, 0.0
        runs = {run for _, _, run in self._runs.find_overlapping(shaped(text))}
        if not runs:
            return heat, 0.0
        of_run = self._of_run
        warm = air = 0.0
        for run in runs:
            more, around = of_run[run]
            warm += more
            air += around
        many = math.sqrt(len(runs))
        return heat + warm / many, air / many

    def why(self, cue: str) -> CueSpec | None:
        """Return the cue of an id, or None if there is none any more."""
        return self.cues.specs.get(cue)


def shaped(text: str) -> str:
    """Return a text as runs of characters are looked for in it: no names, no numbers.

    Args:
        text: the plain view.
    """
    if "@" in text:
        text = _name_away("@", text)
    return text[:_LONGEST].translate(_digits_to_zero)


def marks_of(text: str) -> int:
    """Return the marks that a text itself has, as bits in the order of `MARKS`.

    Args:
        text: the plain view, not empty.
    """
    length, asks = len(text), text.count("?")
    marks = _by_length(length)
    if "你" in text:
        marks |= YOU | (YOU_ALL if "你们" in text else 0)
    if "您" in text:
        marks |= POLITE
    if asks:
        marks |= ASKS | (_ASKS_TWICE if asks > 1 else 0)
    if "!" in text:
        marks |= _EXCLAIMS
    if "我" in text:
        marks |= _ME | (_WE if "我们" in text else 0)
    if length > 1 and text[-1] in ".。":
        marks |= _FULL_STOP
    if " " in text:
        marks |= _PAUSES
    if _some_sign(text) is not None:
        marks |= (_QUOTED_WORDS if _some_quote(text) else 0) | (_DIGITS if _some_digit(text) else 0)
    return marks


def _by_length(length: int) -> int:
    for bound, marks in _LENGTHS:
        if length > bound:
            return marks
    return 0


def _sums(weights: tuple[float, ...]) -> tuple[tuple[float, ...], ...]:
    """Return what any marks add up to, in three tables by their lower, middle and higher bits."""
    padded = (*weights, *(0.0,) * (3 * _BITS - len(weights)))
    return tuple(
        tuple(
            sum(weight for place, weight in enumerate(padded[begin : begin + _BITS]) if chunk >> place & 1)
            for chunk in range(1 << _BITS)
        )
        for begin in (0, _BITS, 2 * _BITS)
    )


def is_addressed(marks: int) -> bool:
    """Return whether a message says “you”."""
    return bool(marks & ADDRESSED)
