"""What the operator reads, outside WeChat, when the account is in trouble, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal

Language = Literal["zh", "en"]
Trouble = Literal["scan", "logout", "rejected", "disconnected", "silent", "sends"]

_RAISED: Final[Mapping[Language, Mapping[Trouble, str]]] = {
    "zh": {
        "scan": "微信账号需要重新扫码登录，在此之前我收不到也发不出任何消息。"
        "请用手机扫描终端里的二维码，或打开：{qr}",
        "logout": "微信账号已退出登录，群里现在没有人值守。请重新登录。",
        "rejected": "网关拒绝了我们的连接（{detail}），重试没有用。请检查令牌和网关地址，然后重新启动。",
        "disconnected": "和网关断开已经 {gap}，正在自动重连。这期间的群消息我看不到。",
        "silent": "网关已经 {gap} 没有任何动静，连接可能已经失效。请看一眼网关是否正常。",
        "sends": "连续 {count} 次发送失败。请检查账号是否被限制。",
    },
    "en": {
        "scan": "The WeChat account must be logged in again by scanning a code; until then nothing is "
        "received or sent. Scan the code in the terminal, or open: {qr}",
        "logout": "The WeChat account was logged out: nobody looks after the groups. Please log in again.",
        "rejected": "The gateway refused the connection ({detail}); trying again will not help. "
        "Check token and address, then restart.",
        "disconnected": "Cut off from the gateway for {gap}, reconnecting. Messages meanwhile are not seen.",
        "silent": "Nothing came from the gateway for {gap}: the link may be dead. Please look at it.",
        "sends": "{count} sends in a row have failed. Check whether the account is restricted.",
    },
}

_CLEARED: Final[Mapping[Language, Mapping[Trouble, str]]] = {
    "zh": {
        "scan": "恢复了，账号已重新登录，中断 {gap}。",
        "logout": "恢复了，账号已重新登录，中断 {gap}。",
        "rejected": "恢复了，网关重新接受连接，中断 {gap}。",
        "disconnected": "恢复了，断开 {gap}。",
        "silent": "恢复了，网关静默 {gap}。",
        "sends": "恢复了，发送异常持续 {gap}。",
    },
    "en": {
        "scan": "Recovered: the account is logged in again after {gap}.",
        "logout": "Recovered: the account is logged in again after {gap}.",
        "rejected": "Recovered: the gateway accepts the connection again after {gap}.",
        "disconnected": "Recovered after {gap} without a connection.",
        "silent": "Recovered: the gateway was silent for {gap}.",
        "sends": "Recovered: sending failed for {gap}.",
    },
}

_UNITS: Final[Mapping[Language, tuple[tuple[int, str], ...]]] = {
    "zh": ((86_400, "天"), (3600, "小时"), (60, "分"), (1, "秒")),
    "en": ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")),
}


def raised(language: Language, trouble: Trouble, **values: str) -> str:
    """Return what to say of a trouble."""
    return _RAISED[language][trouble].format(**values)


def cleared(language: Language, trouble: Trouble, gap: timedelta) -> str:
    """Return what to say when a trouble is over."""
    return _CLEARED[language][trouble].format(gap=length(language, gap))


def length(language: Language, span: timedelta) -> str:
    """Return a span in words, by its two largest units: "3 分 12 秒"."""
    left = max(0, round(span.total_seconds()))
    parts = []
    for size, unit in _UNITS[language]:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or f"0 {_UNITS[language][-1][1]}"
