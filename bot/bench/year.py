"""A simulated year in the demo community: who is due for a check-in is asked in time, by day, and not too often."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bot.assembly import load_brain
from bot.bench.figures import Figure, figure
from bot.channels.simulator.script import load
from bot.core.decide import decide
from bot.core.draft import Draft
from bot.core.effects import AskFriend, SendPrivate, SendRoom
from bot.core.events import Account, Due, Friend, Join, Leave, Member, Message, Receipt, Room
from bot.core.members.checkin.due import circumstances, everybody_due
from bot.core.members.checkin.plan import PLAN
from bot.core.quiet import QuietHours
from bot.core.settings import Defaults, Operator, Settings
from bot.core.state import State
from bot.packs import shipped
from bot.replay import receipt_of

if TYPE_CHECKING:
    from bot.bench.calibration import Calibration
    from bot.channels.simulator.community import Community
    from bot.core.effects import Effect
    from bot.core.events import Event

DAYS, SEED = 365, 11
GOAL = 0.95
# Of a year whose holidays are known.
_START = datetime(2025, 1, 6, 1, tzinfo=UTC)
_DAY = timedelta(days=1)

# What kinds of people there are, as shares of a room: who never speaks, who talks and falls silent one day; the
# others go on talking. Half of a community is silent.
_NEVER, _FADES = 0.4, 0.35
_FRIENDS = 0.5
_ACCEPTS = 0.4  # of friend requests
_ANSWERS, _RETURNS = 0.45, 0.25
_JOINS_A_WEEK = 2
_LEAVES = 0.001  # a day and person
_TALK = (
    "今天天气真不错，出去走走",
    "我家也是这样，慢慢来",
    "昨天那个办法真好用",
    "周末大家怎么安排",
    "谢谢，学到了不少",
)
_REPLIES = (
    *(
        "最近太忙了，没顾上看群",
        "挺好的呀，就是看看不说话",
        "群里消息太多了，看不过来",
        "孩子上学了，用不太上了",
    ),
    *("广告有点多", "忘了还有这个群哈哈", "都好，谢谢关心", "别再给我发消息了"),
)


class Waiting(NamedTuple):
    """Somebody who is due: since when, and until when they must have been asked."""

    since: datetime
    until: datetime


class Outcome(msgspec.Struct):
    """What the year came to. `asked` are the moments at which each person was asked."""

    due: int = 0
    in_time: int = 0
    left_unasked: int = 0
    asked: dict[str, list[datetime]] = {}
    at_night: int = 0
    too_soon: int = 0
    days_waited: list[float] = []
    answered: int = 0
    returned: int = 0


class Year:
    """A community that talks, falls silent and answers, a bot that looks after it, and a clock between them.

    `events` is the whole history, as `qunguan replay` reads it.
    """

    def __init__(self, community: Community, settings: Settings, seed: int = SEED) -> None:
        """Open the rooms on day 1.

        Args:
            community: its rooms and people.
            settings: those of the bot.
            seed: of everything that people do.
        """
        self.policy = load_brain(settings, forced_mode="act").policy
        self.state, self.now, self.outcome = State(), _START, Outcome()
        self.events: list[Event] = []
        self._rng = random.Random(seed)  # noqa: S311 - made-up people, no secret
        self._number = itertools.count()
        self._coming: list[tuple[datetime, int, Event]] = []
        self._waiting: dict[str, Waiting] = {}
        self._friends: set[str] = set()
        self._rooms = [plan.id for plan in community.rooms]
        own = community.account.id
        self._tell(Account(at=_START, state="login", self_id=own))
        whom = community.directory()
        staff = {whom[community.operator]} | {whom[name] for plan in community.rooms for name in plan.staff}
        for plan in community.rooms:
            officers = tuple(whom[name] for name in plan.staff)
            self._tell(
                Room(
                    at=_START, room=plan.id, topic=plan.topic, owner=whom[plan.owner], staff=(*officers, own)
                )
            )
        for person in community.people:
            for room in person.rooms:
                self._tell(Member(at=_START, room=room, member=person.id, name=person.name))
            if person.rooms:
                self._live(person.id, person.rooms[0], _START, talks=person.id in staff)

    def run(self, days: int = DAYS) -> Outcome:
        """Let so many days pass and return what they came to."""
        end = _START + days * _DAY
        for week in range(days // 7):
            for _ in range(_JOINS_A_WEEK):
                self._newcomer(_START + timedelta(days=7 * week + self._rng.uniform(0, 7)))
        while True:
            due, coming = self.state.next_due, self._coming[0][0] if self._coming else end
            moment = min(coming, end if due is None else max(due, self.now))
            if moment >= end:
                break
            self.now = moment
            if due is not None and due <= moment:
                task = self.state.due(moment)[0]
                if task.kind == PLAN:
                    self._look()
                self._tell(Due(at=moment, task=task.key))
            else:
                event = heapq.heappop(self._coming)[2]
                if not isinstance(event, Message) or self._may_speak(event):
                    self._tell(msgspec.structs.replace(event, at=moment))
        self._settle(end)
        return self.outcome

    # ------------------------------------------------------------------------------ people

    def _live(self, person: str, room: str, since: datetime, *, talks: bool) -> None:
        """Put down what somebody will say by themselves."""
        kind = 1.0 if talks else self._rng.random()
        if self._rng.random() < _FRIENDS:
            self._friends.add(person)
        self._tell_later(since, Friend(at=since, member=person, friend=person in self._friends))
        if kind < _NEVER:
            return
        until = _START + DAYS * _DAY
        if kind < _NEVER + _FADES:
            until = since + timedelta(days=self._rng.uniform(5, DAYS))
        rate = self._rng.lognormvariate(-1.0, 0.8)  # messages a day
        at = since
        while (at := self._by_day(at + timedelta(days=self._rng.expovariate(rate)))) < until:
            self._say_later(at, person, room, self._rng.choice(_TALK))
        if self._rng.random() < _LEAVES * 100:
            at = self._by_day(until + timedelta(days=self._rng.uniform(20, 90)))
            self._tell_later(at, Leave(at=at, room=room, member=person))

    def _newcomer(self, at: datetime) -> None:
        at, number = self._by_day(at), next(self._number)
        room = self._rng.choice(self._rooms)
        self._tell_later(at, Join(at=at, room=room, member=f"new{number}", name=f"新朋友{number}"))
        self._live(f"new{number}", room, at + timedelta(minutes=5), talks=False)

    def _by_day(self, at: datetime) -> datetime:
        """Return a moment between eight in the morning and ten in the evening, local time."""
        here = at.astimezone(self.policy.zone)
        return here.replace(hour=8 + int(14 * self._rng.random()), minute=self._rng.randrange(60)).astimezone(
            UTC
        )

    def _say_later(self, at: datetime, person: str, room: str | None, text: str) -> None:
        event = Message(at=at, room=room, id=f"y{next(self._number)}", sender=person, text=text)
        self._tell_later(at, event)

    def _tell_later(self, at: datetime, event: Event) -> None:
        heapq.heappush(self._coming, (max(at, self.now), next(self._number), event))

    def _may_speak(self, event: Message) -> bool:
        member = None if event.room is None else self.state.member(event.room, event.sender)
        return event.room is None or (member is not None and member.present)

    # --------------------------------------------------------------------------------- bot

    def _tell(self, event: Event) -> None:
        if not isinstance(event, Due):
            self.events.append(event)
        if isinstance(event, Message) and event.room is not None:
            self._waiting.pop(event.sender, None)
        decision = decide(event, self.state, self.policy, event.at)
        self.state.apply(decision.changes)
        waiting = list(decision.effects)
        while waiting:
            effect = waiting.pop(0)
            decision = decide(self._receipt(effect), self.state, self.policy, self.now)
            self.state.apply(decision.changes)
            waiting += decision.effects

    def _receipt(self, effect: Effect) -> Receipt:
        """Return what became of an effect, and let the person it went to react."""
        receipt = receipt_of(effect, f"year:{next(self._number)}", self.now)
        purpose = getattr(effect, "purpose", "")
        if isinstance(effect, SendPrivate) and effect.to not in self._friends and purpose != "reply":
            return msgspec.structs.replace(receipt, outcome="refused", detail="not_friend")
        if isinstance(effect, SendPrivate | AskFriend) and purpose in {"checkin", "checkin_hello"}:
            self._asked(effect.to, again=purpose == "checkin_hello")
            if isinstance(effect, AskFriend):
                if self._rng.random() < _ACCEPTS:
                    self._friends.add(effect.to)
                    at = self.now + timedelta(hours=self._rng.uniform(0.1, 30))
                    self._tell_later(at, Friend(at=at, member=effect.to, friend=True))
            else:
                self._react(effect.to, effect.room or "")
        elif isinstance(effect, SendRoom) and effect.mentions and effect.words.text == "checkin.line":
            self._asked(effect.mentions[0], again=False)
        return receipt

    def _react(self, person: str, room: str) -> None:
        if self._rng.random() < _ANSWERS:
            at = self._by_day(self.now + timedelta(hours=self._rng.uniform(0.2, 40)))
            self._say_later(max(at, self.now), person, None, self._rng.choice(_REPLIES))
            self.outcome.answered += 1
        if self._rng.random() < _RETURNS:
            at = self._by_day(self.now + timedelta(days=self._rng.uniform(0.5, 13)))
            self._say_later(max(at, self.now), person, room, "好久没来，跟大家打个招呼")
            self.outcome.returned += 1

    # ---------------------------------------------------------------------------- reckoning

    def _look(self) -> None:
        """See who is due before the day is planned, and by when each of them must have been asked."""
        draft = Draft(self.state, self.policy, self.now)
        due = everybody_due(draft, circumstances(draft))
        names = {one.person for one in due}
        for person, waiting in list(self._waiting.items()):
            if person not in names and not self._is_planned(person):
                # They left, opted out, or belong to the group that is left unasked on purpose.
                self._drop(person, waiting)
        for one in due:
            if one.person not in self._waiting:
                self.outcome.due += 1
                self._waiting[one.person] = Waiting(self.now, self._deadline(len(due), one.room))

    def _deadline(self, queue: int, room: str) -> datetime:
        """Return by when somebody must be asked: as many working days as the queue needs, and two to spare.

        The first check-ins of a room are spread over `spread_days` on purpose.
        """
        checkin, zone = self.policy.settings.checkin, self.policy.zone
        requests = self.policy.settings.governor.friend_requests_day
        needed = math.ceil(queue / min(checkin.per_day, requests)) + 2
        day = self.now
        while needed:
            needed -= self.policy.days_off.is_workday(day.astimezone(zone).date())
            day += _DAY
        first = self.state.rooms[room].checkins_since or self.now
        return max(day, first + (checkin.spread_days + 5) * _DAY)

    def _is_planned(self, person: str) -> bool:
        return any(task.member == person and task.kind == "checkin" for task in self.state.tasks.values())

    def _drop(self, person: str, waiting: Waiting) -> None:
        last = self.state.last_checkin.get(person)
        record = None if last is None else self.state.checkins.get(last)
        del self._waiting[person]
        self.outcome.due -= 1
        if record is not None and record.group == "control" and record.at >= waiting.since:
            self.outcome.left_unasked += 1

    def _asked(self, person: str, *, again: bool) -> None:
        moments = self.outcome.asked.setdefault(person, [])
        quiet = self.policy.settings.defaults
        hours = QuietHours(quiet.timezone, quiet.quiet_from, quiet.quiet_to)
        self.outcome.at_night += hours.covers(self.now)
        if again:
            return
        again_days = timedelta(days=self.policy.settings.checkin.again_days)
        # One that is refused for want of friendship goes another way in the same minute.
        self.outcome.too_soon += bool(moments) and _DAY < self.now - moments[-1] < again_days
        moments.append(self.now)
        waiting = self._waiting.pop(person, None)
        if waiting is not None:
            self.outcome.in_time += self.now <= waiting.until
            self.outcome.days_waited.append((self.now - waiting.since) / _DAY)

    def _settle(self, end: datetime) -> None:
        """Count out those whose time is not over when the year is."""
        self.outcome.due -= sum(waiting.until > end for waiting in self._waiting.values())


def community_year(seed: int = SEED) -> Year:
    """Return a year of the demo community, not run yet.

    Args:
        seed: of everything that people do.
    """
    community = load(shipped("communities") / "demo").community
    whom = community.directory()
    settings = Settings(
        operator=Operator(id=whom[community.operator], timezone=community.timezone),
        defaults=Defaults(timezone=community.timezone),
    )
    return Year(community, settings, seed)


def measure(calibration: Calibration, messages: int | None = None) -> list[Figure]:
    """Let a year pass in the demo community under the default settings.

    Args:
        calibration: not needed: nothing here is about speed.
        messages: given where the whole suite is to be short: then four months pass.
    """
    del calibration
    days = DAYS if messages is None else 120
    found = community_year().run(days)
    waited = sorted(found.days_waited)
    asked = sum(len(moments) for moments in found.asked.values())
    note = (
        f"{days} days, {found.due} times somebody was due, {found.left_unasked} left unasked to compare with"
    )
    share = found.in_time / found.due if found.due else 0.0
    return [
        figure("year", "due people asked within budget days", share, "", at_least=GOAL, note=note),
        figure("year", "asked at night", found.at_night, "", at_most=0),
        figure("year", "asked again too soon", found.too_soon, "", at_most=0),
        figure("year", "asked", asked, "", note=f"{found.answered} answered, {found.returned} came back"),
        figure("year", "days until asked, median", waited[len(waited) // 2] if waited else 0.0, "d"),
    ]
