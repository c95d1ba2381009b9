"""Lines: a playbook's texts filled for the one who reads them, and as effects.

The other side's words have no way in: only staff's texts may name what was said in the room or in private.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.core.care.facts import facts_of, shown_name
from bot.core.effects import SendPrivate, SendRoom, Words
from bot.core.playbook.choose import wording
from bot.core.playbook.credit import credit_for
from bot.core.playbook.variables import filled, variables_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.core.care.records import Care, Manner, Track
    from bot.core.draft import Draft
    from bot.core.effects import Values
    from bot.core.playbook.model import Playbook, Who
    from bot.core.playbook.phrases import Texts
    from bot.core.records import Case
    from bot.core.settings import Language

# What stands in a playbook's text where there is nobody to name. The catalogue cannot help: these texts are
# filled here, where the wording is chosen.
_NOBODY: dict[Language, dict[str, str]] = {
    "zh": {
        "staff": "管理员",
        "other": "对方",
        "brand": "我们",
        "none": "（还没有配置）",
        "unheard": "（还没有说）",
        "colleague": "各位",
        "list": "、",
    },
    "en": {
        "staff": "an admin",
        "other": "the other side",
        "brand": "us",
        "none": "(not configured)",
        "unheard": "(nothing yet)",
        "colleague": "everybody",
        "list": ", ",
    },
}
_FOR_STAFF = frozenset({"staff", "colleague"})
# The texts of staff show this much of what was said.
_SHOWN_TURNS = 6


class Line(NamedTuple):
    """A sentence ready to be said, and which wordings saying it uses up."""

    text: str
    used: tuple[tuple[str, int], ...]


def line_of(
    draft: Draft,
    case: Case,
    playbook: Playbook,
    texts: Texts,
    slot: str,
    who: Who,
    track: Track | None = None,
    *,
    reader: str = "",
) -> Line | None:
    """Return a sentence for somebody in one of its wordings, or None where the playbook has none for it.

    Args:
        draft: the decision in the making.
        case: the case, with its care.
        playbook: whose text it is.
        texts: the wordings.
        slot: what is said (a step, `room`, a parting), so that no wording of it comes twice.
        who: for whom it is.
        track: of the person it is said to; None for the room and for staff.
        reader: the person of the staff who reads it, where there is no track.
    """
    language = draft.policy.settings.operator.language
    wordings = texts.of(language) or texts.zh or texts.en
    if not wordings:
        return None
    person = track.member if track is not None else reader
    used = track.used if track is not None else ()
    heard = _heard_by_others(draft, case, person) if track is not None else []
    number = wording(
        len(wordings),
        f"{case.number}:{person}:{slot}",
        [n for name, n in used if name == slot],
        heard=[n for name, n in heard if name == slot],
    )
    spent = [(slot, number)]
    values = values_for(draft, case, playbook, who, person)
    if "credit" in variables_in(wordings[number]):
        facts, seed = facts_of(draft, case.room, person), f"{case.number}:{person}"
        said, others = _credit_in(used), _credit_in(heard)
        credit = credit_for(playbook.credit, facts, language, seed, [*said, *others]) or credit_for(
            playbook.credit, facts, language, seed, said
        )
        values["credit"] = "" if credit is None else credit[1]
        if credit is not None:
            spent.append((f"credit {credit[0]}", 0))
    # A text that names what nobody has a value for was let through by no check; it is better left unsaid.
    if any(name not in values for name in variables_in(wordings[number])):
        return None
    return Line(filled(wordings[number], values), tuple(spent))


def _heard_by_others(draft: Draft, case: Case, person: str) -> list[tuple[str, int]]:
    """Return the wordings that other people of a case heard, or will once staff says yes."""
    others = [track for track in draft.tracks(case.number) if track.member != person]
    return [one for t in others for one in (*t.used, *(t.held.used if t.held is not None else ()))]


def _credit_in(used: Iterable[tuple[str, int]]) -> list[str]:
    return [name.removeprefix("credit ") for name, _ in used if name.startswith("credit ")]


def known_to(draft: Draft, case: Case, playbook: Playbook, who: Who, person: str) -> frozenset[str]:
    """Return the variables whose values are known, for the steps that need them."""
    return frozenset({*values_for(draft, case, playbook, who, person), "credit"})


def values_for(draft: Draft, case: Case, playbook: Playbook, who: Who, person: str) -> dict[str, str]:
    """Return the values of a playbook's variables for one reader; what is not known is not in it.

    Args:
        draft: the decision in the making.
        case: the case, with its care.
        playbook: gives the promised hours.
        who: the reader's part.
        person: the reader's id, empty for the room.
    """
    settings, care = draft.policy.settings.care, care_of(case)
    nobody = _NOBODY[draft.policy.settings.operator.language]
    room = draft.room(case.room)
    values = {
        "room": (room.topic if room is not None else "") or case.room,
        "hours": f"{promised(draft, playbook)[0]:g}",
        "resolve_hours": f"{promised(draft, playbook)[1]:g}",
    }
    if settings.options:
        values["options"] = (
            numbered(settings.options) if who not in _FOR_STAFF else nobody["list"].join(settings.options)
        )
    if settings.offer:
        values["offer"] = settings.offer
    if settings.topic:
        values["topic"] = settings.topic
    if who == "room":
        return values
    others = [shown_name(draft, case.room, party) for party in care.parties if party != person]
    values["name"] = shown_name(draft, case.room, person) if person else nobody["colleague"]
    looks_after = care.owner or (care.told[-1] if care.told else None)
    values["staff"] = nobody["staff"] if looks_after is None else shown_name(draft, case.room, looks_after)
    values["other"] = others[0] if len(others) == 1 else nobody["other"]
    if who in _FOR_STAFF:
        values["case"] = str(case.number)
    if who == "staff":
        values |= {
            **{name: nobody["none"] for name in ("options", "offer", "topic") if name not in values},
            "parties": nobody["list"].join(shown_name(draft, case.room, one) for one in concerned(case)),
            "ringleaders": nobody["list"].join(
                shown_name(draft, case.room, party) for party in care.ringleaders or care.parties
            ),
            "target": _target(draft, case, nobody),
            "excerpt": "\n".join(f"{turn.name}：{turn.words}" for turn in care.turns[-_SHOWN_TURNS:])
            or nobody["unheard"],
            "story": "\n".join(
                f"{track.name}：{words}"
                for track in draft.tracks(case.number)
                for name, words in track.kept
                if name == "story"
            )
            or nobody["unheard"],
        }
    return values


def numbered(options: Sequence[str]) -> str:
    """Return the ways out as a person reads them: one a line and numbered, where there are several."""
    if len(options) == 1:
        return options[0]
    return "\n".join(f"{number}. {option}" for number, option in enumerate(options, 1))


def concerned(case: Case) -> tuple[str, ...]:
    """Return whom a case is about first of all: whoever is in danger, else its parties."""
    care = care_of(case)
    return tuple(one.person for one in care.endangered) or care.parties


def _target(draft: Draft, case: Case, nobody: dict[str, str]) -> str:
    target = care_of(case).target
    if target in {None, "staff", "brand"}:
        return nobody[target or "other"]
    return shown_name(draft, case.room, str(target))


def promised(draft: Draft, playbook: Playbook | None) -> tuple[float, float]:
    """Return within how many hours a human answers and the case is resolved: as set, else as the playbook says."""
    settings = draft.policy.settings.care
    answer, resolve = (
        (24.0, 72.0)
        if playbook is None
        else (
            playbook.promises.human_hours,
            playbook.promises.resolved_hours,
        )
    )
    hours = settings.answer_hours or answer, settings.resolve_hours or resolve
    if playbook is not None and "safety" in playbook.for_kinds:
        # Nobody in danger waits longer because the operator takes their time over complaints.
        return min(hours[0], answer), min(hours[1], resolve)
    return hours


def care_of(case: Case) -> Care:
    """Return what a case of a conflict has of its own.

    Raises:
        ValueError: it is no such case.
    """
    if case.care is None:
        raise ValueError(f"case {case.number} is no case of a conflict")
    return case.care


def to_person(case: Case, track: Track, text: str, manner: Manner, *, stays: bool = False) -> SendPrivate:
    """Return a private line to a person of a case, as an effect.

    The line's number goes with it, so that the last look knows one that a reply has overtaken.

    Args:
        case: the case.
        track: the person's, with this line counted.
        text: the sentence.
        manner: whether it opens a talk, answers, or takes leave.
        stays: it is said whoever leads the track by then: staff wanted it, or it is the last of its chain.
    """
    values: Values = {"text": text, "line": track.lines, "stays": stays}
    purpose = {"opening": "care", "talk": "talk", "parting": "parting"}[manner]
    words = Words("care.line", values)
    return SendPrivate(to=track.member, purpose=purpose, words=words, room=case.room, case=case.number)


def to_room(case: Case, text: str, *, at_once: bool = False) -> SendRoom:
    """Return a line in the room, as an effect; one said `at_once` answers words of this minute."""
    words = Words("care.line", {"text": text, "line": 0, "stays": False})
    return SendRoom(room=case.room, words=words, urgent=at_once, case=case.number)
