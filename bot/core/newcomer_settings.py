"""Settings of newcomers and members: the welcome, probation, names, friend requests, what tiers are called."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from bot.core.setting_types import Table, says

Acknowledge = Literal["off", "room", "private"]
Line = Annotated[str, msgspec.Meta(max_length=120)]
Rules = Annotated[tuple[Line, ...], msgspec.Meta(max_length=5)]
Talk = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Days = Annotated[float, msgspec.Meta(ge=0, le=365)]

_ON = says("welcome newcomers in the room, those of a while together")
_RULES = says(
    "the room's rules, one line each, three at best; none: the usual ones of playbooks/welcome.toml"
)
_FIRST = says("the first thing a newcomer should do, as it is said to them; empty: nothing")
_ASK = says("whom to ask, as it is said to newcomers; empty: the names of owner and admins")
_ACKNOWLEDGE = says("whether newcomers are asked to say that they read the rules: off, room or private")
_PROBATION_TALK = says("messages of real talk that end a newcomer's probation; 0: talk does not end it")
_PROBATION_DAYS = says(
    "days after which a newcomer's probation is over whatever they said; 0: days do not end it;"
    " both 0: no probation. On probation links, cards and codes are asked about"
)
_FORMAT = says(
    "how names should look, like 城市-昵称: as many parts, the same signs between; empty: as one likes"
)
_VOUCH = says("members may vouch for somebody (/vouch name reason), staff decides before the invitation")


class RoomWelcome(Table, frozen=True, kw_only=True):
    """What one room's newcomers have of their own; what is not set is taken from [welcome]."""

    enabled: Annotated[bool | None, _ON] = None
    rules: Annotated[Rules | None, _RULES] = None
    first: Annotated[Line | None, _FIRST] = None
    ask: Annotated[Line | None, _ASK] = None
    acknowledge: Annotated[Acknowledge | None, _ACKNOWLEDGE] = None
    probation_talk: Annotated[Talk | None, _PROBATION_TALK] = None
    probation_days: Annotated[Days | None, _PROBATION_DAYS] = None
    name_format: Annotated[Line | None, _FORMAT] = None
    vouch: Annotated[bool | None, _VOUCH] = None

    def over(self, base: Welcome) -> Welcome:
        """Return what holds in the room.

        Args:
            base: [welcome].
        """
        own = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}
        return msgspec.structs.replace(base, **own) if own else base


class Welcome(Table, frozen=True, kw_only=True):
    """How newcomers are met; what is said stands in playbooks/welcome.toml."""

    enabled: Annotated[bool, _ON] = True
    rules: Annotated[Rules, _RULES] = ()
    first: Annotated[Line, _FIRST] = ""
    ask: Annotated[Line, _ASK] = ""
    acknowledge: Annotated[Acknowledge, _ACKNOWLEDGE] = "off"
    probation_talk: Annotated[Talk, _PROBATION_TALK] = 0
    probation_days: Annotated[Days, _PROBATION_DAYS] = 0
    name_format: Annotated[Line, _FORMAT] = ""
    vouch: Annotated[bool, _VOUCH] = False
    window_minutes: Annotated[
        float, says("minutes within which those who join are welcomed together", ge=1, le=1440)
    ] = 10
    most_names: Annotated[
        int, says("newcomers called by name in one welcome; of more only the number is said", ge=0, le=20)
    ] = 5
    word: Annotated[
        str, says("what newcomers answer to say that they read the rules"), msgspec.Meta(max_length=20)
    ] = "1"
    name_hours: Annotated[
        float, says("hours after joining before a name that does not fit is spoken of", ge=0, le=168)
    ] = 2
    name_days: Annotated[float, says("days until that is gently repeated, once; 0: never", ge=0, le=60)] = 3
    wave_joins: Annotated[
        int, says("people who join within wave_minutes that staff hears of at once; 0: never", ge=0, le=500)
    ] = 15
    wave_inviter: Annotated[
        int,
        says("people brought by one member within wave_minutes that staff hears of; 0: never", ge=0, le=500),
    ] = 6
    wave_minutes: Annotated[float, says("minutes that make a wave of joins", ge=1, le=1440)] = 10


class Friends(Table, frozen=True, kw_only=True):
    """Which friend requests to the account are accepted."""

    accept: Annotated[
        Literal["members", "word", "none"],
        says(
            "members: of members of a room; word: also of whoever writes the word; none: staff does it by hand"
        ),
    ] = "members"
    word: Annotated[
        str, says("the word that strangers write into their request"), msgspec.Meta(max_length=40)
    ] = ""
    per_day: Annotated[
        int, says("friend requests accepted a day; the others wait for the next morning", ge=0, le=200)
    ] = 20
    greet: Annotated[bool, says("say hello to a new friend once, in private")] = True


class Members(Table, frozen=True, kw_only=True):
    """What members are called who belong to a tier."""

    tier_names: Annotated[
        dict[str, Line],
        says('names of tiers of your own, by the tier\'s id without tiers/: { core = "老友" }'),
    ] = msgspec.field(default_factory=dict)
