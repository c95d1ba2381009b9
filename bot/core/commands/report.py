"""`/report`, quoting a message or with @somebody: any member tells staff of an ad, or of who adds member after member.

Nothing is said in the room, nobody but staff learns who reported, and no number of reports sanctions anybody:
they make staff asked, and of 大肆加人 they count as one more sign of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bot.core.ads.known import words_of_case
from bot.core.ads.ladder import next_level
from bot.core.briefing import tell_staff
from bot.core.commands.command import Call, Command
from bot.core.commands.quoted import Saying, quoted_in
from bot.core.commands.target import target_of
from bot.core.effects import SendPrivate, Words
from bot.core.hands import Proposal, ask, open_case, sanction_effects, wait_for_a_yes
from bot.core.members import befriending, reporters
from bot.core.members.reported import Reported
from bot.core.records import Case
from bot.core.rules.view import excerpt
from bot.core.staff import is_immune, is_staff
from bot.core.text.normalise import plain

if TYPE_CHECKING:
    from bot.core.effects import Row, Value
    from bot.core.members.reported import ReportAbout
    from bot.core.records import MemberState, RoomState

_ADDS_PEOPLE = re.compile(
    r"加(?:我|人|群友|好友|了?我们|大家|微信)|私加|乱加|adds? (?:me|us|people|members|everybody)|friend request"
)
_ADVERTISES = re.compile(r"广告|推销|推广|骗|诈|刷单|兼职|\bads?\b|advert|spam|scam")

replace = msgspec.structs.replace


class _Quiet(Call):
    """A call that answers nothing: what is wrong with a report is no business of the room's."""

    def reply(self, text: str, **values: Value | tuple[Row, ...]) -> None:
        """Say nothing."""


def run(call: Call) -> None:
    """Take a member's report, and thank them in private where that may be."""
    draft = call.draft
    tell = reporters.note(draft, call.by)
    found, about = _meant(call)
    if reporters.weight(draft.person(call.by), draft.now) == 0:
        if tell:
            _tell_of(call)
        return
    saying = _saying_of(call, found) if isinstance(found, Case) else found
    if saying is None or saying.member.member == draft.account().self_id:
        _answer(call, "reported.unclear")
        return
    room, person = saying.room, saying.member.member
    if person == call.by:
        return
    if is_staff(draft.policy, room, person):
        _answer(call, "reported.staff")
        return
    is_open = isinstance(found, Case) and (found.state != "recorded" or found.origin == "report")
    if isinstance(found, Case) and is_open and about == "ad":
        _join(call, found)
    elif about == "ad" and saying.event is not None and draft.policy.mode(room) != "observe":
        _of_a_message(call, saying)
    else:
        _of_a_person(call, saying, about)
    _answer(call, "reported.thanks")


def _saying_of(call: Call, case: Case) -> Saying | None:
    """Return the message of a case as one that has none."""
    room, member = call.draft.room(case.room), call.draft.member(case.room, case.member)
    if room is None or member is None:
        return None
    return Saying(room, member, words_of_case(case), case.event, case.opened_at)


def _answer(call: Call, text: str) -> None:
    """Say something to the reporter alone, where the account may write to them."""
    person = call.draft.person(call.by)
    if person.friend is not False and not person.opted_out:
        call.draft.effects.append(SendPrivate(to=call.by, purpose="reply", words=Words(text)))


def _meant(call: Call) -> tuple[Case | Saying | None, ReportAbout]:
    """Return the message or person a report is about, and what is said of them."""
    quotes = call.event.quote is not None or call.event.text.startswith("「")
    found: list[Case | Saying] = []
    reason = call.rest
    for room in [call.room] if call.room is not None else _rooms_of(call):
        quiet = _Quiet(call.draft, call.event, room, call.rest)
        if quotes:
            meant = quoted_in(quiet, room)
            if meant is not None and not (isinstance(meant, Case) and meant.kind != "sanction"):
                found.append(meant)
        elif (target := target_of(quiet, anybody=True)) is not None:
            reason = target.reason
            found.append(Saying(room, target.member, excerpt(target.reason), None, None))
    if len({meant.member if isinstance(meant, Case) else meant.member.member for meant in found}) != 1:
        return None, "other"
    # What the bot has seen itself goes before what is only told of it.
    meant = max(found, key=lambda one: one.event is not None)
    return meant, _about(plain(reason), quotes=quotes)


def _about(reason: str, *, quotes: bool) -> ReportAbout:
    if _ADDS_PEOPLE.search(reason):
        return "befriending"
    return "ad" if quotes or _ADVERTISES.search(reason) else "other"


def _rooms_of(call: Call) -> list[RoomState]:
    """Return the rooms a member who writes in private may speak of, the one they spoke in last first."""
    mine = [
        (member.last_at or member.first_seen, room)
        for room in call.draft.state.rooms.values()
        if not room.left and (member := call.draft.member(room.room, call.by)) is not None and member.present
    ]
    return [room for _, room in sorted(mine, key=lambda one: one[0], reverse=True)]


def _join(call: Call, case: Case) -> None:
    """Add a voice to a case that waits, or to one that has had too few; what staff decided is decided."""
    draft = call.draft
    report = case.report or Reported("ad", ())
    if call.by in report.by or not (
        case.state == "asked" or (case.origin == "report" and case.state == "recorded")
    ):
        return
    case = replace(case, report=replace(report, by=(*report.by, call.by)))
    draft.put(case)
    if case.state == "recorded" and reporters.together(draft, (*report.by, call.by)) >= reporters.ENOUGH:
        held = tuple(sanction_effects(draft, case)) if case.kind == "sanction" else ()
        wait_for_a_yes(draft, replace(case, state="asked", held=held))


def _of_a_message(call: Call, saying: Saying) -> None:
    """Make a message a suspect for staff, or write it down until further voices join."""
    draft, room, member = call.draft, saying.room, saying.member
    if is_immune(draft.policy, draft.state, room, member.member):
        _of_a_person(call, saying, "ad")
        return
    proposal = Proposal(
        room=room,
        member=member,
        level=next_level(member, draft.policy.room(room.room).ladder, draft.now),
        sure=False,
        excerpt=excerpt(saying.words),
        event=saying.event,
        signals=(),
        origin="report",
        words=saying.words,
        report=Reported("ad", (call.by,)),
    )
    if member.present and reporters.together(draft, (call.by,)) >= reporters.ENOUGH:
        ask(draft, proposal)
    else:
        open_case(draft, proposal, "recorded")


def _of_a_person(call: Call, saying: Saying, about: ReportAbout) -> None:
    """Tell staff what members say of a person, once for all who say it."""
    draft, room, member = call.draft, saying.room, saying.member
    earlier = [
        case
        for case in draft.state.cases.values()
        if case.kind == "question"
        and case.room == room.room
        and case.member == member.member
        and case.report is not None
        and case.report.about == about
    ]
    if about == "befriending":
        _count_befriending(call, member, room, earlier)
    waiting = next((case for case in reversed(earlier) if case.state in {"asked", "recorded"}), None)
    if waiting is not None:
        _join(call, waiting)
        return
    case = Case(
        number=draft.new_case_number(),
        kind="question",
        state="recorded",
        room=room.room,
        member=member.member,
        name=member.name,
        opened_at=draft.now,
        excerpt=excerpt(saying.words),
        origin="report",
        report=Reported(about, (call.by,)),
    )
    draft.put(case)
    if reporters.together(draft, (call.by,)) >= reporters.ENOUGH:
        wait_for_a_yes(draft, replace(case, state="asked"))


def _count_befriending(call: Call, member: MemberState, room: RoomState, earlier: list[Case]) -> None:
    """Count a report of adding people, of every member once in the time for which it counts."""
    draft = call.draft
    since = draft.now - befriending.COUNTS_FOR
    said_before = any(
        case.report is not None and call.by in case.report.by for case in earlier if case.opened_at >= since
    )
    trusted = reporters.together(draft, (call.by,)) >= reporters.ENOUGH
    if trusted and not said_before and not is_immune(draft.policy, draft.state, room, member.member):
        befriending.note(draft, member.member, each=True)


def _tell_of(call: Call) -> None:
    """Tell staff, once, of somebody whose reports count no more."""
    draft, person = call.draft, call.draft.person(call.by)
    room = next(iter([call.room] if call.room is not None else _rooms_of(call)), None)
    if room is None:
        return
    member = draft.member(room.room, call.by)
    case = Case(
        number=draft.new_case_number(),
        kind="question",
        state="carrying",
        room=room.room,
        member=call.by,
        name=(member.name if member is not None else "") or person.name,
        opened_at=draft.now,
        origin="report",
        pending=("notify_staff",),
    )
    draft.put(case)
    _, rejected = reporters.tally(person, draft.now)
    counts = (reporters.today(person, draft.now), rejected)
    tell_staff(draft, room, case, "staff.reporter", counts=counts)


COMMAND = Command(
    names=("report", "举报"),
    where=("room", "private"),
    who="member",
    usage="/report @某人 乱加人（或引用那条消息）",
    help_zh="谁都能用；悄悄告诉管理员，有人发广告或乱加人时",
    help_en="any member: tell staff quietly of an ad, or of who adds people",
    run=run,
)
