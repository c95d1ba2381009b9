"""Lists of sites, as operators and packs write them: a name stands for itself and for what lies under it.

A suffix under which anybody gets a name (com.cn, github.io) says nothing of the names under it: whoever welcomes
github.io does not welcome every page there, and whoever minds one of them does not mind all. Who means all of
them writes `*.github.io`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_all_under = "*."
_name = re.compile(r"(?:\*\.)?[a-z0-9\u3400-\u9fff_-]+(?:\.[a-z0-9\u3400-\u9fff_-]+)*")


def site_names(entries: Iterable[str]) -> frozenset[str]:
    """Return the names of a list in the form in which hosts are looked up.

    Args:
        entries: as they are written, in any case, with or without `www.`.
    """
    return frozenset(_folded(entry) for entry in entries)


def is_listed(host: str, names: frozenset[str]) -> bool:
    """Return whether a host, or a name it lies under, is on a list.

    The list of public suffixes takes a moment to read; it is, the first time that a host lies under a name on
    a list.

    Args:
        host: of a link, in lower case.
        names: as `site_names` returns them.
    """
    name = host.removeprefix("www.")
    if name in names:
        return True
    above = name.partition(".")[2]
    while above:
        if (above in names and not _is_suffix(above)) or _all_under + above in names:
            return True
        above = above.partition(".")[2]
    return False


def why_no_site(entry: str) -> str | None:
    """Return why an entry would never match a link, or None if it is a site's name.

    Args:
        entry: as it is written.
    """
    name = _folded(entry)
    if not _name.fullmatch(name):
        return "write a site's bare name, like example.com"
    if not name.startswith(_all_under) and _is_suffix(name):
        return (
            f"anybody can get a name under {name}: name the sites, or write *.{name} if you mean all of them"
        )
    return None


def _folded(entry: str) -> str:
    return entry.strip().lower().removeprefix("www.")


def _is_suffix(name: str) -> bool:
    from bot.core.text.registrable import is_suffix  # noqa: PLC0415 - takes .15 to .45 s, and few need it

    return is_suffix(name)
