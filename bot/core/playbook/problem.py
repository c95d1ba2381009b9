"""One thing that is wrong with a playbook, as its author reads it."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """Where it is (a step, a role, ...), what is wrong, what to do."""

    where: str
    what: str
    todo: str

    def __str__(self) -> str:
        """Return it on one line."""
        return f"{self.where}: {self.what}; {self.todo}"
