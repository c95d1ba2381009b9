"""The domains a text's links lead to. What their registrable domain is, says registrable.py."""

from __future__ import annotations

from bot.core.text.urls import urls_in


def domains_in(text: str) -> tuple[str, ...]:
    """Return the hosts of a text's links, each once, in order, without a leading `www.`.

    Args:
        text: a text in the plain view.
    """
    return tuple(dict.fromkeys(url.host.removeprefix("www.") for url in urls_in(text)))
