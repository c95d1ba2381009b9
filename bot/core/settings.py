"""Settings the core and the shell obey, as frozen values with their defaults, units and reasons.

One schema is the source of the config file, of its documentation and of its JSON Schema:
every field's description stands beside it and is printed by `qunguan init` and in
docs/reference/configuration.md.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from bot.core.events import CarryingType, RoomTrade
from bot.core.lively_settings import Health, Posts, ScheduledPost
from bot.core.newcomer_settings import Friends, Members, RoomWelcome, Welcome
from bot.core.records import Mode
from bot.core.setting_types import Table as _Table
from bot.core.setting_types import says as _says

Language = Literal["zh", "en"]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
WindowDays = Annotated[int, msgspec.Meta(ge=1, le=3650)]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
NewcomerDays = Annotated[float, msgspec.Meta(ge=0, le=365)]
Hour = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Operator(_Table, frozen=True, kw_only=True):
    """Who owns the rooms and reads the digest."""

    id: Annotated[
        str | None, _says("contact id of the operator; empty: each room's owner reads about it, or staff")
    ] = None
    timezone: Annotated[str, _says("IANA zone of digests and days")] = "Asia/Shanghai"
    digest_at: Annotated[
        Hour, _says("local time of the daily digest; 03:30 or later, so that no DST change doubles it")
    ] = "21:00"
    language: Annotated[Language, _says("language of what the bot says")] = "zh"


_REMINDS = _says("friendly reminders before the first warning")
_WARNS = _says("warnings before removal")
_WINDOW = _says("days after which an earlier sanction no longer counts")
_FADE = _says(
    "every so many days without a new sanction one earlier sanction is forgiven; 0: only the window ends them"
)
_NEWCOMER = _says("days after joining during which a newcomer's ladder holds; 0: never")
_CHANCES = _says("reminders a newcomer gets before a clear ad leads to removal; 0: removal at once")
_GENTLE_DAYS = _says("days in the room from which a member who really talks is treated more gently; 0: never")
_GENTLE_TALK = _says("messages beyond mere filler that such a member must have written")
_GENTLE_REMINDS = _says("further reminders such a member gets")
_BAN_AFTER = _says(
    "removals for ads, in any of the operator's rooms, after which the next one is a ban from all; 0: never"
)
_BAN_WINDOW = _says("days during which a removal counts towards a ban")


class Ladder(_Table, frozen=True, kw_only=True):
    """From a reminder to a removal and a ban: what the n-th ad of a member leads to."""

    reminds: Annotated[Count, _REMINDS] = 1
    warns: Annotated[Count, _WARNS] = 1
    window_days: Annotated[WindowDays, _WINDOW] = 30
    fade_days: Annotated[Days, _FADE] = 0
    newcomer_days: Annotated[NewcomerDays, _NEWCOMER] = 3
    newcomer_reminds: Annotated[Count, _CHANCES] = 0
    gentle_days: Annotated[Days, _GENTLE_DAYS] = 90
    gentle_talk: Annotated[Count, _GENTLE_TALK] = 30
    gentle_reminds: Annotated[Count, _GENTLE_REMINDS] = 1
    ban_after: Annotated[Count, _BAN_AFTER] = 2
    ban_window_days: Annotated[WindowDays, _BAN_WINDOW] = 180

    def contradiction(self) -> str | None:
        """Return why these figures make no ladder, or None if they do."""
        if self.reminds + self.warns == 0:
            return "without reminds and warns members are removed untold; set at least one"
        if self.newcomer_days and self.newcomer_reminds > self.reminds + self.warns:
            return (
                "newcomer_reminds must not exceed reminds and warns together: a newcomer's ladder is shorter"
            )
        if self.fade_days >= self.window_days:
            return "fade_days must be less than window_days, or nothing ever fades; 0 says so plainly"
        return None


class RoomLadder(_Table, frozen=True, kw_only=True):
    """What one room's ladder has of its own; what is not set is taken from [defaults.ladder]."""

    reminds: Annotated[Count | None, _REMINDS] = None
    warns: Annotated[Count | None, _WARNS] = None
    window_days: Annotated[WindowDays | None, _WINDOW] = None
    fade_days: Annotated[Days | None, _FADE] = None
    newcomer_days: Annotated[NewcomerDays | None, _NEWCOMER] = None
    newcomer_reminds: Annotated[Count | None, _CHANCES] = None
    gentle_days: Annotated[Days | None, _GENTLE_DAYS] = None
    gentle_talk: Annotated[Count | None, _GENTLE_TALK] = None
    gentle_reminds: Annotated[Count | None, _GENTLE_REMINDS] = None
    ban_after: Annotated[Count | None, _BAN_AFTER] = None
    ban_window_days: Annotated[WindowDays | None, _BAN_WINDOW] = None

    def over(self, base: Ladder) -> Ladder:
        """Return the ladder that holds in the room.

        Args:
            base: the ladder of [defaults].
        """
        own = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}
        return msgspec.structs.replace(base, **own)


# A room and [defaults] have these in common.
_TRADE = _says("no_ads, or ads_allowed for a trade room")
_STAFF = _says("contact ids of further staff beside owner and admins")
_ZONE = _says("IANA zone of the quiet hours")
_QUIET_FROM = _says("start of quiet hours: nothing that can wait is said")
_QUIET_TO = _says("end of quiet hours")
_WHITELIST = _says("contact ids that are never sanctioned: other bots, partners")
_HONOUR_BANS = _says(
    "keep out whoever was banned in another room of the operator; false: this room goes by its own bans alone"
)
_REMOVAL_LINE = _says("say one line in the room when somebody was removed")


_PRESET = _says("how careful: gentle, normal, strict, ads-room, or a file of your own in rules/presets")
_TYPES = _says(
    "message types that are not welcome, with how many a member may send in 24 hours (0: none, at most 1000);"
    " link holds for articles of public accounts too unless article is named"
)
_ALLOW = _says(
    "sites that are welcome, whatever a general list says: a name stands for what lies under it too;"
    " *.github.io for every page of a host where anybody gets one"
)
_DENY = _says("sites that are not welcome, whatever else allows them; written like allow")
_BRAND = _says("names of the brand, of two signs or more, that no member may bear")
BrandName = Annotated[str, msgspec.Meta(pattern=r"^\S.*\S$")]
PassingCount = Annotated[int, msgspec.Meta(ge=0, le=1000)]
PresetName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+$")]


_DUTY = _says(
    "who is on duty, in the order in which they are asked; nobody named: the staff, then the operator, at any hour"
)


class Duty(_Table, frozen=True, kw_only=True):
    """One turn of duty: `who` (a contact id), from when to when on the room's clock, on which weekdays.

    Equal hours mean the whole day; an end before the beginning is over midnight. Weekdays go from 1, Monday,
    to 7; none means every day.
    """

    who: str
    begins: Hour = "00:00"
    ends: Hour = "00:00"
    weekdays: tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...] = ()


_CHECKIN_ON = _says(
    "ask silent members in private how they are; a room that only watches writes it down alone"
)
_UNREACHABLE = _says(
    "members who are no friends of the account: friend_request, room_line (no reason named), or a list to staff"
)
_RESOURCE = _says(
    "where to find what was missed, as it is said to members (a link, a document); empty: staff is asked"
)
Unreachable = Literal["friend_request", "room_line", "list"]


class RoomCheckin(_Table, frozen=True, kw_only=True):
    """What one room's check-ins have of their own; what is not set is taken from [checkin]."""

    enabled: Annotated[bool | None, _CHECKIN_ON] = None
    unreachable: Annotated[Unreachable | None, _UNREACHABLE] = None
    resource: Annotated[str | None, _RESOURCE] = None


class RoomSettings(_Table, frozen=True, kw_only=True):
    """How one room is run; what is not set is taken from [defaults]."""

    mode: Annotated[Mode | None, _says("observe (record only), assist (ask staff in private) or act")] = None
    policy: Annotated[RoomTrade | None, _TRADE] = None
    staff: Annotated[tuple[str, ...] | None, _STAFF] = None
    timezone: Annotated[str | None, _ZONE] = None
    quiet_from: Annotated[Hour | None, _QUIET_FROM] = None
    quiet_to: Annotated[Hour | None, _QUIET_TO] = None
    whitelist: Annotated[tuple[str, ...] | None, _WHITELIST] = None
    ladder: Annotated[RoomLadder | None, _says("see [defaults.ladder]")] = None
    removal_line: Annotated[bool | None, _REMOVAL_LINE] = None
    honour_bans: Annotated[bool | None, _HONOUR_BANS] = None
    preset: Annotated[PresetName | None, _PRESET] = None
    types: Annotated[dict[CarryingType, PassingCount] | None, _TYPES] = None
    allow: Annotated[tuple[str, ...] | None, _ALLOW] = None
    deny: Annotated[tuple[str, ...] | None, _DENY] = None
    duty: Annotated[tuple[Duty, ...] | None, _DUTY] = None
    checkin: Annotated[RoomCheckin, _says("see [checkin]")] = RoomCheckin()
    welcome: Annotated[RoomWelcome, _says("see [welcome]")] = RoomWelcome()


class Defaults(_Table, frozen=True, kw_only=True):
    """What holds for every room that does not say otherwise."""

    mode: Annotated[Mode, _says("mode of a room never switched by /mode; a new room only watches")] = (
        "observe"
    )
    policy: Annotated[RoomTrade, _TRADE] = "no_ads"
    staff: Annotated[tuple[str, ...], _STAFF] = ()
    timezone: Annotated[str, _ZONE] = "Asia/Shanghai"
    quiet_from: Annotated[Hour, _QUIET_FROM] = "22:30"
    quiet_to: Annotated[Hour, _QUIET_TO] = "08:00"
    whitelist: Annotated[tuple[str, ...], _WHITELIST] = ()
    ladder: Ladder = Ladder()
    removal_line: Annotated[bool, _REMOVAL_LINE] = False
    honour_bans: Annotated[bool, _HONOUR_BANS] = True
    types: Annotated[dict[CarryingType, PassingCount], _TYPES] = msgspec.field(default_factory=dict)
    allow: Annotated[tuple[str, ...], _ALLOW] = ()
    deny: Annotated[tuple[str, ...], _DENY] = ()
    duty: Annotated[tuple[Duty, ...], _DUTY] = ()
    brand: Annotated[tuple[BrandName, ...], _BRAND] = ()


class Commands(_Table, frozen=True, kw_only=True):
    """Who may steer the bot and how others are met."""

    strangers: Annotated[
        Literal["silent", "polite"],
        _says("members who try a staff command: no answer, or one friendly line in private"),
    ] = "silent"
    approval_hours: Annotated[
        float, _says("hours after which an unanswered request for approval expires", ge=0.1, le=720)
    ] = 24


class Care(_Table, frozen=True, kw_only=True):
    """How quarrels and complaints are looked after; what is said and done stands in the playbooks."""

    room_line: Annotated[bool, _says("say one calm line in the room when something turns")] = True
    take_minutes: Annotated[
        float, _says("minutes until a case that nobody takes goes to the next colleague", ge=1, le=1440)
    ] = 10
    answer_hours: Annotated[
        float, _says("hours until a human must have answered; 0: as the playbook says", ge=0, le=720)
    ] = 0
    resolve_hours: Annotated[
        float, _says("hours until a case must be resolved; 0: as the playbook says", ge=0, le=1440)
    ] = 0
    listen_seconds: Annotated[
        float,
        _says("seconds without a further word after which somebody is taken to have finished", ge=0, le=600),
    ] = 40
    rejoin_days: Annotated[
        float, _says("days during which a quarrel of the same people reopens its case", ge=0, le=90)
    ] = 3
    unreachable: Annotated[
        Literal["tell_staff", "gentle_line"],
        _says("people who are no friends of the account: tell staff, or ask them in the room to write"),
    ] = "tell_staff"
    options: Annotated[
        tuple[str, ...], _says("ways out a complaint may be offered, as they are said; none: staff decides")
    ] = ()
    offer: Annotated[str, _says("the one equivalent offer to a group that is dissatisfied; empty: none")] = ""
    topic: Annotated[str, _says("a topic to talk about once a quarrel is over; empty: none")] = ""
    keep_days: Annotated[
        float,
        _says("days after its end for which a case's words are kept; then the figures alone", ge=0, le=3650),
    ] = 30


class Checkin(_Table, frozen=True, kw_only=True):
    """Whom the bot asks in private how they are, and when; what it says stands in playbooks/check-in.toml."""

    enabled: Annotated[bool, _CHECKIN_ON] = True
    silent_days: Annotated[int, _says("days without a word after which a member is asked", ge=7, le=3650)] = (
        30
    )
    joined_days: Annotated[int, _says("days in the room before which nobody is asked", ge=0, le=3650)] = 14
    again_days: Annotated[
        int, _says("days within which nobody is asked again, in whatever room", ge=14, le=3650)
    ] = 90
    spread_days: Annotated[
        int, _says("days over which the first check-ins of a room are spread", ge=1, le=365)
    ] = 30
    per_day: Annotated[int, _says("check-ins and reminders an account sends a day", ge=0, le=500)] = 20
    hours_from: Annotated[Hour, _says("local time from which members are asked")] = "10:00"
    hours_to: Annotated[Hour, _says("local time until which members are asked")] = "20:00"
    days: Annotated[
        Literal["workdays", "every_day"],
        _says("workdays: not at weekends and on Chinese public holidays; make-up workdays count as workdays"),
    ] = "workdays"
    remind_days: Annotated[
        int, _says("days after which whoever did not answer is gently reminded, once; 0: never", ge=0, le=60)
    ] = 4
    control_share: Annotated[
        float, _says("share of those due who are left unasked, to tell what asking is worth", ge=0, le=0.5)
    ] = 0.1
    control_from: Annotated[
        int, _says("due members from which there is such a control group", ge=1, le=100_000)
    ] = 30
    return_days: Annotated[
        int, _says("days within which talking in the room again counts as coming back", ge=1, le=90)
    ] = 14
    unreachable: Annotated[Unreachable, _UNREACHABLE] = "friend_request"
    resource: Annotated[str, _RESOURCE] = ""
    never: Annotated[tuple[str, ...], _says("contact ids that are never asked")] = ()
    leave_alone_tag: Annotated[str, _says("the tag of members who are not to be disturbed")] = "不打扰"
    valued_tags: Annotated[tuple[str, ...], _says("tags whose bearers are asked first")] = (
        "高价值",
        "影响力",
        "付费",
    )


class Scoring(_Table, frozen=True, kw_only=True):
    """When the sum of a message's signals makes it suspect, or an ad."""

    preset: Annotated[PresetName, _PRESET] = "normal"
    suspect: Annotated[float, _says("score from which staff is asked; 0.2 at least", ge=0.05, le=10)] = 0.5
    ad: Annotated[float, _says("score from which the bot acts alone; 0.4 at least", ge=0.05, le=10)] = 0.9


class Governor(_Table, frozen=True, kw_only=True):
    """How much one account may say: WeChat restricts accounts that send much, fast, alike or at night.

    No published limits exist; these are cautious figures, far below what gets accounts restricted in
    operators' reports, and meant to be lowered for a young account.
    """

    per_minute: Annotated[int, _says("words an account sends in any 60 seconds", ge=1, le=600)] = 20
    per_hour: Annotated[int, _says("words an account sends in any hour", ge=1, le=10_000)] = 200
    per_day: Annotated[int, _says("words an account sends in any 24 hours", ge=1, le=100_000)] = 1000
    per_room_hour: Annotated[int, _says("lines said in one room in any hour", ge=1, le=1000)] = 20
    per_person_day: Annotated[
        int, _says("private words to one member in any 24 hours (staff and operator excepted)", ge=1, le=100)
    ] = 4
    friend_requests_day: Annotated[int, _says("friend requests in any 24 hours", ge=0, le=50)] = 8
    removals_minute: Annotated[int, _says("removals in any 60 seconds", ge=1, le=120)] = 20
    gap_seconds: Annotated[float, _says("least time between two sent messages", ge=0, le=600)] = 1.5
    jitter_seconds: Annotated[float, _says("random time added to each gap", ge=0, le=600)] = 1.5
    same_text_minutes: Annotated[
        float, _says("least time between two identical texts to different conversations", ge=0, le=1440)
    ] = 2
    breaker_failures: Annotated[
        int, _says("consecutive failures after which sending pauses", ge=1, le=100)
    ] = 5
    breaker_seconds: Annotated[
        float,
        _says("length of that pause; doubles up to ten times itself while failures go on", ge=0.05, le=3600),
    ] = 60

    def contradicts_itself(self) -> bool:
        """Return whether a shorter window allows more than a longer one."""
        return not self.per_minute <= self.per_hour <= self.per_day


class Alarm(_Table, frozen=True, kw_only=True):
    """How the operator hears, outside WeChat, that the account is in trouble."""

    webhook: Annotated[
        str | None, _says("URL that gets a JSON POST; keep tokens in QUNGUAN_ALARM_WEBHOOK instead")
    ] = None
    apprise: Annotated[tuple[str, ...], _says("apprise URLs (needs the extra [notify])")] = ()
    silent_seconds: Annotated[float, _says("gateway silence that counts as trouble", ge=1, le=3600)] = 90
    send_failures: Annotated[int, _says("consecutive failed sends that count as trouble", ge=1, le=100)] = 5


class WechatyLink(_Table, frozen=True, kw_only=True):
    """How to reach the gateway."""

    endpoint: Annotated[str | None, _says("host:port of the gateway; env QUNGUAN_WECHATY_ENDPOINT wins")] = (
        None
    )
    token: Annotated[str | None, _says("gateway token; better in env QUNGUAN_WECHATY_TOKEN")] = None
    tls: Annotated[bool, _says("speak TLS to the gateway (its own default; most set-ups switch it off)")] = (
        False
    )
    ca_file: Annotated[str | None, _says("PEM file to trust with tls; empty: the system's authorities")] = (
        None
    )
    server_name: Annotated[str | None, _says("name the gateway's certificate bears, if not its host")] = None
    rpc_timeout_seconds: Annotated[float, _says("longest wait for one answer", ge=0.05, le=300)] = 20
    keepalive_seconds: Annotated[
        float, _says("idle time after which the link is probed", ge=0.05, le=300)
    ] = 20
    keepalive_timeout_seconds: Annotated[
        float, _says("longest wait for a probe's answer", ge=0.05, le=300)
    ] = 10
    backoff_from_seconds: Annotated[float, _says("first wait before reconnecting", ge=0.01, le=60)] = 0.5
    backoff_to_seconds: Annotated[float, _says("longest wait before reconnecting", ge=0.01, le=600)] = 30
    in_flight: Annotated[int, _says("payload requests under way at once", ge=1, le=256)] = 16


class Settings(_Table, frozen=True, kw_only=True):
    """The whole of qunguan.toml."""

    channel: Annotated[Literal["wechaty", "simulator"], _says("which platform connection `run` uses")] = (
        "wechaty"
    )
    operator: Operator = Operator()
    defaults: Defaults = Defaults()
    rooms: Annotated[dict[str, RoomSettings], _says("settings by room id")] = msgspec.field(
        default_factory=dict
    )
    scoring: Scoring = Scoring()
    commands: Commands = Commands()
    care: Care = Care()
    checkin: Checkin = Checkin()
    welcome: Welcome = Welcome()
    friends: Friends = Friends()
    members: Members = Members()
    health: Health = Health()
    posts: Posts = Posts()
    post: Annotated[
        tuple[ScheduledPost, ...], _says("what is said in rooms at its hour, one [[post]] each")
    ] = ()
    governor: Governor = Governor()
    alarm: Alarm = Alarm()
    wechaty: WechatyLink = WechatyLink()
