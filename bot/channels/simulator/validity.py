"""Whether a community, its week and its reactions make sense together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.channels.simulator.community import Community
from bot.errors import PackError

if TYPE_CHECKING:
    from bot.channels.simulator.script import Moment, Reaction

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""A hole in a reaction's text, filled from the pattern's named groups."""


def check_community(path: Path, community: Community) -> None:
    """Raise PackError when names collide or the file names somebody or something it does not have."""
    try:
        ZoneInfo(community.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise PackError(
            f"{path}: timezone: {community.timezone!r} is no IANA zone, for example Asia/Shanghai"
        ) from error
    _check_people(path, community)
    _check_rooms(path, community)
    whom = community.directory()
    _one_of(f"{path}: operator", community.operator, whom)
    for i, stubborn in enumerate(community.limits.stubborn):
        _one_of(f"{path}: limits.stubborn[{i}].member", stubborn.member, whom)
        if stubborn.until is not None:
            moment_named(f"{path}: limits.stubborn[{i}].until", community, stubborn.until)


def _check_people(path: Path, community: Community) -> None:
    everybody = (community.account, *community.people)
    taken = Counter(label for p in everybody for label in sorted({p.id, p.name}))
    for label in (label for label, count in taken.items() if count > 1):
        raise PackError(f"{path}: people: {label!r} is the name or id of two people")
    rooms = [room.id for room in community.rooms]
    for i, person in enumerate(community.people):
        for room in person.rooms:
            _one_of(f"{path}: people[{i}].rooms", room, rooms)


def _check_rooms(path: Path, community: Community) -> None:
    rooms = [room.id for room in community.rooms]
    for room in (room for room, count in Counter(rooms).items() if count > 1):
        raise PackError(f"{path}: rooms: {room!r} is the id of two rooms")
    whom = community.directory()
    for i, plan in enumerate(community.rooms):
        there = {p.id for p in community.people if plan.id in p.rooms} | {community.account.id}
        for key, people in (("owner", (plan.owner,)), ("staff", plan.staff)):
            for who in people:
                _one_of(f"{path}: rooms[{i}].{key}", who, whom)
                if whom[who] not in there:
                    raise PackError(f"{path}: rooms[{i}].{key}: {who!r} is not in room {plan.id!r}")
        if (whom[plan.owner] == community.account.id) != (plan.account == "owner"):
            raise PackError(
                f"{path}: rooms[{i}].account: must be 'owner' exactly when the account owns the room"
            )


def check_moments(path: Path, community: Community, moments: Mapping[int, Moment]) -> None:
    """Raise PackError naming the line that has somebody act who cannot, or quotes what was not said."""
    whom, rooms = community.directory(), [room.id for room in community.rooms]
    there = {room: {p.id for p in community.people if room in p.rooms} for room in rooms}
    labels: set[str] = set()
    for line, moment in moments.items():
        where = f"{path}:{line}"
        for key, who in (("who", moment.who), ("whom", moment.whom), *(("needs", n) for n in moment.needs)):
            if who is not None:
                _one_of(f"{where}: {key}", who, whom)
        who = whom[moment.who]
        if moment.room is not None:
            _one_of(f"{where}: room", moment.room, rooms)
            if moment.does == "join":
                there[moment.room].add(who)
            elif who not in there[moment.room]:
                raise PackError(
                    f"{where}: who: {moment.who!r} is not in room {moment.room!r}; let them join first"
                )
        _check_deed(where, moment, labels)
        if moment.id is not None:
            if moment.id in labels:
                raise PackError(f"{where}: id: {moment.id!r} is taken by an earlier line")
            labels.add(moment.id)


def _check_deed(where: str, moment: Moment, labels: set[str]) -> None:
    if moment.room is None and moment.does in {"join", "leave", "remove"}:
        raise PackError(f"{where}: room: missing; {moment.does!r} happens in a room")
    if moment.does == "remove" and moment.whom is None:
        raise PackError(f"{where}: whom: missing; who is removed?")
    if moment.does == "recall" and moment.quote is None:
        raise PackError(f"{where}: quote: missing; which message is taken back?")
    if moment.quote is not None and moment.quote not in labels:
        raise PackError(f"{where}: quote: no earlier line has the id {moment.quote!r}")
    if moment.does == "rename" and not moment.text:
        raise PackError(f"{where}: text: missing; what is the new name?")
    if moment.does == "say" and moment.type == "text" and not moment.text:
        raise PackError(f"{where}: text: missing; what is said?")


def check_reactions(path: Path, community: Community, reactions: Sequence[Reaction]) -> None:
    """Raise PackError naming the reaction that names nobody, or has holes nothing can fill."""
    whom, rooms = community.directory(), [room.id for room in community.rooms]
    for i, reaction in enumerate(reactions):
        where = f"{path}: reactions[{i}]"
        for key, people in (("to", reaction.to), ("who", (reaction.who,))):
            for who in people:
                if who is not None:
                    _one_of(f"{where}.{key}", who, whom)
        if reaction.room is not None:
            _one_of(f"{where}.room", reaction.room, rooms)
        if reaction.where is not None:
            _one_of(f"{where}.where", reaction.where, ["private", *rooms])
        try:
            groups = set(re.compile(reaction.pattern or "").groupindex)
        except re.error as error:
            raise PackError(f"{where}.pattern: {error}") from error
        for hole in PLACEHOLDER.findall(reaction.text):
            if hole not in groups:
                raise PackError(f"{where}.text: {{{hole}}} is no named group of the pattern")
        if reaction.does == "say" and not reaction.text:
            raise PackError(f"{where}.text: missing; what is said?")


def _one_of(where: str, name: str, known: Iterable[str]) -> None:
    if name not in set(known):
        raise PackError(f"{where}: {name!r} is not known here")


def moment_named(where: str, community: Community, text: str) -> datetime:
    """Return the moment a "DAY HH:MM" names; raises PackError beginning with `where` if it names none."""
    try:
        return community.clock_time(text)
    except ValueError as error:
        raise PackError(f"{where}: {error}") from error
