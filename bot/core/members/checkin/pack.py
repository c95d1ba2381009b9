"""What check-ins are made with: the table of what is said, and the reader of what is answered."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.members.checkin.reading import AnswerReader
from bot.core.members.checkin.table import CheckinBook


class CheckinPack(NamedTuple):
    """Table and reader, swapped as a whole on reload."""

    book: CheckinBook
    reader: AnswerReader
