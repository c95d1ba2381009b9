"""The ad detector alone: views, rules and score of a message, beside what others would do, and its worst inputs.

The corpus is the synthetic traffic of the simulator (bot/channels/simulator/synthetic.py): everything that has
words, 3 % ads, members with their last words remembered. Phrases and patterns are pairs of runs of the shipped
language model: they read like Chinese, share beginnings with what is said, and hardly ever occur.
"""

from __future__ import annotations

import gc
import importlib
import random
import re
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import daachorse
import msgspec

from bot.assembly import load_brain
from bot.bench.children import python
from bot.bench.figures import Figure, figure
from bot.bench.memory import most, resident
from bot.channels.simulator.synthetic import START, labelled
from bot.core.ads.context import Scene, remembered
from bot.core.ads.language import Weights
from bot.core.ads.score import judge
from bot.core.decide import decide
from bot.core.events import Member, Message, Room
from bot.core.policy import Policy
from bot.core.records import MemberState, RoomState
from bot.core.rules.view import view_of, words_of
from bot.core.settings import Settings
from bot.core.state import State
from bot.core.text.normalise import plain
from bot.models import language_model, weights_of
from bot.packs import compile_rules, load_packs, read_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.bench.calibration import Calibration
    from bot.core.rules.registry import RuleSet

ROOMS, MEMBERS, SEED = 20, 100, 3
MESSAGES = 5_000
RUNS = 6
PHRASES = (100, 1_000, 10_000, 100_000)
USUAL = 10_000
PATTERNS = 500
LONG = 100_000
LOADS = 2
GOAL_MEAN = 15.0
GOAL_P99 = 150.0
GOAL_FLAT = 1.5
GOAL_LONG = 20.0
GOAL_LOAD = 2.0
GOAL_MEMORY = 300.0
_RULE_WORDS = 1_000
_HEAD = """[pack]
id = "own"
name.zh = "运营者的词"
name.en = "The operator's own words"
"""
_RULE = """
[[rule]]
id = "own/{id}"
kind = "{kind}"
weight = 0.3
why.zh = "运营者的词"
why.en = "the operator's own word"
hits = ["{hit}"]
passes = ["今天下雨了"]
{key} = [{values}]
"""


class Loaded(msgspec.Struct, frozen=True):
    """What loading took: seconds of CPU and of wall time, megabytes in the end and at most."""

    cpu: float
    wall: float
    now: float
    most: float


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Judge synthetic messages under the shipped packs with 500 patterns and up to 100,000 phrases of an operator.

    Args:
        calibration: measured again before every run.
        messages: how many; the goals hold for the full size only.
    """
    whole = messages is None or messages >= MESSAGES
    runs = RUNS if whole else 1
    said = corpus(messages or MESSAGES)
    with tempfile.TemporaryDirectory(prefix="qunguan-bench-") as folder:
        own = Path(folder)
        rules = {count: _rules(own, count) for count in PHRASES}
        gc.collect()
        gc.freeze()
        found = _side_by_side(calibration, said, rules, runs, whole=whole)
        found += _nasty(calibration, rules[USUAL], runs, whole=whole)
        calibration.again()
        _write(own, PHRASES[-1])
        loads = [
            msgspec.json.decode(python("-m", "bot.bench.ads", folder).out, type=Loaded)
            for _ in range(LOADS if whole else 1)
        ]
    gc.unfreeze()
    best = min(loads, key=lambda load: load.cpu)
    note = f"{PHRASES[-1]:,} phrases + {PATTERNS} patterns + what ships, own process, CPU; wall {best.wall:.2f} s"
    return [
        *found,
        figure(
            "ads",
            "load",
            best.cpu,
            "s",
            at_most=GOAL_LOAD if whole else None,
            rounds=calibration.rounds(best.cpu),
            note=note,
        ),
        figure(
            "ads",
            "resident after loading",
            best.now,
            "MB",
            at_most=GOAL_MEMORY if whole else None,
            note=f"at most {best.most:.0f} MB while loading, the whole program included",
        ),
    ]


def corpus(count: int) -> list[tuple[Message, Scene]]:
    """Return messages with the scenes they are said in; the same count always gives the same ones.

    Args:
        count: how many; those without words are passed over.
    """
    members: dict[str, MemberState] = {}
    said: list[tuple[Message, Scene]] = []
    for event, _ in labelled(ROOMS, MEMBERS, 2 * count, SEED):
        if not isinstance(event, Message) or event.room is None or not words_of(event):
            continue
        new = event.sender.startswith("x")  # how the traffic names a stranger
        member = members.get(event.sender) or MemberState(
            room=event.room,
            member=event.sender,
            name=event.name,
            joined_at=event.at - timedelta(minutes=2) if new else None,
            first_seen=event.at if new else START,
        )
        room = RoomState(room=event.room, topic=event.room)
        said.append((event, Scene(now=event.at, room=room, member=member)))
        recent = remembered(member, event, plain(words_of(event)), event.at)
        members[event.sender] = msgspec.structs.replace(member, recent=recent)
        if len(said) == count:
            break
    return said


def phrases(count: int) -> list[str]:
    """Return phrases of four to six characters that read like Chinese; the fewer are the first of the more."""
    rng = random.Random(SEED)  # noqa: S311 - made-up words, no secret
    runs = _runs()
    found: dict[str, None] = {}
    while len(found) < count:
        found[rng.choice(runs) + rng.choice(runs)] = None
    return list(found)


def patterns(count: int) -> list[str]:
    """Return patterns as operators write them: alternatives near each other, a word with a number, a call."""
    rng = random.Random(SEED + 1)  # noqa: S311 - made-up words, no secret
    runs = _runs()

    def word() -> str:
        return rng.choice(runs) + rng.choice(runs)

    forms: tuple[Callable[[], str], ...] = (
        lambda: f"(?:{word()}|{word()}|{word()})[^,。]{{0,8}}(?:{word()}|{word()})",
        lambda: rf"(?:{word()}|{word()})\s*[::]?\s*\d{{3,8}}",
        lambda: f"{rng.choice(runs)}(?:了|的|一下)?{word()}",
        lambda: rf"{word()}|{word()}|\d+\s*(?:元|块)?\s*{word()}",
    )
    return [forms[n % len(forms)]() for n in range(count)]


def _runs() -> list[str]:
    """Return the runs of two or three Chinese characters that the shipped model knows."""
    return [run for run in weights_of(Weights).grams if 1 < len(run) <= 3 and re.fullmatch("[一-鿿]+", run)]  # noqa: PLR2004


def _write(own: Path, count: int) -> Path:
    """Write an operator's pack of so many phrases and the patterns; return its path."""
    words = phrases(count)
    rules = [
        _RULE.format(
            id=f"words-{n}", kind="phrase", key="words", hit=words[at], values=_quoted(words[at:end])
        )
        for n, (at, end) in enumerate((at, at + _RULE_WORDS) for at in range(0, count, _RULE_WORDS))
    ]
    rules += [
        _RULE.format(id=f"pattern-{n}", kind="regex", key="patterns", hit="如上", values=_quoted([pattern]))
        for n, pattern in enumerate(patterns(PATTERNS))
    ]
    path = own / "rules" / "own.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(_HEAD + "".join(rules), encoding="utf-8")
    return path


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _rules(own: Path, count: int) -> RuleSet:
    return compile_rules([*load_packs(), read_pack(_write(own, count))], language_model())


def _side_by_side(
    calibration: Calibration,
    said: Sequence[tuple[Message, Scene]],
    rules: dict[int, RuleSet],
    runs: int,
    *,
    whole: bool,
) -> list[Figure]:
    """Measure everything that reads the corpus, in turn, so that all of it meets the same neighbours."""
    scoring = Settings().scoring
    texts = [plain(words_of(message)) for message, _ in said]

    def judging(count: int) -> Callable[[int], object]:
        own = rules[count]
        return lambda n: judge(view_of(*said[n]), own, scoring)

    ways: dict[str, Callable[[int], object]] = {
        **{f"{count:,} phrases": judging(count) for count in PHRASES},
        **_others(texts),
    }
    best = {name: [float("inf")] * len(texts) for name in ways}
    for _ in range(runs):
        calibration.again()
        for name, way in ways.items():
            best[name] = list(map(min, best[name], _each(way, len(texts))))
    mean = {name: sum(times) / len(times) for name, times in best.items()}
    own, most_, few = f"{USUAL:,} phrases", f"{PHRASES[-1]:,} phrases", f"{PHRASES[0]:,} phrases"
    length = median(len(text) for text in texts)
    shape = f"{len(texts):,} messages, median {length:.0f} characters, 3 % ads, each at its best of {runs} runs, CPU"
    found = [
        _time(
            calibration,
            f"{own}, mean",
            mean[own],
            GOAL_MEAN if whole else None,
            f"{shape}; + {PATTERNS} patterns + what ships",
        ),
        _time(calibration, f"{own}, p50", _quantile(best[own], 50)),
        _time(calibration, f"{own}, p99", _quantile(best[own], 99), GOAL_P99 if whole else None),
    ]
    found += [_time(calibration, f"{name}, mean", mean[name]) for name in ways if name != own]
    flat = mean[most_] / mean[few]
    found.append(
        figure(
            "ads",
            f"{most_} : {few}",
            flat,
            "",
            at_most=GOAL_FLAT if whole else None,
            note="ratio of the means",
        )
    )
    if not _pyahocorasick():
        found.append(figure("ads", "pyahocorasick", 0, "", note="skipped: it is not installed (extra [dev])"))
    return found


def _others(texts: Sequence[str]) -> dict[str, Callable[[int], object]]:
    """Return what reads the plain texts and does nothing with what it finds: floors and the usual other ways."""
    ways: dict[str, Callable[[int], object]] = {}
    for count in (USUAL, PHRASES[-1]):
        floor = daachorse.CharwiseDoubleArrayAhoCorasick(phrases(count))
        ways[f"daachorse alone, {count:,}"] = lambda n, floor=floor: floor.find_overlapping(texts[n])  # type: ignore[misc]
    pyahocorasick = _pyahocorasick()
    if pyahocorasick is not None:
        for count in (USUAL, PHRASES[-1]):
            automaton = pyahocorasick.Automaton()
            for number, word in enumerate(phrases(count)):
                automaton.add_word(word, number)
            automaton.make_automaton()
            ways[f"pyahocorasick alone, {count:,}"] = lambda n, find=automaton.iter: list(find(texts[n]))  # type: ignore[misc]
    searches = [re.compile(pattern).search for pattern in patterns(PATTERNS)]
    ways[f"re alone, {PATTERNS} patterns in turn"] = lambda n: [
        match for search in searches if (match := search(texts[n]))
    ]
    return ways


def _pyahocorasick() -> Any:  # noqa: ANN401 - a module without types
    """Return the module, or None where it is not installed: it is a yardstick, no dependency."""
    try:
        return importlib.import_module("ahocorasick")
    except ImportError:
        return None


def _each(way: Callable[[int], object], count: int) -> list[float]:
    """Return how long each message took, the clock's own time taken off."""
    now = time.thread_time
    idle = min(_gap(now) for _ in range(200))
    times = []
    for n in range(count):
        start = now()
        way(n)
        times.append(max(0.0, now() - start - idle))
    return times


def _quantile(times: list[float], per_cent: int) -> float:
    return sorted(times)[len(times) * per_cent // 100]


def _gap(now: Callable[[], float]) -> float:
    start = now()
    return now() - start


def _time(
    calibration: Calibration, name: str, seconds: float, goal: float | None = None, note: str = ""
) -> Figure:
    return figure(
        "ads", name, seconds * 1e6, "µs", at_most=goal, rounds=calibration.rounds(seconds), note=note
    )


def nasty() -> dict[str, str]:
    """Return messages of 100,000 characters of sorts that slow detectors down, by what they are made of."""
    pieces = {
        "one character": "加",
        "digits": "1",
        "odd digits": "①二⑶4０",
        "quotation marks": "「",
        "quotations": "「a：b」\n- - - - -\n",
        "emoji": "😂👍🏻❤️➕",
        "zero-width": "加\u200b",
        "combining marks": "加\u0336\u0301",
        "links": "https://a.b/c ",
        "bare domains": "a.b.c.cn ",
        "加微信": "加微信",
        "pulled apart": "加.微.信.",
        "split and pinyin": "亻言 jia wei xin ",
        "blanks": " ",
        "lines": "加\n",
        "an ad again and again": "加V xhm_demo88 手机兼职日结200，名额有限，要的私我。",
        "talk": "今天风好大，我家也这样，谁知道几点集合？",
        "letters": "a_",
    }
    return {name: (piece * (LONG // len(piece) + 1))[:LONG] for name, piece in pieces.items()}


def _nasty(calibration: Calibration, rules: RuleSet, runs: int, *, whole: bool) -> list[Figure]:
    """Decide about long messages of a newcomer, the bookkeeping included; tell the slowest."""
    policy = Policy(Settings(), rules)
    state = State()
    joined = Member(at=START, room="r", member="u", name="新人", joined_at=START)
    for known in (Room(at=START, room="r", topic="测试群"), joined):
        state.apply(decide(known, state, policy, START).changes)
    times = {name: float("inf") for name in nasty()}
    for _ in range(runs):
        for name, text in nasty().items():
            event = Message(at=START, room="r", id=name, sender="u", name="新人", text=text)
            start = time.thread_time()
            decide(event, state, policy, START)
            times[name] = min(times[name], time.thread_time() - start)
    slow = sorted(times, key=lambda name: -times[name])
    note = f"slowest of {len(slow)} sorts: {slow[0]}; then {slow[1]} ({times[slow[1]] * 1e3:.1f} ms)"
    return [
        figure(
            "ads",
            f"{LONG:,} characters, decide",
            times[slow[0]] * 1e3,
            "ms",
            at_most=GOAL_LONG if whole else None,
            rounds=calibration.rounds(times[slow[0]]),
            note=note,
        )
    ]


def _load(own: Path) -> Loaded:
    """Load an operator's packs, in this process."""
    cpu, wall = time.process_time(), time.perf_counter()
    brain = load_brain(Settings(), own)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    judge(view_of(corpus(1)[0][0]), brain.policy.rules, Settings().scoring)
    return Loaded(cpu=cpu, wall=wall, now=resident(), most=most())


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_load(Path(sys.argv[1]))))
