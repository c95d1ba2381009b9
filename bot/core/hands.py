"""Hands: what becomes of a proposed sanction in each mode.

Detection never punishes: it makes a proposal and hands it to the hands of the room's mode. `observe`
writes down, `assist` asks staff, `act` does it. That is the whole difference between the modes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from bot.core import trade_room
from bot.core.briefing import asking_text, tell_staff
from bot.core.effects import Ban, Remind, Remove, SendRoom, Warn, Words
from bot.core.members import bans, seen
from bot.core.records import Case, Evidence, Task
from bot.core.rules.view import excerpt, shown, words_of
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Effect, Values, Via
    from bot.core.events import CarryingType
    from bot.core.members.reported import Reported
    from bot.core.records import CaseState, Level, MemberState, Mode, Origin, RoomState
    from bot.core.rules.view import Signal

replace = msgspec.structs.replace

# Messages of a burst arrive within moments of the one that led to a sanction; later ones are a new act.
BURST = timedelta(minutes=10)

# Somebody who is typing needs a moment to see that they were spoken to.
TIME_TO_READ = timedelta(seconds=60)


class Proposal(msgspec.Struct, frozen=True):
    """A sanction that detection proposes; `sure` means the bot would act alone.

    `words` are the message's own where they are not those of the event being decided on; `of` is the case
    whose part this is. `unwelcome` is the type the room does not want, where that alone is the matter;
    `by_staff` means that the excerpt is a reason staff gave, `report` is what members reported.
    """

    room: RoomState
    member: MemberState
    level: Level
    sure: bool
    excerpt: str
    event: str | None
    signals: tuple[Signal, ...]
    origin: Origin = "rule"
    words: str = ""
    of: int | None = None
    unwelcome: CarryingType | None = None
    by_staff: bool = False
    report: Reported | None = None


class Hands(Protocol):
    """Takes a proposal and does with it what its mode says."""

    def take(self, draft: Draft, proposal: Proposal) -> None:
        """Turn a proposal into a case and whatever effects the mode allows."""


class Recording:
    """`observe`: write down what would have been done, touch nobody."""

    def take(self, draft: Draft, proposal: Proposal) -> None:
        """Open a case in state `recorded`."""
        case = open_case(draft, proposal, "recorded")
        draft.recorded += sanction_effects(draft, case)


class Asking:
    """`assist`: ask one of the staff in private; nothing happens without a yes."""

    def take(self, draft: Draft, proposal: Proposal) -> None:
        """Open a case in state `asked` that holds the effects until somebody decides."""
        ask(draft, proposal)


class Real:
    """`act`: do what is sure, ask about what is not."""

    def take(self, draft: Draft, proposal: Proposal) -> None:
        """Open a case and carry the sanction out; a mere suspicion is asked about."""
        if not proposal.sure:
            ask(draft, proposal)
            return
        carry_out(draft, open_case(draft, proposal, "carrying"))


HANDS: dict[Mode, Hands] = {"observe": Recording(), "assist": Asking(), "act": Real()}


def open_case(draft: Draft, proposal: Proposal, state: CaseState) -> Case:
    """Open a numbered sanction case for a proposal.

    A removal becomes a ban where this person's removals in all rooms have been enough: every mode says so.
    """
    level = proposal.level
    by_ladder = (
        proposal.of is None
        and proposal.unwelcome is None
        and (bool(proposal.signals) or proposal.origin == "verdict")
    )
    if level == "remove" and by_ladder and bans.is_ban_due(draft, proposal.room, proposal.member.member):
        level = "ban"
    case = Case(
        number=draft.new_case_number(),
        kind="sanction",
        state=state,
        room=proposal.room.room,
        member=proposal.member.member,
        name=proposal.member.name,
        opened_at=draft.now,
        level=level,
        excerpt=proposal.excerpt,
        event=proposal.event,
        evidence=evidence_of(proposal.signals),
        origin=proposal.origin,
        inviter=proposal.member.inviter,
        words=_whole_words(draft, proposal),
        of=proposal.of,
        shows=_shows(draft, proposal),
        unwelcome=proposal.unwelcome,
        by_staff=proposal.by_staff,
        report=proposal.report,
    )
    draft.put(case)
    # What staff only asked for, or only said of a message, is nothing the member's next words belong to.
    if state == "carrying" or proposal.origin in {"rule", "return"}:
        member = draft.member(case.room, case.member) or proposal.member
        draft.put(replace(member, last_case=case.number))
    return case


def _shows(draft: Draft, proposal: Proposal) -> str:
    """Return what people are shown of a message that is no text; "" where its words say it all."""
    if proposal.origin != "rule" or proposal.event is None:
        return ""
    message = draft.message
    if message is None:
        # A slower look at a picture: nothing else is looked at twice.
        return excerpt(f"[image] {proposal.excerpt}")
    return shown(message) if message.id == proposal.event and message.type != "text" else ""


def _whole_words(draft: Draft, proposal: Proposal) -> str:
    """Return the message's words where the excerpt cuts them short, and see to it that staff can quote it."""
    message = draft.message
    if proposal.words:
        words = proposal.words
    elif proposal.origin == "rule" and message is not None and message.id == proposal.event:
        seen.keep(message, draft)
        words = words_of(message)
    else:
        return ""
    words = " ".join(words.split())[: seen.LONGEST]
    return "" if words == proposal.excerpt else words


def ask(draft: Draft, proposal: Proposal) -> None:
    """Open a case that waits for a person's yes, and ask for it in private."""
    case = open_case(draft, proposal, "asked")
    wait_for_a_yes(draft, replace(case, held=tuple(sanction_effects(draft, case))))


def wait_for_a_yes(draft: Draft, case: Case) -> None:
    """Let a case in state `asked` wait for a person, and ask for it in private.

    Args:
        draft: the decision in the making.
        case: with the effects it holds.
    """
    until = draft.now + timedelta(hours=draft.policy.settings.commands.approval_hours)
    case = replace(case, until=until)
    draft.put(case)
    draft.put(
        Task(key=f"approval:{case.number}", kind="approval", due_at=until, room=case.room, case=case.number)
    )
    draft.count(case.room, asked=1)
    room = draft.room(case.room)
    if room is not None:
        tell_staff(draft, room, case, asking_text(case))


def carry_out(draft: Draft, case: Case, *, by: str | None = None) -> None:
    """Hand over a case's effects and remember which receipts it waits for.

    A ban holds from this moment on, whatever becomes of the removals; a kicktree is carried out part by part.
    """
    case = replace(case, held=(), by=by or case.by)
    effects = [] if case.origin == "tree" else sanction_effects(draft, case)
    pending = tuple(e.__struct_config__.tag for e in effects if isinstance(e, Remind | Warn | Remove | Ban))
    draft.effects += effects
    draft.put(replace(case, state="carrying", pending=pending))
    member = draft.member(case.room, case.member)
    if member is not None and case.origin != "tree":
        draft.put(replace(member, last_case=case.number))
    parts = 0
    if case.origin == "tree":
        parts = _each_of_the_people(draft, case)
    elif case.level == "ban" and case.of is None:
        bans.ban(draft, case)
        parts = _each_other_room(draft, case)
    if not pending and not parts:
        draft.put(replace(case, state="done", pending=()))


def _each_of_the_people(draft: Draft, case: Case) -> int:
    """Remove everybody a kicktree names who is still there and may be; returns how many."""
    room = draft.room(case.room)
    parts = 0
    for person in case.people if room is not None else ():
        member = draft.member(case.room, person)
        if room is None or member is None or not member.present:
            continue
        if is_immune(draft.policy, draft.state, room, person):
            continue
        carry_out(draft, open_case(draft, _part(case, room, member, "remove"), "carrying"), by=case.by)
        parts += 1
    return parts


def _each_other_room(draft: Draft, case: Case) -> int:
    """Take a banned person out of the operator's other rooms; returns how many of these are under way.

    What a person decided is done in every mode; what the ladder decided goes by each room's own.
    """
    parts = 0
    for room in bans.rooms_hit(draft, case.member, case.room):
        member = draft.member(room.room, case.member)
        if room.room == case.room or member is None:
            continue
        if is_immune(draft.policy, draft.state, room, case.member):
            continue
        part = _part(case, room, member, "ban")
        if case.by is not None:
            carry_out(draft, open_case(draft, part, "carrying"), by=case.by)
        else:
            HANDS[draft.policy.mode(room)].take(draft, part)
        parts += draft.policy.mode(room) == "act" or case.by is not None
    return parts


def _part(case: Case, room: RoomState, member: MemberState, level: Level) -> Proposal:
    return Proposal(
        room=room,
        member=member,
        level=level,
        sure=True,
        excerpt=case.excerpt,
        event=None,
        signals=(),
        origin=case.origin if case.origin != "tree" else "order",
        of=case.number,
        by_staff=case.by_staff,
    )


def settle_by_acting(draft: Draft, case: Case, proposal: Proposal) -> None:
    """Carry out a case that waits for a yes: a further message made sure what was only suspected.

    The case is about that message from then on: reasons are shown with the words they are reasons for.

    Args:
        draft: the decision in the making.
        case: a case in state `asked`.
        proposal: of the message that made it sure.
    """
    draft.drop("task", f"approval:{case.number}")
    carry_out(
        draft,
        replace(
            case,
            evidence=evidence_of(proposal.signals),
            excerpt=proposal.excerpt,
            event=proposal.event,
            words=_whole_words(draft, proposal),
            unwelcome=proposal.unwelcome,
        ),
    )


def evidence_of(signals: tuple[Signal, ...]) -> tuple[Evidence, ...]:
    """Return signals as a case keeps them."""
    return tuple(Evidence(s.rule, s.weight, s.evidence) for s in signals)


def sanction_effects(draft: Draft, case: Case, *, via_room: bool = False) -> list[Effect]:
    """Return the effects of a case's level, worded for its member.

    A reminder or warning goes to the member in private where the account can write to them, else
    as one gentle line into the room.

    Args:
        draft: the decision in the making.
        case: a sanction case.
        via_room: speak in the room even though the person counts as a friend (they turned out not to be).
    """
    room = draft.room(case.room)
    topic = room.topic if room is not None else ""
    values: Values = {"name": case.name, "room": topic, "case": case.number, "excerpt": case.excerpt}
    if case.unwelcome is not None:
        limit = draft.policy.room(case.room).types.get(case.unwelcome, 0)
        values = {**values, "type": case.unwelcome, "limit": limit}
    offence = trade_room.is_offence(draft, case)
    if offence:
        values = {**values, "reasons": trade_room.sorts_of(draft, case)}
    person = draft.person(case.member)
    private = person.friend is not False and not person.opted_out and not via_room
    via: Via = "private" if private else "room"
    match case.level:
        case "remind":
            text = f"remind.trade.{via}" if offence else f"remind.{via}"
            if case.unwelcome is not None:
                text = f"remind.type.{via}"
            elif case.about_a_name:
                text = f"remind.name.{via}"
            words = Words(text, values, case.number)
            return [Remind(to=case.member, room=case.room, words=words, via=via, case=case.number)]
        case "warn":
            # Without evidence of a rule it was a person of the staff who warned, in words of their own.
            text = f"warn.{via}" if bans.is_about_an_ad(case) else f"warn.staff.{via}"
            if offence:
                text = f"warn.trade.{via}"
            elif case.unwelcome is not None:
                text = f"warn.type.{via}"
            words = Words(text, values, case.number)
            return [Warn(to=case.member, room=case.room, words=words, via=via, case=case.number)]
        case _:
            member = draft.member(case.room, case.member)
            if case.level == "ban" and (member is None or not member.present):
                return []  # the ban is in the books; there is nobody to take out here
            kind = Ban if case.level == "ban" else Remove
            return [kind(member=case.member, room=case.room, case=case.number)]


def removal_line(draft: Draft, case: Case) -> None:
    """Say one line in the room after a verified removal, where the room wants one."""
    # The line speaks of advertising; why staff sent somebody out is nobody else's business.
    if bans.is_about_an_ad(case) and draft.policy.room(case.room).removal_line:
        words = Words("removed.room", {}, case.number)
        if trade_room.is_offence(draft, case):
            words = Words("removed.trade.room", {"reasons": trade_room.sorts_of(draft, case)}, case.number)
        draft.effects.append(SendRoom(room=case.room, words=words, case=case.number))
