"""What every table of settings is made of."""

from __future__ import annotations

import msgspec


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of qunguan.toml: what it does not know is refused."""


def says(text: str, *, ge: float | None = None, le: float | None = None) -> msgspec.Meta:
    """Return what a setting means and within which bounds it may be.

    Args:
        text: as it stands beside the setting in the config file and the reference.
        ge: the least it may be.
        le: the most.
    """
    return msgspec.Meta(description=text, ge=ge, le=le)
