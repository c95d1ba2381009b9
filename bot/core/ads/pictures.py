"""Pictures known again by what they look like: those that were ads, and those that staff called harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.core.draft import Draft
    from bot.core.records import Label

# At 6 of 64 bits JPEG quality, size and small stickers make no difference, and different posters do.
ALIKE_BITS = 6
_MOST = 500
# A picture of one colour looks like every other.
_SAY_NOTHING = frozenset({"0" * 16, "f" * 16})


def like(print_: str, known: Iterable[str], bits: int = ALIKE_BITS) -> str | None:
    """Return the first of known pictures that a picture looks like, or None.

    Args:
        print_: its perceptual hash, 16 hexadecimal digits; "" where nobody looked.
        known: hashes of others.
        bits: how many of 64 may differ.
    """
    if not print_ or print_ in _SAY_NOTHING:
        return None
    own = int(print_, 16)
    return next((other for other in known if (own ^ int(other, 16)).bit_count() <= bits), None)


def know(prints: Iterable[str], label: Label, draft: Draft) -> None:
    """Take pictures up among those that were ads, or among those that are harmless; the newest word counts.

    Args:
        prints: their perceptual hashes.
        label: what they are.
        draft: the decision in the making.
    """
    prints = tuple(prints)
    forget(prints, draft)
    account = draft.account()
    if label == "ad":
        draft.put(msgspec.structs.replace(account, pictures=(*account.pictures, *prints)[-_MOST:]))
    else:
        harmless = (*account.harmless_pictures, *prints)[-_MOST:]
        draft.put(msgspec.structs.replace(account, harmless_pictures=harmless))


def forget(prints: Iterable[str], draft: Draft) -> None:
    """Let nothing be known any more of pictures and of those that look like them.

    Args:
        prints: their perceptual hashes.
        draft: the decision in the making.
    """
    prints = tuple(prints)
    account = draft.account()
    ads, harmless = (
        tuple(known for known in kept if known not in prints and like(known, prints) is None)
        for kept in (account.pictures, account.harmless_pictures)
    )
    if (len(ads), len(harmless)) != (len(account.pictures), len(account.harmless_pictures)):
        draft.put(msgspec.structs.replace(account, pictures=ads, harmless_pictures=harmless))
