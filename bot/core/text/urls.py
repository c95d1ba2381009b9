"""Links in a text, also without a scheme and glued to Chinese: 官网www.abc888.com注册, t。me/abc.

A link's tail is ASCII, so the Chinese behind it is never part of it. A domain without a scheme needs a
top-level domain of the lists below: prices, versions, scores and file names have dots as well.
"""

from __future__ import annotations

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
        return ()
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
    return tuple(sorted(found, key=lambda url: url.start))


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
    written = match[0].rstrip(_TRAILING) if match[2] else match[0].rstrip(".-")
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
