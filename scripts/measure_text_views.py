"""Measures the views of a text: what they restore of disguised ads, what they change in talk, how fast.

    python scripts/measure_text_views.py --ads FILE... --talk FILE...

The files are JSON Lines with `text` and, for ads, `label` and `obfuscation`. The plain ads are disguised
here in every form that the views know, by tables of its own, smaller than those of the views. Prints a
Markdown table.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import timeit
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.text.contacts import contacts_in
from bot.core.text.disguise import disguise_marks, undisguised
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Callable

_TRADE = re.compile(
    r"加?微信|加[vq群我]|vx|qq|兼职|刷单|贷款|论文|代[写练做购理考]|免费|红包|私[聊信我]|进群|佣金|返[利现]"
    r"|优惠|联系|报名|课程|日结|领取"
)
_HOMOPHONES = {
    "微信": ("薇信", "威❤", "薇芯", "徽信", "V信"),
    "兼职": ("兼织", "鉴职"),
    "贷款": ("代款", "贷欵", "带款"),
    "刷单": ("涮单", "刷丹"),
    "返利": ("返琍",),
    "免费": ("免废", "免弗"),
    "私聊": ("丝聊", "撕聊"),
    "加我": ("➕我", "伽莪"),
    "qq": ("扣扣", "叩叩"),
    "红包": ("红苞",),
    "论文": ("纶文",),
    "日结": ("曰结", "日节"),
    "优惠": ("优慧",),
    "佣金": ("佣斤",),
    "进群": ("进裙",),
    "vx": ("薇❤",),
}
_SPLITS = {
    "信": "亻言",
    "加": "力口",
    "群": "君羊",
    "课": "讠果",
    "请": "讠青",
    "试": "讠式",
    "打": "扌丁",
    "找": "扌戈",
    "代": "亻弋",
    "红": "纟工",
    "结": "纟吉",
    "钱": "钅戋",
    "到": "至刂",
    "利": "禾刂",
    "保": "亻呆",
    "话": "讠舌",
    "证": "讠正",
    "汽": "氵气",
    "股": "月殳",
    "线": "纟泉",
    "什": "亻十",
    "件": "亻牛",
    "价": "亻介",
    "给": "纟合",
    "招": "扌召",
    "法": "氵去",
    "活": "氵舌",
    "计": "讠十",
    "让": "讠上",
    "谈": "讠炎",
}
_PINYIN = {
    "微信": "wei xin",
    "兼职": "jian zhi",
    "贷款": "dai kuan",
    "刷单": "shua dan",
    "免费": "mian fei",
    "私聊": "si liao",
    "加我": "jia wo",
    "红包": "hong bao",
    "论文": "lun wen",
    "日结": "ri jie",
    "优惠": "you hui",
    "佣金": "yong jin",
    "进群": "jin qun",
    "联系": "lian xi",
    "报名": "bao ming",
    "课程": "ke cheng",
    "代写": "dai xie",
    "代练": "dai lian",
    "返利": "fan li",
    "领取": "ling qu",
    "私信": "si xin",
}
_LOOK_ALIKES = dict(zip("aceopxyiv", "асеорхуіν", strict=True))
_CHINESE_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def _words(table: dict[str, tuple[str, ...]] | dict[str, str]) -> Callable[[str, random.Random], str]:
    pattern = re.compile("|".join(map(re.escape, table)), re.IGNORECASE)

    def disguise(text: str, chance: random.Random) -> str:
        def other(match: re.Match[str]) -> str:
            forms = table[match[0].lower()]
            return forms if isinstance(forms, str) else chance.choice(forms)

        return pattern.sub(other, text)

    return disguise


def _within_words(mark: Callable[[random.Random], str]) -> Callable[[str, random.Random], str]:
    def disguise(text: str, chance: random.Random) -> str:
        return _TRADE.sub(lambda m: mark(chance).join(m[0]), text)

    return disguise


def _letters(table: dict[int, str]) -> Callable[[str, random.Random], str]:
    return lambda text, _: text.translate(table)


_FULL = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_MATHS = {ord(c): chr(0x1D41A + i) for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")}
_CIRCLED = {ord(str(d)): chr(0x2460 + d - 1) for d in range(1, 10)} | {ord("0"): "⓪"}
_KEYCAPS = {ord(str(d)): f"{d}\ufe0f\u20e3" for d in range(10)}
FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "zero width": _within_words(lambda _: "\u200b"),
    "combining": lambda text, _: "".join(c + "\u0336" if c.isalnum() else c for c in text),
    "full width": _letters(_FULL),
    "mathematical": _letters(_MATHS),
    "circled": _letters(_CIRCLED),
    "keycaps": _letters(_KEYCAPS),
    "look-alikes": _letters({ord(a): b for a, b in _LOOK_ALIKES.items()}),
    "separators": _within_words(lambda chance: chance.choice(".*-_~|/")),
    "blanks": _within_words(lambda _: " "),
    "emoji between": _within_words(lambda chance: chance.choice("🌸🔥✨")),
    "homophones": _words(_HOMOPHONES),
    "split": _words(_SPLITS),
    "pinyin": _words(_PINYIN),
    "Chinese digits": lambda text, _: re.sub(
        r"\d{7,}", lambda m: "".join(_CHINESE_DIGITS[c] for c in m[0]), text
    ),
}


def rows(paths: list[Path]) -> list[dict[str, str]]:
    """Return the rows of files that have a text."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [row for row in map(json.loads, lines) if row.get("text")]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ads", nargs="+", type=Path, required=True)
    parser.add_argument("--talk", nargs="+", type=Path, required=True)
    args = parser.parse_args()
    labelled = rows(args.ads)
    ads = [r["text"] for r in labelled if r["label"] == "ad" and r["obfuscation"] == "none"]
    restoration(ads)
    talk = [r["text"] for r in rows(args.talk)]
    ok = [r["text"] for r in labelled if r["label"] == "ok"]
    for name, texts in (("small talk", talk), ("messages that are no ads", ok)):
        changed(name, texts)
    speed(talk)


def restoration(ads: list[str]) -> None:
    """Print how many disguised ads read again like the undisguised ones, in either view."""
    print("| disguise | ads it applies to | plain view | second view | marked |")
    print("| --- | --- | --- | --- | --- |")
    for name, disguise in FORMS.items():
        chance = random.Random(3)  # noqa: S311 - repeatable, not secret
        pairs = [(ad, disguise(ad, chance)) for ad in ads]
        pairs = [(ad, hidden) for ad, hidden in pairs if hidden != ad]
        first = second = marked = 0
        for ad, hidden in pairs:
            meant = undisguised(plain(ad))
            first += plain(hidden) == plain(ad)
            second += undisguised(plain(hidden)) == meant
            marked += bool(disguise_marks(hidden, plain(hidden)))
        n = len(pairs) or 1
        print(f"| {name} | {len(pairs)} | {first / n:.1%} | {second / n:.1%} | {marked / n:.1%} |")


def changed(name: str, texts: list[str]) -> None:
    """Print how many ordinary texts the second view changes and how many show marks."""
    folded = [plain(text) for text in texts]
    other = sum(undisguised(text) != text for text in folded)
    marks = sum(bool(disguise_marks(text, fold)) for text, fold in zip(texts, folded, strict=True))
    print(f"\n{name}: {len(texts)}, changed by the second view {other}, marked {marks}")


def speed(texts: list[str]) -> None:
    """Print the time of the views for ordinary talk."""

    def views(text: str) -> None:
        folded = plain(text)
        contacts_in(folded, undisguised(folded))

    measured: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("plain", plain),
        ("plain + undisguised + contacts", views),
    )
    for name, one in measured:
        took = min(timeit.repeat("[one(t) for t in texts]", globals={"one": one, "texts": texts}, number=1))
        print(f"{name}: {took / len(texts) * 1e6:.2f} us a message")


if __name__ == "__main__":
    main()
