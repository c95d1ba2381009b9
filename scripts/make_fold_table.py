"""Writes bot/core/text/fold_table.py: what every disguised character stands for.

    python scripts/make_fold_table.py

Sources: Unicode's own compatibility forms and case (unicodedata of the running Python), traditional and
Japanese forms from OpenCC (data/tables/opencc, Apache-2.0), look-alikes written for this project
(data/tables/look_alikes.toml). Only single characters are mapped.

A mapping must never damage ordinary Chinese. So whatever GB 2312 contains (the characters of ordinary
simplified text) is never a source, but for full-width forms and the few named below.
"""

from __future__ import annotations

import sys
import tomllib
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "data" / "tables"
TARGET = ROOT / "bot" / "core" / "text" / "fold_table.py"

# In GB 2312, yet only traditional writers use them (a surname 於 apart).
TRADITIONAL_IN_GB2312 = "後於麽菸麴"
# Composed characters of these scripts are letters of their own: か is not が. normalise.py composes them.
COMPOSED = (range(0x3040, 0x3100), range(0xAC00, 0xD7B0))
# Marks that compose with kana; normalise.py needs to see them.
KANA_MARKS = "\u3099\u309a"
# Characters that may compose with a neighbour: kana marks and Hangul letters, also in half width.
COMPOSING = (*KANA_MARKS, *map(chr, (*range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7FC))))
SENTINEL = "\uffff"  # a noncharacter: in no text, and if it is, it goes
INVISIBLE = frozenset({"Mn", "Me", "Cf"})
# Circled and squared Chinese would come out of NFKC in parentheses: ㈠ as (一). The list says 一.
ENCLOSED = ("enclosed", "enclosed_chinese")
SURROGATES = range(0xD800, 0xE000)
LAST = 0x110000
SHOWN = 12


def in_gb2312(char: str) -> bool:
    """Return whether ordinary simplified text may contain the character."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return char >= "\u3400"


def in_big5(text: str) -> bool:
    """Return whether a traditional writer may use it."""
    try:
        text.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def unicode_fold(char: str) -> str:
    """Return the compatibility form in lower case without marks; Latin loses its accents."""
    if any(ord(char) in script for script in COMPOSED) or char in KANA_MARKS:
        return char
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).lower())
    if not any(ord(c) in script for c in folded for script in COMPOSED):
        folded = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in folded if c in KANA_MARKS or unicodedata.category(c) not in INVISIBLE)


def opencc() -> dict[str, str]:
    """Return the simplified form of each traditional or Japanese character, the first of several."""
    forms: dict[str, str] = {}
    for line in (TABLES / "opencc" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        char, _, plain = line.partition("\t")
        forms[char] = plain.split(" ")[0]
    for line in (TABLES / "opencc" / "JPVariants.txt").read_text(encoding="utf-8").splitlines():
        char, _, japanese = line.partition("\t")
        for form in japanese.split(" "):
            forms.setdefault(form, forms.get(char, char))
    return {c: p for c, p in forms.items() if not in_gb2312(c) or c in TRADITIONAL_IN_GB2312}


def curated() -> tuple[dict[str, str], dict[str, str]]:
    """Return the look-alikes written for this project: those that win over Unicode, and the others."""
    tables = tomllib.loads((TABLES / "look_alikes.toml").read_text(encoding="utf-8"))
    first: dict[str, str] = {}
    then: dict[str, str] = {}
    for name, table in tables.items():
        for plain, chars in table.items():
            for char in chars:
                if in_gb2312(char) and name != "latin" and name not in ENCLOSED:
                    sys.exit(
                        f"{char} (for {plain}): ordinary text uses it; look_alikes.toml says why it may not"
                    )
                (first if name in ENCLOSED or name == "latin" else then)[char] = plain
    return first, then


def letters() -> frozenset[str]:
    """Return the look-alikes of Latin letters, but for signs that stand beside letters in ordinary text."""
    tables = tomllib.loads((TABLES / "look_alikes.toml").read_text(encoding="utf-8"))
    return frozenset("".join(tables["latin"].values())) - frozenset("×μı∂øđł")


def fold_table() -> dict[str, str]:
    """Return what each character that is not itself in the plain view becomes."""
    first, then = curated()
    forms = {**opencc(), **then}

    def step(char: str) -> str:
        return first.get(char) or forms.get(char) or unicode_fold(char)

    table = {}
    for code in range(LAST):
        char = chr(code)
        if code in SURROGATES:
            continue
        plain = before = char
        while (
            plain := "".join(map(step, before))
        ) != before:  # until nothing changes: the view of a view is itself
            before = plain
        if any(c in COMPOSING for c in plain):
            plain = SENTINEL + plain
        if plain != char:
            table[char] = plain
    table[SENTINEL] = ""
    return table


def main() -> None:
    """Write the table."""
    table = fold_table()
    single = {c: p for c, p in table.items() if len(p) == 1}
    several = {c: p for c, p in table.items() if len(p) > 1}
    gone = [c for c, p in table.items() if not p]
    lines = [
        '"""What every disguised character stands for. Written by scripts/make_fold_table.py; do not edit.',
        "",
        f"Unicode {unicodedata.unidata_version}; traditional and Japanese forms from OpenCC (Apache-2.0).",
        '"""',
        "",
        f"# {len(single)} characters that stand for one other: FROM[i] is TO[i].",
        *constant("FROM", "".join(single)),
        *constant("TO", "".join(single.values())),
        f"# {len(several)} characters that stand for several: each with what it stands for, ended by \\0.",
        *constant("SEVERAL", "".join(f"{c}{p}\0" for c, p in several.items())),
        f"# {len(gone)} characters that stand for nothing, as ranges (first, last).",
        "GONE = (",
        *(f"    ({first:#x}, {last:#x})," for first, last in ranges([ord(c) for c in gone])),
        ")",
        "# Which of the sources are what: they tell a disguise from a way of writing (disguise.py).",
        *constant("TRADITIONAL", "".join(sorted(c for c in opencc() if c in table))),
        *constant("SIMPLIFIED", "".join(sorted(c for c in set(opencc().values()) if not in_big5(c)))),
        *constant("MARTIAN", "".join(sorted(c for c in curated()[1] if c not in opencc()))),
        *constant("LOOK_ALIKE", "".join(sorted(c for c in letters() if c in table))),
        "# Stands before what may compose with its neighbour (marks of kana, letters of Hangul).",
        f"SENTINEL = {double_quoted(SENTINEL)}",
        "",
    ]
    TARGET.write_text("\n".join(lines), encoding="utf-8")
    print(f"{len(single)} single, {len(several)} several, {len(gone)} gone")


def constant(name: str, text: str) -> list[str]:
    """Return the lines of a long string constant, escaped so that no editor shows it wrongly."""
    pieces = [text[i : i + SHOWN] for i in range(0, len(text), SHOWN)]
    return [f"{name} = (", *(f"    {double_quoted(piece)}" for piece in pieces), ")"]


def double_quoted(text: str) -> str:
    """Return an ASCII literal of a text in double quotes."""
    return '"' + "".join('\\"' if c == '"' else "'" if c == "'" else ascii(c)[1:-1] for c in text) + '"'


def ranges(codes: list[int]) -> list[tuple[int, int]]:
    """Return sorted code points as ranges, both ends within."""
    found: list[tuple[int, int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


if __name__ == "__main__":
    main()
