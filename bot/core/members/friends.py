"""Friend requests to the account: accepted by rule within a daily budget, and met with one greeting."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.effects import AcceptFriend, SendPrivate, Words
from bot.core.members import befriending
from bot.core.members.welcoming import LINE, callable_name, pick
from bot.core.records import Task
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import FriendRequest

ACCEPT, GREET = "friend", "greet"
# The next day's first requests are accepted when people are awake, not at midnight.
_MORNING = time(9)
_DAY = timedelta(days=1)
# A word right behind a handshake gets lost on the platform.
_AFTER_HANDSHAKE = timedelta(minutes=1)

replace = msgspec.structs.replace


def on_request(event: FriendRequest, draft: Draft) -> None:
    """Accept a friend request that the settings want accepted; an ad is no such request.

    Args:
        event: the request.
        draft: the decision in the making.
    """
    known = bool(draft.state.rooms_of(event.member))
    # Looked at in any case: whoever writes adverts into requests is counted for it.
    is_ad = befriending.on_request(event, draft) if known else befriending.is_ad(event, draft)
    if not event.id or is_ad or draft.person(event.member).banned:
        return
    friends = draft.policy.settings.friends
    if friends.accept == "none" or not (known or _says_the_word(event.text, draft)):
        return
    if _accepted_today(draft) >= friends.per_day:
        _wait(draft, event.member, event.id)
        return
    _accept(draft, event.member, event.id)


def on_accept(task: Task, draft: Draft) -> None:
    """Accept a request that waited for its day's budget."""
    if task.member is None or draft.policy.settings.friends.accept == "none":
        return
    request = task.key[len(f"{ACCEPT}:{task.member}:") :]
    person = draft.person(task.member)
    if person.banned or person.friend is True:
        return
    if _accepted_today(draft) >= draft.policy.settings.friends.per_day:
        _wait(draft, task.member, request)
        return
    _accept(draft, task.member, request)


def on_greet(task: Task, draft: Draft) -> None:
    """Say hello to a new friend, once."""
    if task.member is None or draft.person(task.member).friend is False:
        return
    say(draft, task.member, "greeting", purpose="greeting")


def say(draft: Draft, person: str, part: str, *, purpose: str) -> None:
    """Say one line of the table to a person in private; nothing to whoever opted out, or where all rooms watch only.

    Args:
        draft: the decision in the making.
        person: to whom.
        part: which wordings of playbooks/welcome.toml.
        purpose: why.
    """
    pack, known = draft.policy.members, draft.person(person)
    if pack is None or known.opted_out or known.banned:
        return
    names = [
        member.name
        for room in draft.state.rooms_of(person)
        if (member := draft.member(room, person)) is not None and member.name
    ]
    values = {}
    if name := next((name for one in (*names, known.name) if (name := callable_name(one))), ""):
        values["name"] = name
    texts = getattr(pack.welcome, part).of(draft.policy.settings.operator.language)
    text = pick(texts, values, f"{part}:{person}")
    if text is None:
        return
    line = SendPrivate(to=person, purpose=purpose, words=Words(LINE, {"text": text}))
    (draft.recorded if _only_watches(draft, person) else draft.effects).append(line)


def _accept(draft: Draft, person: str, request: str) -> None:
    account = draft.account()
    today = draft.now.astimezone(draft.policy.zone).date()
    so_far = account.friends if account.friends_on == today else 0
    draft.put(replace(account, friends_on=today, friends=so_far + 1))
    draft.effects.append(AcceptFriend(member=person, request=request))
    if draft.policy.settings.friends.greet and draft.policy.members is not None:
        key = f"{GREET}:{person}"
        draft.put(Task(key=key, kind=GREET, due_at=draft.now + _AFTER_HANDSHAKE, member=person))


def _accepted_today(draft: Draft) -> int:
    account = draft.account()
    today = draft.now.astimezone(draft.policy.zone).date()
    return account.friends if account.friends_on == today else 0


def _wait(draft: Draft, person: str, request: str) -> None:
    """Let a request wait for the next morning; asked again meanwhile, only the newest handle counts."""
    tomorrow = draft.now.astimezone(draft.policy.zone).date() + _DAY
    due_at = datetime.combine(tomorrow, _MORNING, draft.policy.zone).astimezone(UTC)
    for task in draft.tasks_now():
        if task.kind == ACCEPT and task.member == person:
            draft.drop("task", task.key)
    draft.put(Task(key=f"{ACCEPT}:{person}:{request}", kind=ACCEPT, due_at=due_at, member=person))


def _says_the_word(text: str, draft: Draft) -> bool:
    friends = draft.policy.settings.friends
    word = plain(friends.word).strip()
    return friends.accept == "word" and bool(word) and word in plain(text)


def _only_watches(draft: Draft, person: str) -> bool:
    """Return whether every room of a person (of a stranger: of the account) is only watched."""
    rooms = [room for one in draft.state.rooms_of(person) if (room := draft.room(one)) is not None]
    rooms = [room for room in rooms or draft.state.rooms.values() if not room.left]
    return all(draft.policy.mode(room) == "observe" for room in rooms)
