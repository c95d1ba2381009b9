"""One member's time in the operator's rooms, told as a row of moments: for the operator alone, it leaves no machine."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from bot.core.draft import Draft
from bot.core.events import Join, Leave, Message, Rename
from bot.core.members.tiers import name_of_tier
from bot.core.rules.view import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.effects import Row
    from bot.core.events import Event
    from bot.core.members.checkin.records import CheckIn
    from bot.core.policy import Policy
    from bot.core.records import Case
    from bot.core.state import State

What = Literal[
    "known", "joined", "rejoined", "first_word", "talk", "silence", "spoke_again", "renamed", "tier", "badge",
    "asked", "unasked", "reminded", "wrote", "answered", "returned", "case", "banned", "removed", "left",
]  # fmt: skip

_SHOWN = 30
# A return that was noted and the words that made it are one moment.
_SAME = timedelta(seconds=1)
# Several lines in private are one answer.
_DAY = timedelta(days=1)


_PURPOSES: dict[str, What] = {"checkin": "asked", "checkin_hello": "asked", "checkin_reminder": "reminded"}


class Moment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened: `count` and `days` where it is about numbers, `detail` and `more` say which."""

    at: datetime
    what: What
    room: str = ""
    count: int = 0
    days: int = 0
    detail: str = ""
    more: str = ""


class Timeline:
    """Gathers what events tell of one `person`; the state tells the rest."""

    def __init__(self, person: str, policy: Policy) -> None:
        """Start with nothing.

        Args:
            person: whom it is about.
            policy: what the operator decided.
        """
        self.person, self._policy = person, policy
        self._moments: list[Moment] = []
        self._last: datetime | None = None
        self._month: list[datetime] = []
        self._tier = ""

    def add(self, event: Event, state: State | None = None) -> None:
        """Take an event into account.

        Args:
            event: of any kind, in the order of time.
            state: as it is after the event, where that is known: then tiers are told as they change.
        """
        match event:
            case Message(sender=self.person, room=room) if room is not None:
                self._said(event)
            case Message(sender=self.person):
                self._moments.append(Moment(event.at, "wrote"))
            case Join(member=self.person):
                again = any(one.what in {"left", "removed"} for one in self._moments)
                self._note(event, "rejoined" if again else "joined", detail=event.inviter or "")
            case Leave(member=self.person):
                self._note(event, "left" if event.remover is None else "removed", detail=event.remover or "")
            case Rename(member=self.person):
                self._note(event, "renamed", detail=event.name)
            case _:
                return
        if state is not None:
            self._see_tier(event.at, state)

    def sent(self, at: datetime, kind: str, to: str, purpose: str, room: str, case: int) -> None:
        """Take a word of the bot into account: check-ins of long ago have left the state, but not the record.

        Args:
            at: when it was decided.
            kind: of the effect.
            to: whom it went to.
            purpose: why.
            room: which room it was about.
            case: the check-in's number.
        """
        if to != self.person or purpose not in _PURPOSES:
            return
        way = "friend_request" if kind == "friend_request" else "private"
        self._moments.append(Moment(at, _PURPOSES[purpose], room, case, detail=way))

    def moments(self, state: State, now: datetime) -> list[Moment]:
        """Return everything in the order of time.

        Args:
            state: as it is now.
            now: until when silence lasts.
        """
        found = [*self._months(), *self._known(state)]
        records = [one for one in state.checkins.values() if one.person == self.person]
        for record in records:
            found += self._checkin(record)
        kept = {record.number for record in records}
        answers = [record.answered_at for record in records if record.answered_at is not None]
        for one in self._moments:
            told = one.what in {"asked", "reminded"} and one.count in kept
            read = one.what == "wrote" and any(abs(one.at - at) <= _DAY for at in answers)
            if not told and not read:
                found.append(one)
        for case in state.cases.values():
            if self._is_in(case):
                found.append(Moment(case.opened_at, "case", case.room, case.number, 0, case.kind, case.state))
        person = state.people.get(self.person)
        if person is not None:
            found += [Moment(badge.at, "badge", detail=badge.id) for badge in person.badges]
            if person.banned_at is not None:
                found.append(Moment(person.banned_at, "banned", detail=person.ban_reason))
        silent = None if self._last is None else now - self._last
        if self._last is not None and silent is not None and silent >= self._long:
            found.append(Moment(self._last, "silence", days=silent.days, more="now"))
        return sorted(_once(found), key=lambda one: (one.at, _ORDER.index(one.what)))

    @property
    def _long(self) -> timedelta:
        return timedelta(days=self._policy.settings.checkin.silent_days)

    def _note(self, event: Join | Leave | Rename, what: What, *, detail: str) -> None:
        self._moments.append(Moment(event.at, what, event.room, detail=detail))

    def _said(self, event: Message) -> None:
        room = event.room or ""
        if self._last is None:
            self._moments.append(Moment(event.at, "first_word", room, detail=excerpt(event.text, _SHOWN)))
        elif event.at - self._last >= self._long:
            days = (event.at - self._last).days
            self._moments.append(Moment(self._last, "silence", days=days))
            self._moments.append(Moment(event.at, "spoke_again", room, detail=excerpt(event.text, _SHOWN)))
        self._last = event.at
        self._month.append(event.at)

    def _months(self) -> Iterator[Moment]:
        """Yield what was said in each month."""
        months: dict[str, list[datetime]] = {}
        for at in self._month:
            months.setdefault(at.astimezone(self._policy.zone).strftime("%Y-%m"), []).append(at)
        for said in months.values():
            days = {at.astimezone(self._policy.zone).date() for at in said}
            yield Moment(said[-1], "talk", count=len(said), days=len(days))

    def _known(self, state: State) -> Iterator[Moment]:
        """Yield when somebody came whose joining no event told of."""
        told = {one.room for one in self._moments if one.what in {"joined", "rejoined"}}
        for members in state.members.values():
            member = members.get(self.person)
            if member is None or member.room in told:
                continue
            if member.joined_at is None:
                yield Moment(member.first_seen, "known", member.room)
            else:
                yield Moment(member.joined_at, "joined", member.room, detail=member.inviter or "")
            gone = any(one.what in {"left", "removed"} and one.room == member.room for one in self._moments)
            if not member.present and member.left_at is not None and not gone:
                yield Moment(member.left_at, "left", member.room)

    def _checkin(self, record: CheckIn) -> Iterator[Moment]:
        room, number = record.room, record.number
        if record.group == "control":
            yield Moment(record.at, "unasked", room, number)
        elif record.state in {"asked", "answered"}:
            yield Moment(record.at, "asked", room, number, detail=record.way)
        if record.reminded_at is not None:
            yield Moment(record.reminded_at, "reminded", room, number)
        if record.answered_at is not None:
            reason, followup = record.reason or "", record.followup or ""
            yield Moment(record.answered_at, "answered", room, number, detail=reason, more=followup)
        if record.returned_at is not None:
            days = (record.returned_at - record.at).days
            yield Moment(record.returned_at, "returned", room, number, days)

    def _see_tier(self, at: datetime, state: State) -> None:
        tier = name_of_tier(Draft(state, self._policy, at), self.person)
        if tier and tier != self._tier:
            if self._tier:
                self._moments.append(Moment(at, "tier", detail=tier, more=self._tier))
            self._tier = tier

    def _is_in(self, case: Case) -> bool:
        return case.member == self.person or (case.care is not None and self.person in case.care.parties)


def _once(found: list[Moment]) -> Iterator[Moment]:
    """Yield moments without those that say again what another one says better."""
    returns = [one.at for one in found if one.what == "returned"]
    spoke = {one.at for one in found if one.what in {"first_word", "spoke_again", "returned"}}
    wrote: datetime | None = None
    for one in found:
        if one.what == "spoke_again" and any(abs(one.at - at) <= _SAME for at in returns):
            continue
        if one.what == "talk" and one.count == 1 and one.at in spoke:
            continue
        if one.what == "wrote":
            if wrote is not None and one.at - wrote <= _DAY:
                continue
            wrote = one.at
        yield one


# At one moment somebody comes before they talk, talks before they fall silent, and leaves last.
_ORDER: tuple[What, ...] = (
    "known", "joined", "rejoined", "renamed", "first_word", "returned", "spoke_again", "talk", "answered", "wrote",
    "tier", "badge", "asked", "unasked", "reminded", "case", "silence", "banned", "removed", "left",
)  # fmt: skip


def rows_of(moments: list[Moment], state: State, policy: Policy) -> tuple[Row, ...]:
    """Return moments as rows of the text `member.timeline`, with names for ids.

    Args:
        moments: in the order of time.
        state: knows names.
        policy: zones and names of badges.
    """
    rooms = {room.room: room.topic or room.room for room in state.rooms.values()}
    rows: list[Row] = []
    year = 0
    for one in moments:
        here = one.at.astimezone(policy.zone)
        rows.append(
            {
                "year": here.year if here.year != year else 0,
                "date": here.strftime("%m-%d"),
                "what": one.what,
                "room": rooms.get(one.room, one.room),
                "count": one.count,
                "days": one.days,
                "detail": _named(one, state, policy),
                "more": one.more,
            }
        )
        year = here.year
    return tuple(rows)


def _named(moment: Moment, state: State, policy: Policy) -> str:
    if moment.what == "badge":
        badges = () if policy.members is None else policy.members.badges
        language = policy.settings.operator.language
        return next((rule.name.of(language) for rule in badges if rule.id == moment.detail), moment.detail)
    if moment.what in {"joined", "rejoined", "removed"} and moment.detail:
        member = state.member(moment.room, moment.detail)
        person = state.people.get(moment.detail)
        return (member.name if member else "") or (person.name if person else "") or moment.detail
    return moment.detail


def people_called(state: State, name: str) -> list[str]:
    """Return the ids of whoever has an id or, anywhere, a name."""
    if name in state.people or any(name in members for members in state.members.values()):
        return [name]
    found = {
        member.member
        for members in state.members.values()
        for member in members.values()
        if member.name.strip() == name.strip()
    }
    found.update(person.member for person in state.people.values() if person.name.strip() == name.strip())
    return sorted(found)
