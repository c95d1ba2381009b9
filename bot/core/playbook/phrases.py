"""Phrases: what a table says in Chinese and English, and what every record of a table has in common."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bot.core.settings import Language

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A record written in TOML: a key it does not know is an error."""


class Texts(Table, frozen=True, kw_only=True):
    """The wordings of one thing to say; one of them is chosen, none twice to the same person."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def of(self, language: Language) -> tuple[str, ...]:
        """Return the wordings in a language."""
        return self.zh if language == "zh" else self.en


class Title(Table, frozen=True, kw_only=True):
    """One phrase in both languages, for staff and operators."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the phrase in a language."""
        return self.zh if language == "zh" else self.en


class Condition(Table, frozen=True, kw_only=True):
    """What must be known to be true of a person before a line of credit may be said; all of it.

    `days` in the room, `talk`: messages of real talk, `answers` given to others' questions, `brought`: people
    they brought in who stayed, `badge`: they have one.
    """

    days: Annotated[int, msgspec.Meta(ge=1)] | None = None
    talk: Annotated[int, msgspec.Meta(ge=1)] | None = None
    answers: Annotated[int, msgspec.Meta(ge=1)] | None = None
    brought: Annotated[int, msgspec.Meta(ge=1)] | None = None
    badge: bool = False


class CreditLine(Table, frozen=True, kw_only=True):
    """Something sincere to say of a person; without conditions it must hold of everybody."""

    id: Name
    when: Condition = Condition()
    zh: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def texts(self) -> Texts:
        """The wordings of the line."""
        return Texts(zh=self.zh, en=self.en)
