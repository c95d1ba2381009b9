"""Names that staff found harmless: a member is asked about for the same name once, and for a new name again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.rules import nickname

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import Case, Label

# Whoever changes their name more often than this is asked about more often.
_MOST = 4


def judged(draft: Draft, case: Case, label: Label) -> None:
    """Take what staff said of a case to be about the name, where without the name nobody would have asked.

    Args:
        draft: the decision in the making.
        case: its member bears the name.
        label: what staff said; called an ad, a name is harmless no longer.
    """
    name = nickname.folded(case.name)
    if not name or not _stands_on_the_name(draft, case):
        return
    person = draft.person(case.member)
    names = tuple(known for known in person.harmless_names if known != name)
    if label == "ok":
        names = (*names, name)[-_MOST:]
    # Called an ad, the name may be asked about anew: they still bear it, or come back with it.
    asked_ = person.asked_names if label == "ok" else tuple(n for n in person.asked_names if n != name)
    if (names, asked_) != (person.harmless_names, person.asked_names):
        draft.put(msgspec.structs.replace(person, harmless_names=names, asked_names=asked_))


def asked(draft: Draft, member: str, name: str) -> None:
    """Note that staff was asked about a name.

    Args:
        draft: the decision in the making.
        member: who bears it.
        name: as they write it.
    """
    person = draft.person(member)
    key = nickname.folded(name)
    if key and key not in person.asked_names:
        draft.put(msgspec.structs.replace(person, asked_names=(*person.asked_names, key)[-_MOST:]))


def was_asked(draft: Draft, member: str, name: str) -> bool:
    """Return whether staff was asked about a name of this person already.

    Args:
        draft: the decision in the making.
        member: who bears it.
        name: as they write it.
    """
    person = draft.person(member)
    return bool(person.asked_names) and nickname.folded(name) in person.asked_names


def note_asked(draft: Draft, case: Case) -> None:
    """Note that staff was asked about a name, where nothing but the name led to a case.

    Args:
        draft: the decision in the making.
        case: just opened.
    """
    if case.name and _stands_on_the_name(draft, case):
        asked(draft, case.member, case.name)


def _stands_on_the_name(draft: Draft, case: Case) -> bool:
    rules, settings = draft.policy.rules.specs, draft.policy.settings.scoring
    of_the_name = [isinstance(rules.get(found.rule), nickname.Spec) for found in case.evidence]
    if not any(of_the_name):
        return False
    rest = sum(found.weight for found, name in zip(case.evidence, of_the_name, strict=True) if not name)
    preset = draft.policy.room(case.room).preset
    return rest < settings.suspect * (1.0 if preset is None else preset.suspect)
