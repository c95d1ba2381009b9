"""The policy: settings and compiled rules as the core asks for them; immutable, swapped as a whole."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from bot.core.members.checkin.daysoff import WEEKENDS, DaysOff
from bot.core.newcomer_settings import Welcome
from bot.core.quiet import QuietHours
from bot.core.rules.registry import RuleSet
from bot.core.settings import Duty, Ladder, RoomSettings, Settings, Unreachable
from bot.core.text.sites import site_names

if TYPE_CHECKING:
    from bot.core.ads.preset import Preset
    from bot.core.conflict.judge import ConflictModel
    from bot.core.events import CarryingType, MessageType, RoomTrade
    from bot.core.members.checkin.pack import CheckinPack
    from bot.core.members.health.pack import LivelyPack
    from bot.core.members.pack import MemberPack
    from bot.core.playbook.model import Playbook
    from bot.core.records import Mode, RoomState
    from bot.core.replies.reader import ReplyReader


_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)


class RoomPolicy(msgspec.Struct, frozen=True):
    """What holds in one room, with every default filled in."""

    mode: Mode
    trade: RoomTrade | None
    staff: frozenset[str]
    whitelist: frozenset[str]
    ladder: Ladder
    timezone: str
    quiet_from: str
    quiet_to: str
    removal_line: bool
    honour_bans: bool = True
    preset: Preset | None = None
    types: dict[MessageType, int] = {}
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()
    duty: tuple[Duty, ...] = ()
    checkins: bool = True
    unreachable: Unreachable = "friend_request"
    resource: str = ""
    welcome: Welcome = Welcome()


class Policy:
    """Everything an operator decided; `decide` reads it and nothing changes it.

    `forced_mode` overrides every other mode (replay: "what would you have done").
    """

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        settings: Settings,
        rules: RuleSet | None = None,
        *,
        forced_mode: Mode | None = None,
        version: str = "",
        presets: dict[str, Preset] | None = None,
        playbooks: tuple[Playbook, ...] = (),
        reader: ReplyReader | None = None,
        conflict: ConflictModel | None = None,
        checkins: CheckinPack | None = None,
        days_off: DaysOff = WEEKENDS,
        members: MemberPack | None = None,
        lively: LivelyPack | None = None,
    ) -> None:
        """Compile a policy.

        Args:
            settings: as read from qunguan.toml.
            rules: the compiled packs.
            forced_mode: the mode of every room, whatever they are set to.
            version: a fingerprint of packs and settings, written beside decisions.
            presets: what may be chosen, by name; without any, rules and scores count as they stand.
            playbooks: the tables by which cases of conflicts are looked after.
            reader: reads what people answer; without one every answer is a human's to read.
            conflict: cues and weights by which conflicts are seen; without them none is.
            checkins: what check-ins say and how answers are read; without it nobody is asked.
            days_off: public holidays and make-up workdays.
            lively: ideas for quiet rooms and ice-breakers; without them nothing of either is proposed.
            members: tiers, badges and what newcomers are told; without it nobody is welcomed.
        """
        self.settings = settings
        self.rules = rules if rules is not None else RuleSet()
        self.forced_mode = forced_mode
        self.version = version
        self.zone = ZoneInfo(settings.operator.timezone)
        self.presets = presets or {}
        self.playbooks = playbooks
        self.reader = reader
        self.conflict = conflict
        self.checkins = checkins
        self.days_off = days_off
        self.lively = lively
        self.members = members
        self._digest_at = time.fromisoformat(settings.operator.digest_at)
        self._day: tuple[datetime, datetime, date] | None = None
        self._hours: dict[str, tuple[datetime, datetime, int]] = {}
        self._rooms: dict[str, RoomPolicy] = {}
        self._nothing = RoomSettings()

    def room(self, room: str) -> RoomPolicy:
        """Return what holds in a room."""
        known = self._rooms.get(room)
        if known is None:
            known = self._rooms[room] = self._fill(self.settings.rooms.get(room, self._nothing))
        return known

    def mode(self, room: RoomState) -> Mode:
        """Return the mode a room is in: forced, else set by `/mode`, else configured."""
        return self.forced_mode or room.mode or self.room(room.room).mode

    def trade(self, room: RoomState) -> RoomTrade:
        """Return whether a room is for trade: the operator's word, else what the room's event said."""
        return self.room(room.room).trade or room.policy or self.settings.defaults.policy

    def day(self, at: datetime) -> date:
        """Return the day of the digest that will tell of a moment.

        A day runs from digest to digest: what happens after today's was sent belongs to tomorrow's, so that
        nothing falls between two of them.
        """
        if self._day is not None and self._day[0] <= at < self._day[1]:
            return self._day[2]
        local = at.astimezone(self.zone)
        today = local.date()
        # Asked for every message: the answer holds until the quarter of an hour ends (clocks are changed at
        # such moments only) or the digest's time comes.
        until = (
            at + _QUARTER - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
        )
        if local.time() >= self._digest_at:
            today += _DAY
        else:
            until = min(until, at + (datetime.combine(today, self._digest_at) - local.replace(tzinfo=None)))
        self._day = (at, until, today)
        return today

    def hour(self, room: str, at: datetime) -> int:
        """Return the hour of a room's clock at a moment, 0 to 23."""
        zone = self.room(room).timezone
        known = self._hours.get(zone)
        # Clocks change, and hours end, at quarters only: until the next one the answer holds.
        if known is not None and known[0] <= at < known[1]:
            return known[2]
        start = at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
        hour = at.astimezone(ZoneInfo(zone)).hour
        self._hours[zone] = (start, start + _QUARTER, hour)
        return hour

    def quiet(self, room: str) -> QuietHours:
        """Return the quiet hours of a room on its own clock."""
        own = self.room(room)
        return QuietHours(own.timezone, own.quiet_from, own.quiet_to)

    def _fill(self, own: RoomSettings) -> RoomPolicy:
        base, checkin = self.settings.defaults, self.settings.checkin
        return RoomPolicy(
            mode=own.mode or base.mode,
            trade=own.policy,
            staff=frozenset((*base.staff, *(own.staff or ()))),
            whitelist=frozenset((*base.whitelist, *(own.whitelist or ()))),
            ladder=base.ladder if own.ladder is None else own.ladder.over(base.ladder),
            timezone=own.timezone or base.timezone,
            quiet_from=own.quiet_from or base.quiet_from,
            quiet_to=own.quiet_to or base.quiet_to,
            removal_line=base.removal_line if own.removal_line is None else own.removal_line,
            honour_bans=base.honour_bans if own.honour_bans is None else own.honour_bans,
            preset=self.presets.get(own.preset or self.settings.scoring.preset),
            types=_types({**base.types, **(own.types or {})}),
            allow=site_names((*base.allow, *(own.allow or ()))),
            deny=site_names((*base.deny, *(own.deny or ()))),
            duty=base.duty if own.duty is None else own.duty,
            checkins=checkin.enabled if own.checkin.enabled is None else own.checkin.enabled,
            unreachable=own.checkin.unreachable or checkin.unreachable,
            resource=checkin.resource if own.checkin.resource is None else own.checkin.resource,
            welcome=own.welcome.over(self.settings.welcome),
        )


def _types(named: dict[CarryingType, int]) -> dict[MessageType, int]:
    """Return how many messages of each unwelcome type are let pass; who wants no links wants no articles."""
    types: dict[MessageType, int] = {kind: count for kind, count in named.items()}  # noqa: C416 - a wider key type
    if "link" in types:
        types.setdefault("article", types["link"])
    return types
