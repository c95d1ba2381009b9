"""Hands: what becomes of a proposed sanction in each mode.

Detection never punishes: it makes a proposal and hands it to the hands of the room's mode. `observe`
writes down, `assist` asks staff, `act` does it. That is the whole difference between the modes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from bot.core.effects import NotifyStaff, Remind, Remove, SendRoom, Warn, Words
from bot.core.staff import staff_to_tell
from bot.core.state import Case, Evidence, Task

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.effects import Effect, Values, Via
    from bot.core.rules.view import Signal
    from bot.core.state import CaseState, Level, MemberState, Mode, RoomState


# Messages of a burst arrive within moments of the one that led to a sanction; later ones are a new act.
BURST = timedelta(minutes=10)

# Somebody who is typing needs a moment to see that they were spoken to.
TIME_TO_READ = timedelta(seconds=60)


class Proposal(msgspec.Struct, frozen=True):
    """A sanction that detection proposes; `sure` means the bot would act alone."""

    room: RoomState
    member: MemberState
    level: Level
    sure: bool
    excerpt: str
    event: str | None
    signals: tuple[Signal, ...]


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
    """Open a numbered sanction case for a proposal."""
    case = Case(
        number=draft.new_case_number(),
        kind="sanction",
        state=state,
        room=proposal.room.room,
        member=proposal.member.member,
        name=proposal.member.name,
        opened_at=draft.now,
        level=proposal.level,
        excerpt=proposal.excerpt,
        event=proposal.event,
        evidence=evidence_of(proposal.signals),
    )
    draft.put(case)
    member = draft.member(case.room, case.member) or proposal.member
    draft.put(msgspec.structs.replace(member, last_case=case.number))
    return case


def ask(draft: Draft, proposal: Proposal) -> None:
    """Open a case that waits for a person's yes, and ask for it in private."""
    case = open_case(draft, proposal, "asked")
    until = draft.now + timedelta(hours=draft.policy.settings.commands.approval_hours)
    case = msgspec.structs.replace(case, held=tuple(sanction_effects(draft, case)), until=until)
    draft.put(case)
    draft.put(
        Task(key=f"approval:{case.number}", kind="approval", due_at=until, room=case.room, case=case.number)
    )
    draft.count(case.room, asked=1)
    tell_staff(draft, proposal.room, case, "staff.ask")


def carry_out(draft: Draft, case: Case, *, by: str | None = None) -> None:
    """Hand over a case's effects and remember which receipts it waits for."""
    effects = sanction_effects(draft, case)
    draft.effects += effects
    draft.put(
        msgspec.structs.replace(
            case,
            state="carrying",
            held=(),
            by=by or case.by,
            pending=tuple(e.__struct_config__.tag for e in effects if isinstance(e, Remind | Warn | Remove)),
        )
    )


def settle_by_acting(draft: Draft, case: Case, signals: tuple[Signal, ...]) -> None:
    """Carry out a case that waits for a yes: a further message made sure what was only suspected.

    Args:
        draft: the decision in the making.
        case: a case in state `asked`.
        signals: of the message that made it sure.
    """
    draft.drop("task", f"approval:{case.number}")
    carry_out(draft, msgspec.structs.replace(case, evidence=evidence_of(signals)))


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
    person = draft.person(case.member)
    private = person.friend is not False and not person.opted_out and not via_room
    via: Via = "private" if private else "room"
    match case.level:
        case "remind":
            words = Words(f"remind.{via}", values, case.number)
            return [Remind(to=case.member, room=case.room, words=words, via=via, case=case.number)]
        case "warn":
            # Without evidence of a rule it was a person of the staff who warned, in words of their own.
            text = f"warn.{via}" if case.evidence else f"warn.staff.{via}"
            words = Words(text, values, case.number)
            return [Warn(to=case.member, room=case.room, words=words, via=via, case=case.number)]
        case _:
            return [Remove(member=case.member, room=case.room, case=case.number)]


def tell_staff(
    draft: Draft, room: RoomState, case: Case, text: str, *, after: str | None = None, detail: str = ""
) -> None:
    """Tell the next reachable member of staff about a case, in private.

    Args:
        draft: the decision in the making.
        room: the room the case is about.
        case: the case.
        text: which text of the catalogue.
        after: who could not be reached before.
        detail: what the platform said, for texts that show it.
    """
    to = staff_to_tell(draft, room, first=case.by, after=after)
    if to is None:
        failed = (*case.failed, "notify_staff")
        current = draft.case(case.number) or case
        draft.put(msgspec.structs.replace(current, failed=failed))
        draft.count(room.room, failed=1)
        return
    values: Values = {
        "case": case.number,
        "name": case.name or case.member,
        "room": room.topic or room.room,
        "excerpt": case.excerpt,
        "level": case.level or "",
        "detail": detail,
        "reasons": tuple({"rule": e.rule, "evidence": e.evidence} for e in case.evidence),
    }
    draft.effects.append(NotifyStaff(to=to, room=room.room, words=Words(text, values), case=case.number))


def removal_line(draft: Draft, case: Case) -> None:
    """Say one line in the room after a verified removal, where the room wants one."""
    # The line speaks of advertising; why staff sent somebody out is nobody else's business.
    if case.evidence and draft.policy.room(case.room).removal_line:
        draft.effects.append(
            SendRoom(room=case.room, words=Words("removed.room", {}, case.number), case=case.number)
        )
