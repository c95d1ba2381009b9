"""Links in a text, also without a scheme and glued to Chinese: 官网www.abc888.com注册, t。me/abc.

A link's tail is ASCII, so the Chinese behind it is never part of it. A domain without a scheme needs a
top-level domain of the lists below: prices, versions, scores and file names have dots as well.
"""

from __future__ import annotations

import functools
import re
from itertools import islice
from typing import NamedTuple

# Without a scheme these are believed at once.
_SURE = (
    "com|cn|net|org|top|vip|xyz|cc|shop|club|live|fun|site|online|example|info|biz|icu|wang|ltd|store|tech|mobi|win|bid|loan|"
    "work|life|world|today|space|website|press|host|red|pink|ren|lol|pw|tk|ml|ga|cf|gq|asia|hk|tw|jp|kr|ru|uk|tv|link|xin|cloud|"
    "dev|wiki|bet|casino|poker|games|game|chat|porn|sex|adult|finance|money|cash|fund|group|center|email|plus|run|buzz|monster|"
    "cyou|sbs|cfd|autos|beauty|hair|skin|quest|pub|art|ink|cool|city|video|studio|social|gov|edu|nu|gg|io|ly|gl|gd|lt"
)
# These are words or file endings as well: without a scheme they need www, a path or a digit in front.
_UNSURE = "me|to|so|is|us|im|la|ai|co|app|de|fr|eu|in|it|be|at|pro|id|my|sh|zip|mov|py|rs|one|nz|lc"
_TAIL = r"[/?#][a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*"
_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,40}[a-z0-9])?"
# What stands before @ is a name to log in with, however much it looks like a host.
_USER = r"(?:[a-z0-9\-._~%!$&'()*+,;=:@]{0,200}@(?=[a-z0-9\-\u3400-\u9fff]{1,63}[.。]))?"
_WIDE_DOT = rf"。(?=(?:[a-z0-9\-]{{1,40}}[.。]){{0,3}}(?:{_SURE}|{_UNSURE})(?![a-z0-9\-]))"
_with_scheme = re.compile(
    rf"https?[:：]/{{1,3}}{_USER}([a-z0-9\u3400-\u9fff](?:[a-z0-9.\-]|{_WIDE_DOT}|[\u3400-\u9fff](?=[\u3400-\u9fff]{{0,20}}\.))*)(?::\d{{1,5}})?({_TAIL})?"
)
_bare = re.compile(
    rf"(?<![a-z0-9@._/\-。])((?:{_LABEL}[.。]){{1,4}}(?:{_SURE}|{_UNSURE}))(?![a-z0-9\-@_]|\.[a-z0-9])(?::\d{{2,5}})?({_TAIL})?"
)
# A dot spelled out (evil点com, evil[.]com, evil dot com), between a name with a letter in it and what is no word:
# 8点见, 三点半 and 点com的域名 are talk, and so is whatever else is spelled like a time.
_SPELLED_DOT = r"(?: ?[点丶] ?| ?[\[({] ?(?:\.|dot|点) ?[\])}] ?| dot )"
_SPELLED_TOP = "com|cn|net|org|cc|xyz|icu|info|biz"
_ANY_DOT = rf"(?:[.。]|{_SPELLED_DOT})"
# A label is taken whole or not at all: trying shorter ones would cost, and find nothing.
_spelled = re.compile(
    rf"(?<![a-z0-9@._/\-。])((?:([a-z0-9][a-z0-9\-]{{0,41}}+){_ANY_DOT}){{1,4}}?(?:{_SPELLED_TOP})(?:{_ANY_DOT}cn)?)"
    rf"(?![a-z0-9\-@_])({_TAIL})?"
)
_may_be_spelled = re.compile(rf"[a-z0-9]{_SPELLED_DOT}(?:{_SPELLED_TOP})(?![a-z0-9\-@_])").search
_dots = functools.partial(re.compile(_SPELLED_DOT).sub, ".")
_NO_NAMES = frozenset(("the", "a", "an", "of", "and", "or", "in", "is", "www"))
_is_sure = re.compile(rf"[.。](?:{_SURE})$").search
_maybe = re.compile(r"[a-z0-9][.。][a-z]|://").search
_PRODUCTS = frozenset(
    {"asp.net", "vb.net", "ado.net", "socket.io", "draw.io", "main.cc", "test.cc", "index.cc"}
)
_SHORTENERS = frozenset(
    (
        *("t.cn", "dwz.cn", "u.nu", "suo.im", "suo.nz", "suo.yt", "url.cn", "w.url.cn"),
        *("tinyurl.com", "bit.ly", "is.gd", "v.gd", "t.ly", "goo.gl", "ow.ly", "cutt.ly", "rb.gy"),
        *("sourl.cn", "dwz.lc", "dwz.mk", "dwz.tax", "c7.gg", "mrw.so", "985.so", "sina.lt", "t.im"),
        *("kurl.cn", "reurl.cc", "lihi.cc", "lihi1.cc", "6du.in", "tb.cn", "m.tb.cn"),
        *("s.click.taobao.com", "u.jd.com", "3.cn", "p.pinduoduo.com", "xhslink.com", "v.douyin.com"),
        *("v.kuaishou.com", "b23.tv", "h5.ele.me", "buff.ly", "shorturl.at", "rebrand.ly", "tiny.cc"),
        *("x.co", "surl.amap.com", "j.map.baidu.com", "dwz.date", "dwz.ink", "t.hk", "rrd.me"),
        *("0x9.me", "ft12.com"),
    )
)
# Whoever posts more links than this posts no links to be read.
_MOST = 200
_TRAILING = ".,!?;:'\")]"


class Url(NamedTuple):
    """A link: as it is written, its host, whether a shortening service hides where it leads, its place."""

    url: str
    host: str
    short: bool
    start: int
    end: int


def urls_in(text: str) -> tuple[Url, ...]:
    """Return the links of a text in order.

    Args:
        text: a text in the plain view.
    """
    if not _maybe(text):
        return _spelled_out(text) if _may_be_spelled(text) else ()
    found = [
        _url(match)
        for match in islice(_with_scheme.finditer(text), _MOST)
        if "." in match[1] or "。" in match[1]
    ]
    taken = [(url.start, url.end) for url in found]
    found += [
        _url(match)
        for match in islice(_bare.finditer(text), _MOST)
        if not (taken and any(start <= match.start() < end for start, end in taken)) and _is_domain(match)
    ]
    if _may_be_spelled(text):
        taken = [(url.start, url.end) for url in found]
        found += [
            url
            for url in _spelled_out(text)
            if not any(start < url.end and url.start < end for start, end in taken)
        ]
    return tuple(sorted(found, key=lambda url: url.start))


def names_address(text: str) -> bool:
    """Return whether a text may name an address at all: a quick look before a thorough one.

    Args:
        text: in the plain view.
    """
    return "." in text or "。" in text or _may_be_spelled(text) is not None


def _spelled_out(text: str) -> tuple[Url, ...]:
    return tuple(
        url._replace(host=_dots(url.host))
        for match in islice(_spelled.finditer(text), _MOST)
        if match[2] not in _NO_NAMES and not match[2].isdigit() and _dots(match[1]) != match[1]
        for url in (_from(match, match[3]),)
    )


def _is_domain(match: re.Match[str]) -> bool:
    host = match[1].replace("。", ".")
    if host in _PRODUCTS:
        return False
    labels = host.split(".")
    if "。" in match[1] and len(labels[-1]) <= 2 and not match[2]:  # noqa: PLR2004  so.me sentences end in 。
        return False
    if _is_sure(host):
        return True
    return (
        labels[0] in {"www", "m"} or (bool(match[2]) and len(match[2]) > 1) or any(c.isdigit() for c in host)
    )


def _url(match: re.Match[str]) -> Url:
    return _from(match, match[2])


def _from(match: re.Match[str], tail: str | None) -> Url:
    written = match[0].rstrip(_TRAILING) if tail else match[0].rstrip(".-")
    host = match[1].replace("。", ".").strip(".-")
    return Url(
        written, host, host.removeprefix("www.") in _SHORTENERS, match.start(), match.start() + len(written)
    )


def hosts_in(text: str) -> tuple[str, ...]:
    """Return the hosts of the links a text names, in their order, each once.

    Args:
        text: a plain view.
    """
    return tuple(dict.fromkeys(url.host for url in urls_in(text)))
