"""What staff said of a text: kept as a sample to learn from and in an index of texts, and taken back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from bot.core.ads import pictures
from bot.core.events import Message
from bot.core.members import names, reporters
from bot.core.members.seen import LONGEST
from bot.core.records import KnownAd, Sample, Vote
from bot.core.rules.view import view_of
from bot.core.text.normalise import plain
from bot.core.text.skeleton import skeleton

if TYPE_CHECKING:
    from bot.core.draft import Draft
    from bot.core.records import Case, Label

# A shorter skeleton ("好的") says nothing of the text it comes from: half the room shares it.
_SHORTEST = 6


def fingerprint(text: str) -> str | None:
    """Return the key under which a text is known, or None if it is too short to be told apart.

    Args:
        text: a member's own words; of long ones only as much counts as cases keep.
    """
    if len(text) > LONGEST:
        text = " ".join(text.split())[:LONGEST]
    bones = skeleton(plain(text))
    return None if len(bones) < _SHORTEST else hashlib.blake2b(bones.encode(), digest_size=8).hexdigest()


def words_of_case(case: Case) -> str:
    """Return the words a case is about, whole where they were kept whole."""
    return case.words or case.excerpt


def learn(draft: Draft, case: Case, label: Label, by: str) -> None:
    """Keep the staff's verdict on the message of a case; an earlier one on the same case is replaced.

    Args:
        draft: the decision in the making.
        case: about a message.
        label: what staff said.
        by: who said it.
    """
    unlearn(draft, case.number)
    names.judged(draft, case, label)
    reporters.judged(draft, case, label)
    if label == "ok":
        forget_copies(draft, case)
    if case.pictures:
        pictures.know(case.pictures, label, draft)
    words = words_of_case(case)
    if not words:
        return
    draft.put(
        Sample(
            case=case.number,
            label=label,
            words=words,
            room=case.room,
            sender=case.member,
            by=by,
            at=draft.now,
            score=_score(draft, words),
        )
    )
    key = fingerprint(words)
    if key is not None:
        known = draft.known(key)
        votes = () if known is None else known.votes
        _index(draft, key, (*votes, Vote(case.number, label, draft.now)))


def unlearn(draft: Draft, case: int) -> bool:
    """Take back what staff said of a case, from the samples and from the indices; returns whether it said so.

    Args:
        draft: the decision in the making.
        case: its number.
    """
    known_case = draft.case(case)
    if known_case is not None and known_case.pictures:
        pictures.forget(known_case.pictures, draft)
    sample = draft.sample(case)
    if sample is None:
        return False
    draft.drop("sample", str(case))
    if known_case is not None:
        reporters.judged(draft, known_case, None)
        if sample.label == "ok":
            names.judged(draft, known_case, "ad")
    key = fingerprint(sample.words)
    known = None if key is None else draft.known(key)
    if key is not None and known is not None:
        _index(draft, key, tuple(vote for vote in known.votes if vote.case != case))
    return True


def forget_copies(draft: Draft, case: Case) -> None:
    """Forget the case's messages as something to be known again, and as the sender's last words.

    Args:
        draft: the decision in the making.
        case: about messages that were harmless after all.
    """
    account = draft.account()
    copies = tuple(
        copy
        for copy in account.copies
        if copy.id != case.event
        and not (copy.room == case.room and copy.sender == case.member and copy.at >= case.opened_at)
    )
    if len(copies) != len(account.copies):
        draft.put(msgspec.structs.replace(account, copies=copies))
    member = draft.member(case.room, case.member)
    if member is not None and member.recent:
        recent = tuple(said for said in member.recent if said.at < case.opened_at)
        draft.put(msgspec.structs.replace(member, recent=recent))


def _score(draft: Draft, words: str) -> float:
    """Return what the rules alone make of words, nobody in particular having said them."""
    rules = draft.policy.rules
    view = view_of(Message(at=draft.now, room=None, id="", sender="", text=words))
    return round(rules.weighed(signal for signal in rules.signals(view) if signal.weight), 4)


def _index(draft: Draft, key: str, votes: tuple[Vote, ...]) -> None:
    if votes:
        newest = votes[-1]
        draft.put(KnownAd(hash=key, label=newest.label, case=newest.case, at=newest.at, votes=votes))
    else:
        draft.drop("known", key)
