"""The words of a welcome: who is named, which rules are said, put together from the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.effects import SendRoom, Words
from bot.core.playbook.choose import wording
from bot.core.playbook.variables import filled, variables_in
from bot.core.text.contacts import contacts_in
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.draft import Draft
    from bot.core.playbook.phrases import Texts
    from bot.core.records import MemberState, RoomState

LINE = "members.line"
# A name beyond this is a slogan, not something to call somebody by.
_LONGEST_NAME = 14
_LONGEST_TOPIC = 30
_MOST_STAFF = 2


def welcome_line(draft: Draft, room: RoomState, new: list[MemberState], seed: str) -> SendRoom | None:
    """Return the one line that welcomes some newcomers; None where nothing says what it says.

    Args:
        draft: the decision in the making.
        room: where they came.
        new: who, those who came first in front.
        seed: what this welcome belongs to; another one is worded differently.
    """
    pack = draft.policy.members
    if pack is None:
        return None
    own, book = draft.policy.room(room.room).welcome, pack.welcome
    language = draft.policy.settings.operator.language
    topic = callable_name(room.topic, _LONGEST_TOPIC) or book.no_room.of(language)
    # Whose name is an advert, or no name at all, is welcome too, but the bot does not say it after them.
    named = [member.member for member in new if callable_name(member.name)]
    mentions = tuple(named) if len(named) == len(new) <= own.most_names else ()
    parts = [
        _said(
            draft, _greeting(draft, len(new), own.most_names), {"room": topic, "count": str(len(new))}, seed
        )
    ]
    rules = own.rules or _usual_rules(draft, room)
    lines = "\n".join(f"{number}. {rule}" for number, rule in enumerate(rules, 1))
    parts.append(_said(draft, book.rules, {"rules": lines}, seed))
    if own.first:
        parts.append(_said(draft, book.first, {"first": own.first}, seed))
    whom = own.ask or _names_of_staff(draft, room)
    if whom:
        parts.append(_said(draft, book.ask, {"staff": whom}, seed))
    if own.name_format:
        parts.append(_said(draft, book.format, {"format": own.name_format}, seed))
    if own.acknowledge != "off":
        texts = book.acknowledge if own.acknowledge == "room" else book.acknowledge_private
        parts.append(_said(draft, texts, {"word": own.word}, seed))
    text = "\n".join(part for part in parts if part)
    return SendRoom(room=room.room, words=Words(LINE, {"text": text}), mentions=mentions)


def pick(texts: tuple[str, ...], values: Mapping[str, str], seed: str) -> str | None:
    """Return one of several wordings that name nothing unknown, filled; None if there is none.

    Args:
        texts: the wordings.
        values: what is known.
        seed: the same choice for the same seed.
    """
    known = [text for text in texts if all(name in values for name in variables_in(text))]
    if not known:
        return None
    # Whoever has a name is called by it.
    known = [text for text in known if "name" in variables_in(text)] or known
    return filled(known[wording(len(known), seed)], values)


def callable_name(name: str, longest: int = _LONGEST_NAME) -> str:
    """Return a name as one can be called by it, or nothing: a slogan, a contact, an address is no such name."""
    name = "".join(char for char in name if char.isprintable()).strip()
    if not name or len(name) > longest:
        return ""
    folded = plain(name)
    return "" if contacts_in(folded, folded) or "://" in folded or "{" in name else name


def _said(draft: Draft, texts: Texts, values: Mapping[str, str], seed: str) -> str:
    language = draft.policy.settings.operator.language
    # Each part takes its turn by itself: else the same beginning would always bring the same end.
    return pick(texts.of(language), values, f"{seed}:{'+'.join(values)}") or ""


def _greeting(draft: Draft, count: int, most_names: int) -> Texts:
    pack = draft.policy.members
    if pack is None:
        raise ValueError("nothing says what newcomers are told")
    if count == 1:
        return pack.welcome.one
    return pack.welcome.several if count <= max(most_names, 2) else pack.welcome.many


def _usual_rules(draft: Draft, room: RoomState) -> tuple[str, ...]:
    pack = draft.policy.members
    if pack is None:
        return ()
    trade = draft.policy.trade(room) == "ads_allowed"
    texts = pack.welcome.trade_rules if trade else pack.welcome.usual_rules
    return texts.of(draft.policy.settings.operator.language)


def _names_of_staff(draft: Draft, room: RoomState) -> str:
    """Return the names of the first of a room's staff that one can be called by."""
    people = dict.fromkeys(
        one for one in (*sorted(draft.policy.room(room.room).staff), room.owner, *room.staff) if one
    )
    own = draft.account().self_id
    found = []
    for person in people:
        member = draft.member(room.room, person)
        if person != own and member is not None and member.present and (name := callable_name(member.name)):
            found.append(name)
    joint = "、" if draft.policy.settings.operator.language == "zh" else " or "
    return joint.join(found[:_MOST_STAFF])
