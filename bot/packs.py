"""Rule packs and texts: found in the wheel, in a checkout, or in an operator's own folder.

An operator's folder overrides the shipped files one by one, by name.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from bot.core.ads.preset import ORDERS, Preset
from bot.core.rules.kind import RuleSpec
from bot.core.rules.registry import RefusedRuleError, RuleSet, any_rule
from bot.core.rules.tone import ToneSpec
from bot.core.settings import Scoring
from bot.errors import PackError
from bot.misread import in_plain_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.core.ads.language import LanguageModel

_HERE = Path(__file__).resolve().parent
# The weight of a rule that is an ad's by itself: from this score on the bot acts alone, as shipped.
_FULL = Scoring().ad


class PackName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pack's name for people."""

    zh: str
    en: str


class PackHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The [pack] table: which pack this is.

    `cap` is the most its signals add up to in a message; `everywhere` says that it holds in trade rooms too.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+$")]
    name: PackName
    cap: Annotated[float, msgspec.Meta(gt=0, le=10)] | None = None
    everywhere: bool = False


class Pack(msgspec.Struct, frozen=True):
    """A rule pack with the file it came from; `own`: from the operator's folder."""

    path: Path
    head: PackHead
    rules: tuple[RuleSpec, ...]
    own: bool = False

    @property
    def orders(self) -> tuple[str, ...]:
        """The rules by which an operator says plainly, with the weight of an ad, what is not wanted."""
        if not self.own:
            return ()
        return tuple(r.id for r in self.rules if r.weight >= _FULL and not isinstance(r, ToneSpec))


def shipped(kind: str) -> Path:
    """Return the folder of shipped data of a kind (`rules`, `rules/presets`, `texts`, `playbooks` and the like).

    Raises:
        PackError: the installation is incomplete.
    """
    in_checkout = {
        "rules": "rules",
        "playbooks": "playbooks",
        "texts": "data/texts",
        "communities": "data/communities",
    }
    top, _, below = kind.partition("/")
    for folder in (_HERE / "_packs" / kind, _HERE.parent / in_checkout[top] / below):
        if folder.is_dir():
            return folder
    raise PackError(f"the shipped {kind} are missing from {_HERE}; install qunguan again")


def files_of(kind: str, own: Path | None = None, suffix: str = ".toml") -> list[Path]:
    """Return the files of a kind, an operator's own folder overriding the shipped ones file by file.

    Args:
        kind: which shipped data, a folder inside it too ("rules/conflict").
        own: the operator's data folder; its subfolder named after the kind is looked into.
        suffix: which files.
    """
    found = {path.name: path for path in sorted(shipped(kind).glob(f"*{suffix}"))}
    if own is not None and (own / kind).is_dir():
        found |= {path.name: path for path in sorted((own / kind).glob(f"*{suffix}"))}
    return [found[name] for name in sorted(found)]


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        PackError: it cannot be read, or is no TOML; the message names file and line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise PackError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path}: {error}") from None


def read_pack(path: Path) -> Pack:
    """Read one rule pack.

    Raises:
        PackError: the file is not a rule pack; the message names file, rule and key.
    """
    head, rules = read_entries(path, "rule", any_rule())
    return Pack(path, head, rules)


def read_entries(
    path: Path,
    noun: str,
    kind: Any,  # noqa: ANN401 - a union made at run time has no static type
) -> tuple[PackHead, tuple[Any, ...]]:
    """Read a file of a [pack] table and entries whose ids start with the pack's.

    Args:
        path: the file.
        noun: what an entry is called there: [[rule]], [[cue]].
        kind: the record, or union of records, that an entry is read as; each has an `id`.

    Raises:
        PackError: the file is no such pack; the message names file, entry and key.
    """
    raw = read_toml(path)
    unknown = sorted(set(raw) - {"pack", noun})
    if unknown:
        raise PackError(f"{path}: unknown table [{unknown[0]}]; a pack of {noun}s has [pack] and [[{noun}]]")
    try:
        head = msgspec.convert(raw.get("pack", {}), PackHead)
    except msgspec.ValidationError as error:
        raise PackError(f"{path}: [pack]: {in_plain_words(error)}") from None
    written = raw.get(noun, [])
    if not isinstance(written, list):
        raise PackError(f"{path}: {noun}s are written as [[{noun}]], with two brackets")
    entries = []
    for number, one in enumerate(written, 1):
        try:
            entry = msgspec.convert(one, kind, str_keys=True)
        except msgspec.ValidationError as error:
            name = one.get("id", f"number {number}") if isinstance(one, dict) else f"number {number}"
            raise PackError(f"{path}: {noun} {name}: {in_plain_words(error)}") from None
        if entry.id.split("/")[0] != head.id:
            raise PackError(f"{path}: {noun} {entry.id}: its id must start with the pack's id, {head.id}/")
        entries.append(entry)
    return head, tuple(entries)


def load_packs(own: Path | None = None) -> list[Pack]:
    """Read every rule pack that is in force.

    Args:
        own: the operator's data folder, whose `rules` override the shipped packs.

    Raises:
        PackError: any of them is wrong, or two bear the same id.
    """
    packs = [
        msgspec.structs.replace(read_pack(path), own=own is not None and path.is_relative_to(own))
        for path in files_of("rules", own)
    ]
    first: dict[str, Pack] = {}
    for pack in packs:
        other = first.setdefault(pack.head.id, pack)
        if other is not pack:
            # What is said of a pack (its cap, whether it holds everywhere) would be the last one's alone.
            mine, theirs = (pack, other) if pack.own else (other, pack)
            raise PackError(
                f"{mine.path}: the pack's id {pack.head.id} is that of {theirs.path} already; choose another,"
                " or give the file the same name to take its place"
            )
    return packs


def load_presets(own: Path | None = None) -> dict[str, Preset]:
    """Read every preset, by its id.

    Args:
        own: the operator's data folder, whose `rules/presets` override the shipped ones.

    Raises:
        PackError: a file is no preset, or its id is not its file's name.
    """
    presets = {}
    for path in files_of("rules/presets", own):
        try:
            preset = msgspec.convert(read_toml(path), Preset)
        except msgspec.ValidationError as error:
            raise PackError(f"{path}: {in_plain_words(error)}") from None
        if preset.id != path.stem:
            raise PackError(f"{path}: its id {preset.id!r} must be its file's name")
        presets[preset.id] = preset
    return presets


def check_presets(presets: dict[str, Preset], wanted: Iterable[str], rules: RuleSet) -> None:
    """See that presets name what there is.

    Raises:
        PackError: a room wants a preset that does not exist, or a preset weighs what is no rule and no pack, or
            what no preset changes.
    """
    for name in wanted:
        if name not in presets:
            raise PackError(f"there is no preset {name!r}; there are: {', '.join(sorted(presets))}")
    packs = {rule.partition("/")[0] for rule in rules.specs}
    for preset in presets.values():
        unknown = sorted(set(preset.weights) - set(rules.specs) - packs)
        if unknown:
            raise PackError(f"preset {preset.id}: {unknown[0]!r} is no rule and no pack")
        for rule in sorted(ORDERS.intersection(preset.weights)):
            raise PackError(
                f"preset {preset.id}: {rule} weighs the same under every preset; take out what orders it instead"
            )


def compile_rules(packs: Iterable[Pack], language: LanguageModel | None = None) -> RuleSet:
    """Compile packs into one rule set.

    Args:
        packs: as read.
        language: what rules of kind `language` ask.

    Raises:
        PackError: a pattern cannot be run in linear time, or two rules share an id.
    """
    packs = list(packs)
    try:
        return RuleSet(
            (rule for pack in packs for rule in pack.rules),
            caps={pack.head.id: pack.head.cap for pack in packs if pack.head.cap is not None},
            everywhere=(pack.head.id for pack in packs if pack.head.everywhere),
            language=language,
            orders=(rule for pack in packs for rule in pack.orders),
        )
    except RefusedRuleError as error:
        where = next((str(p.path) for p in packs for r in p.rules if f"rule {r.id}" in str(error)), "rules")
        raise PackError(f"{where}: {error}") from None


def wrong_examples(
    cue: str, hits: Iterable[Sequence[str]], passes: Iterable[Sequence[str]], does_hit: Callable[..., bool]
) -> list[str]:
    """Return a line for every example of a cue that does not do what it says.

    Args:
        cue: the cue's id.
        hits: what it should hit: a text, and whatever else `does_hit` takes.
        passes: what it should leave alone.
        does_hit: whether the cue hits an example.
    """
    problems = []
    for examples, should_hit in ((hits, True), (passes, False)):
        for example in examples:
            if does_hit(*example) != should_hit:
                does = "does not hit" if should_hit else "hits"
                problems.append(f"cue {cue}: {does} {example[0]!r}; mend the cue or the example")
    return problems


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a short fingerprint of files' contents: the same files give the same one."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
