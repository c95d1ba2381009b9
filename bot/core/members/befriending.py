"""Whoever adds member after member (大肆加人): what the account itself sees of it, counted per person for a while.

To ask the account for friendship is normal, and wanted: members write to it in private, and many ask on their
first day or twice when nobody answers. So a request alone counts for nothing, however new its sender is. It
counts, once for each, where

- its text is an ad that the bot would act on alone: advertisers write their offer into the request;
- it comes from a stranger in several rooms: somebody who joined two or more of them in the last days and has
  said nothing in any. Somebody who is new in one room, or has spoken in one, is a new member.

Only members of a room are counted, never the immune; requests within an hour are one. What was counted fades
after a fortnight, and even then it says nothing alone: rule kind `befriending` is asked only about a message
that something else speaks against. Members' reports are counted in the same way (`commands.report`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.score import judge
from bot.core.events import Message
from bot.core.rules import befriending
from bot.core.rules.view import view_of
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.draft import Draft
    from bot.core.events import FriendRequest
    from bot.core.records import Case, PersonState

COUNTS_FOR = timedelta(days=14)
_MOST = 8
# Who is not answered asks again, and gateways tell a request twice.
_ONE_REQUEST = timedelta(hours=1)
_LATELY = timedelta(days=3)
_SEVERAL = 2


def times(person: PersonState, now: datetime) -> int:
    """Return how often somebody was noticed adding people.

    Args:
        person: of whom.
        now: the moment.
    """
    since = now - COUNTS_FOR
    return sum(at >= since for at in person.befriending)


def on_request(event: FriendRequest, draft: Draft) -> bool:
    """Count a friend request where it counts; returns whether its text is an ad.

    Args:
        event: from a member of a room.
        draft: the decision in the making.
    """
    rooms = [
        room for room in draft.state.rooms.values() if event.member in draft.state.members.get(room.room, ())
    ]
    if any(is_immune(draft.policy, draft.state, room, event.member) for room in rooms):
        return False
    found = is_ad(event, draft)
    note(draft, event.member, found + _is_stranger_in_several(draft, event.member))
    return found


def note(draft: Draft, member: str, count: int = 1, *, each: bool = False) -> None:
    """Count somebody as adding people, unless that was counted within the hour.

    Args:
        draft: the decision in the making.
        member: who does.
        count: how many things say so.
        each: count it whatever was counted within the hour: it is another member who says so.
    """
    person = draft.person(member)
    is_repeated = bool(person.befriending) and draft.now - person.befriending[-1] < _ONE_REQUEST
    if not count or (is_repeated and not each):
        return
    noted = (*person.befriending, *(draft.now for _ in range(count)))[-_MOST:]
    draft.put(msgspec.structs.replace(person, befriending=noted))


def forget_since(draft: Draft, member: str, since: datetime) -> None:
    """Forget what was counted from some moment on: staff say that it is not so.

    Args:
        draft: the decision in the making.
        member: of whom.
        since: the moment.
    """
    person = draft.person(member)
    draft.put(
        msgspec.structs.replace(person, befriending=tuple(at for at in person.befriending if at < since))
    )


def forget(draft: Draft, case: Case) -> None:
    """Forget what was counted, where a case that is taken back built on it.

    Args:
        draft: the decision in the making.
        case: taken back.
    """
    rules = draft.policy.rules.specs
    if any(isinstance(rules.get(found.rule), befriending.Spec) for found in case.evidence):
        draft.put(msgspec.structs.replace(draft.person(case.member), befriending=()))


def is_ad(event: FriendRequest, draft: Draft) -> bool:
    """Return whether the text of a friend request is an ad that the bot would act on alone."""
    if not event.text:
        return False
    policy = draft.policy
    message = Message(at=event.at, room=None, id="", sender=event.member, text=event.text)
    preset = policy.presets.get(policy.settings.scoring.preset)
    return judge(view_of(message), policy.rules, policy.settings.scoring, preset).verdict == "ad"


def _is_stranger_in_several(draft: Draft, person: str) -> bool:
    known = [members[person] for members in draft.state.members.values() if person in members]
    came = [
        member
        for member in known
        if member.present and member.joined_at is not None and draft.now - member.joined_at <= _LATELY
    ]
    return len(came) >= _SEVERAL and not any(member.messages for member in known)
