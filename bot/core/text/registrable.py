"""What no allow or deny list may name as a whole: the suffixes under which anybody gets a name of their own.

Whoever owns them: user.github.io belongs to its user, and github.io says nothing of it.

tldextract reads the list of public suffixes inside its own package; it does so here, once, at import (0.15 to
0.45 s), so whoever may not need this module imports it late. Afterwards there is no I/O: no list is fetched,
nothing is cached on disk.
"""

from __future__ import annotations

from functools import lru_cache

from tldextract import TLDExtract

_extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
_extract("example.com")  # reads the bundled list now, not while a message is judged


@lru_cache(maxsize=4096)
def is_suffix(host: str) -> bool:
    """Return whether anybody can get a name of their own under a host: com, com.cn, github.io.

    Args:
        host: in lower case.
    """
    parts = _extract(host)
    return not parts.domain or "." not in host
