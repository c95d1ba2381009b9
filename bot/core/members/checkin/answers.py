"""Answers: what somebody writes back is read once they have finished, met with one fitting line, and followed up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.core.care import closing
from bot.core.care import desk as care_desk
from bot.core.care.records import Care, Track
from bot.core.care.rota import next_after, next_turn
from bot.core.care.waits import plan as plan_care
from bot.core.conflict.news import Raised, Turn
from bot.core.effects import NotifyStaff, SendPrivate, Words
from bot.core.members import optout, words
from bot.core.members.checkin import wording
from bot.core.records import Case, Task
from bot.core.rules.view import excerpt, words_of
from bot.core.staff import staff_to_tell

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.events import Message
    from bot.core.members.checkin.cue import FollowUp
    from bot.core.members.checkin.reading import AnswerReading
    from bot.core.members.checkin.records import CheckIn
    from bot.core.records import MemberState, RoomState

LISTEN = "checkin-listen"
# After this a private word is a talk of its own.
_STILL_AN_ANSWER = timedelta(days=30)
# Thanks behind an answer need no answer and are nothing to bother staff with.
_AFTERWARDS = timedelta(days=2)
_COURTESY = 8
_LONGEST = 1000
_SPOKEN = frozenset({"asked", "answered"})
_SHOWN = 300

replace = msgspec.structs.replace


def on_private(event: Message, draft: Draft) -> bool:
    """Take somebody's private words as the answer to their check-in; returns whether they are one."""
    record = draft.last_checkin(event.sender)
    pack = draft.policy.checkins
    if record is None or pack is None or record.group != "asked" or record.state not in _SPOKEN:
        return False
    if record.way == "list":
        return False  # staff asks them
    room, member = draft.room(record.room), draft.member(record.room, event.sender)
    if room is None or member is None or draft.policy.mode(room) == "observe":
        return False
    text = " ".join(words_of(event).split())
    reading = pack.reader.read(text)
    if reading.first == "opt-out":
        optout.leave_alone(event.sender, draft, name=event.name)
        _keep(draft, record, reading)
        return True
    if record.state == "answered" or draft.now - record.at > _STILL_AN_ANSWER:
        answered = record.answered_at is not None and draft.now - record.answered_at <= _AFTERWARDS
        return answered and reading.first is None and _is_courtesy(text, reading)
    if event.type != "text" or not text:
        # What the bot cannot read a human listens to.
        draft.put(replace(record, state="answered", answered_at=draft.now, reason="other", followup="human"))
        words.on_private(event, draft)
        return True
    record = replace(record, heard=f"{record.heard}\n{text}".strip()[-_LONGEST:])
    draft.put(record)
    wait = draft.policy.settings.care.listen_seconds
    if reading.first is not None or not wait:
        _answer(draft, room, member, record)
    else:
        key = f"{LISTEN}:{record.number}"
        due_at = draft.now + timedelta(seconds=wait)
        draft.put(Task(key=key, kind=LISTEN, due_at=due_at, room=record.room, member=record.person))
    return True


def on_listened(task: Task, draft: Draft) -> None:
    """Answer somebody, now that nothing more comes."""
    record = None if task.member is None else draft.last_checkin(task.member)
    if record is None or not record.heard or record.state != "asked" or draft.person(record.person).opted_out:
        return
    room, member = draft.room(record.room), draft.member(record.room, record.person)
    if room is not None and member is not None and draft.policy.mode(room) != "observe":
        _answer(draft, room, member, record)


def left_alone(event: Message, draft: Draft) -> None:
    """Note that somebody who was asked wants no more words; that they hear none is seen to elsewhere."""
    record = draft.last_checkin(event.sender)
    if record is not None and record.group == "asked" and record.state == "asked":
        draft.put(
            replace(
                record, state="answered", answered_at=draft.now, heard="", reason="optout", followup="optout"
            )
        )


def _answer(draft: Draft, room: RoomState, member: MemberState, record: CheckIn) -> None:
    """Read what was heard, say one line, and do what follows from it."""
    pack = draft.policy.checkins
    if pack is None:
        return
    heard = record.heard
    reading = pack.reader.read(heard)
    draft.drop("task", f"{LISTEN}:{record.number}")
    if reading.first == "opt-out":
        optout.leave_alone(record.person, draft)
        _keep(draft, record, reading)
        return
    record = _keep(draft, record, reading)
    if reading.first == "safety":
        # The playbook for danger speaks; nothing of a check-in does.
        _raise_danger(draft, room, member, record, heard)
        return
    followup = _what_can_be_done(draft, room, reading)
    said = wording.answer(draft, member, reading.reason, followup, record.number)
    if followup == "human":
        _fetch_a_human(draft, room, member, record, heard, urgent=reading.first is not None)
    if said is None:
        return
    if draft.policy.mode(room) == "act":
        draft.effects.append(answer_line(record, said.text))
        return
    draft.put(replace(draft.checkin(record.number) or record, held=said.text))
    to = staff_to_tell(draft, room)
    if to is not None:
        values = _told(room, member, record, heard) | {"text": said.text}
        draft.effects.append(
            NotifyStaff(to=to, room=room.room, words=Words("checkin.held", values), case=record.number)
        )


def answer_line(record: CheckIn, text: str) -> SendPrivate:
    """Return the line that answers somebody, as an effect."""
    words = Words("checkin.line", {"text": text})
    return SendPrivate(
        to=record.person, purpose="checkin_answer", words=words, room=record.room, case=record.number
    )


def _keep(draft: Draft, record: CheckIn, reading: AnswerReading) -> CheckIn:
    """Keep why somebody was silent; whoever answered counts as met, and their words go."""
    record = replace(
        record,
        state="answered",
        reached=True,
        answered_at=record.answered_at or draft.now,
        heard="",
        reason=reading.reason,
        followup=reading.followup,
    )
    draft.put(record)
    return record


def _what_can_be_done(draft: Draft, room: RoomState, reading: AnswerReading) -> FollowUp:
    """Return the follow-up that can be carried out: a question, or a wish nothing is configured for, needs a human."""
    if reading.first is not None:
        return "human"
    if reading.reason == "question":
        return "human"
    if reading.followup == "resource" and not draft.policy.room(room.room).resource:
        return "human"
    return reading.followup


def _fetch_a_human(
    draft: Draft, room: RoomState, member: MemberState, record: CheckIn, heard: str, *, urgent: bool
) -> None:
    """Open a case under the check-in's number: staff hears why, and has what the person writes from now on."""
    turn = Turn(at=draft.now, event="", sender=member.member, name=member.name, words=excerpt(heard, _SHOWN))
    to, turn_of_duty = next_after(draft, room, ()), next_turn(draft, room)
    care = Care(
        parties=(member.member,),
        severity="high" if urgent else "low",
        turns=(turn,),
        told=() if to is None else (to,),
    )
    case = Case(
        number=record.number,
        kind="check-in",
        state="open",
        room=room.room,
        member=member.member,
        name=member.name or member.member,
        opened_at=draft.now,
        excerpt=turn.words,
        care=closing.noted(draft, care, "opened", words=record.reason or ""),
    )
    draft.put(case)
    draft.put(
        Track(
            case=case.number, member=member.member, name=member.name, role="lurker", edition="", state="human"
        )
    )
    if to is not None:
        values = _told(room, member, record, heard)
        draft.effects.append(
            NotifyStaff(to=to, room=room.room, words=Words("checkin.human", values), case=case.number)
        )
        minutes = timedelta(minutes=draft.policy.settings.care.take_minutes)
        plan_care(draft, case, "care-take", draft.now + minutes)
    elif turn_of_duty is not None:
        plan_care(draft, case, "care-take", turn_of_duty)
    closing.expect_resolution(draft, case)


def _told(room: RoomState, member: MemberState, record: CheckIn, heard: str) -> dict[str, str | int]:
    return {
        "case": record.number,
        "name": member.name or member.member,
        "room": room.topic or room.room,
        "reason": record.reason or "other",
        "followup": record.followup or "none",
        "words": excerpt(heard, _SHOWN),
    }


def _raise_danger(draft: Draft, room: RoomState, member: MemberState, record: CheckIn, heard: str) -> None:
    event = f"checkin:{record.number}"
    turn = Turn(draft.now, event, member.member, member.name, excerpt(heard, _SHOWN), (), 1.0)
    news = Raised(kind="safety", severity="high", parties=(member.member,), turns=(turn,), event=event)
    care_desk.take(news, room, draft)


def _is_courtesy(text: str, reading: AnswerReading) -> bool:
    """Return whether words behind an answer are mere thanks or a nod."""
    return len(text) <= _COURTESY and reading.reason in {"positive", "other"} and reading.followup == "none"
