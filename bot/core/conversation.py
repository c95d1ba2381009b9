"""Messages: who spoke, whether it is a command, what the verdict is, what to propose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.core.ads import memory, pictures
from bot.core.ads.ladder import next_level
from bot.core.ads.score import INNOCENT, judge
from bot.core.care import desk as care
from bot.core.care import hearing, whispered
from bot.core.commands import desk
from bot.core.conflict.watch import watch
from bot.core.events import Image, Message
from bot.core.hands import BURST, HANDS, TIME_TO_READ, Proposal, settle_by_acting
from bot.core.members import acquaintance, names, naming, newcomers, optout, presence, words
from bot.core.members.checkin import answers as checkins
from bot.core.members.checkin import returned
from bot.core.members.health import questions
from bot.core.rules import message_type, split
from bot.core.rules.view import View, excerpt, view_of, words_of
from bot.core.staff import is_immune

if TYPE_CHECKING:
    from bot.core.ads.score import Judgement
    from bot.core.draft import Draft
    from bot.core.events import CarryingType, Enrich
    from bot.core.records import Case, MemberState, RoomState

# WeChat sends nine pictures at once; a case knows the last of a flood of them.
_PICTURES = 27


def on_message(event: Message, draft: Draft) -> None:
    """Decide on a message in a room or in private."""
    if event.room is None:
        draft.verdict = "ok"
        _on_private(event, draft)
        return
    room, member = presence.heard(event, draft)
    draft.verdict = "ok"
    if event.sender == draft.state.account.self_id:
        return
    replayed = presence.is_replayed(event, room)
    if not replayed and event.sender in draft.state.last_checkin:
        returned.note(event, draft)
    if not replayed and desk.in_room(event, room, draft):
        return
    view = view_of(event)
    if not is_immune(draft.policy, draft.state, room, event.sender):
        _weigh(event, view, room, member, draft, act=not replayed)
    if not replayed:
        acquaintance.note(event, member, draft)
        questions.heard(event, room, draft)
        # Staff is watched too: staff can argue back.
        for news in watch(event, room, member, draft, view.text):
            care.take(news, room, draft)


def on_enrich(event: Enrich, draft: Draft) -> None:
    """Judge an earlier message again by what a slower look at it found."""
    if event.room is None:
        return
    room, member = draft.room(event.room), draft.member(event.room, event.sender)
    if room is None or member is None or is_immune(draft.policy, draft.state, room, event.sender):
        return
    message = Message(
        at=event.at,
        room=event.room,
        id=event.id,
        sender=event.sender,
        name=member.name,
        type="image",
        image=Image(qr=event.qr, ocr=event.ocr, hash=event.hash),
    )
    _weigh(message, view_of(message), room, member, draft, act=True)


def _on_private(event: Message, draft: Draft) -> None:
    if event.sender == draft.state.account.self_id:
        return
    presence.befriended(event.sender, event.name, draft)
    if desk.in_private(event, draft):
        return
    if optout.on_private(event, draft):
        hearing.left_alone(event, draft)
        checkins.left_alone(event, draft)
    elif not (
        hearing.on_private(event, draft)
        or checkins.on_private(event, draft)
        or whispered.on_private(event, draft)
        or newcomers.acknowledged_in_private(event, draft)
    ):
        words.on_private(event, draft)


def _weigh(
    event: Message, view: View, room: RoomState, member: MemberState, draft: Draft, *, act: bool
) -> None:
    policy = draft.policy
    view.scene = memory.scene_in(event, room, member, draft)
    judgement = judge(view, policy.rules, policy.settings.scoring, policy.room(room.room).preset)
    judgement = naming.without_known_name(view, judgement, draft)
    unwelcome = _merely_unwelcome(view, judgement, draft)
    told_before = memory.remember(view, judgement, draft, as_copy=unwelcome is None)
    member = draft.member(room.room, event.sender) or member
    if judgement is INNOCENT:
        return
    draft.verdict, draft.score, draft.reasons = judgement.verdict, judgement.score, judgement.signals
    if judgement.verdict == "ok":
        return
    if unwelcome is not None:
        draft.unwelcome = True
        draft.count(room.room, unwelcome=1)
    elif judgement.verdict == "ad":
        draft.count(room.room, ads=1)
    else:
        draft.count(room.room, suspects=1)
    print_ = event.image.hash if event.image is not None else ""
    if print_ and judgement.verdict == "ad" and unwelcome is None:
        pictures.know((print_,), "ad", draft)
    if act and not told_before and member.present:
        _propose(event, room, member, judgement, draft, unwelcome)
    if print_:
        _note_picture(print_, event, draft)


def _merely_unwelcome(view: View, judgement: Judgement, draft: Draft) -> CarryingType | None:
    """Return a message's type if the room does not want it and nothing else would make it an ad."""
    scene, specs = view.scene, draft.policy.rules.specs
    if scene is None or judgement.verdict == "ok":
        return None
    if not any(isinstance(specs.get(found.rule), message_type.Spec) for found in judgement.signals):
        return None
    welcome = View(view.message, view.text, msgspec.structs.replace(scene, types={}))
    policy = draft.policy
    again = judge(welcome, policy.rules, policy.settings.scoring, policy.room(scene.room.room).preset)
    return None if again.verdict == "ad" else message_type.carried(view.message)


def _propose(
    event: Message,
    room: RoomState,
    member: MemberState,
    judgement: Judgement,
    draft: Draft,
    unwelcome: CarryingType | None,
) -> None:
    mode, ladder = draft.policy.mode(room), draft.policy.room(room.room).ladder
    sure = judgement.verdict == "ad"
    proposal = Proposal(
        room=room,
        member=member,
        level=next_level(member, ladder, draft.now, unwelcome=unwelcome is not None),
        sure=sure,
        excerpt=_excerpt_of(event, judgement, draft),
        event=event.id,
        signals=judgement.signals,
        words=words_of(event) if draft.message is None else "",
        unwelcome=unwelcome,
    )
    case = _case_of_this_burst(member, draft)
    # An ad is no part of a talk about videos.
    if case is not None and (case.unwelcome is None or unwelcome is not None):
        case = msgspec.structs.replace(case, more=case.more + (case.event != event.id))
        if (
            case.state == "asked"
            and case.event not in {None, event.id}
            and event.type == "text"
            and not case.shows
        ):
            case = _with_more_words(case, excerpt(words_of(event)))
        draft.put(case)
        if case.state == "asked" and sure and mode == "act":
            settle_by_acting(draft, case, proposal)
        return
    HANDS[mode].take(draft, proposal)
    opened = draft.member(room.room, event.sender)
    newest = None if opened is None or opened.last_case is None else draft.case(opened.last_case)
    if newest is not None:
        names.note_asked(draft, newest)


def _excerpt_of(event: Message, judgement: Judgement, draft: Draft) -> str:
    """Return what people are shown of a message; of an ad in pieces, all of them."""
    specs = draft.policy.rules.specs
    for found in judgement.signals:
        if isinstance(specs.get(found.rule), split.Spec):
            return excerpt(split.put_together(found.evidence))
    return excerpt(words_of(event))


def _with_more_words(case: Case, words: str) -> Case:
    """Return a case that waits for a yes with what its member went on to say: staff decides about all of it."""
    if not words or words in case.excerpt:
        return case
    # What is learned of the case stays the words of its own message.
    return msgspec.structs.replace(
        case, excerpt=excerpt(f"{case.excerpt} / {words}"), words=case.words or case.excerpt
    )


def _note_picture(print_: str, event: Message, draft: Draft) -> None:
    """Write a picture down in the case it led to or belongs to, so that it can be forgotten with it."""
    member = draft.member(event.room or "", event.sender)
    case = (
        None
        if member is None
        else memory.case_of(event.id, member, draft) or _case_of_this_burst(member, draft)
    )
    if case is not None and print_ not in case.pictures and case.state != "undone":
        draft.put(msgspec.structs.replace(case, pictures=(*case.pictures, print_)[-_PICTURES:]))


def _case_of_this_burst(member: MemberState, draft: Draft) -> Case | None:
    """Return the member's case of moments ago that this message belongs to, or None."""
    case = None if member.last_case is None else draft.case(member.last_case)
    if case is None:
        return None
    moments_ago = draft.now - case.opened_at <= BURST
    if case.state == "carrying":
        return case
    if case.state == "asked":
        # Hours later it is another message with words of its own, which staff has not seen.
        return case if moments_ago else None
    came_back = member.joined_at is not None and member.joined_at > case.opened_at
    removed_just_now = (
        case.state == "done" and case.level in {"remove", "ban"} and moments_ago and not came_back
    )
    # Whoever was told this minute has hardly read it: what they are still sending is no second offence.
    told_just_now = (
        case.state == "done"
        and case.level in {"remind", "warn"}
        and draft.now - case.opened_at <= TIME_TO_READ
    )
    return case if removed_just_now or told_just_now else None
