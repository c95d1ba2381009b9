"""Numbers of contacts whose digits were disguised: 一九九〇, 壹玖玖, l99oooo, 199零零."""

from __future__ import annotations

import re

_VALUES = {
    **dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖两幺", "12345678921", strict=True)),
    **dict(zip("oli", "011", strict=True)),
    "空": "0",  # 🈳 in the plain view; only within a phone number
}
_ALL = "0-9" + "".join(_VALUES)
DIGIT = "[0-9" + "".join(_VALUES).replace("空", "") + "]"
_TABLE = str.maketrans(_VALUES) | {ord(c): None for c in " .-_*·/()"}
_RUN = rf"{DIGIT}(?:[ .\-_*·/()]{{0,2}}{DIGIT}){{4,40}}"
_disguised = re.compile("[" + "".join(_VALUES) + "]")
may_hold_digits = re.compile(rf"[{_ALL}](?:[ .\-_*·/()]{{0,2}}[{_ALL}]){{4}}").search
_after_contact = re.compile(
    rf"((?:qq|q|扣|企鹅|群号?|电话?|手机|致电|热线|联系|拨打?|号码?|tel|call)(?:号码?|群|是|为|我|[:：\s=]){{0,4}})({_RUN})(?![a-z])"
)
_after_wechat = re.compile(rf"((?:微信?|vx|wx|v|加我?)(?:号|是|为|[:：\s=]){{0,3}})({_RUN})(?![a-z0-9_])")
_phone = re.compile(
    r"(?<![a-z0-9])[1一壹幺li][ .\-]?[3-9三四五六七八九叁肆伍陆柒捌玖]"
    rf"(?:[ .\-_*]?(?:{DIGIT}|空)){{9}}(?![0-9a-z])"
)
_FEWEST = 5
_FEWEST_IN_RUN = 3


def plain_digits(text: str) -> str:
    """Return a text with the digits of its contact numbers in plain form.

    Args:
        text: a text in the plain view.
    """
    if not may_hold_digits(text):
        return text
    text = _after_contact.sub(_number, text)
    text = _after_wechat.sub(_wechat, text)
    return _phone.sub(_phone_number, text)


def _number(match: re.Match[str]) -> str:
    run = match[2]
    digits = run.translate(_TABLE)
    if not _disguised.search(run) or len(digits) < _FEWEST or _counts_up(run):
        return match[0]
    return match[1] + digits


def _wechat(match: re.Match[str]) -> str:
    # An id may hold letters: only Chinese digits are no part of one.
    return match[0] if match[2].isascii() else _number(match)


def _phone_number(match: re.Match[str]) -> str:
    run = match[0]
    real = sum(c.isdigit() or c in "零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖" for c in run)
    return run.translate(_TABLE) if _disguised.search(run) and real >= _FEWEST_IN_RUN else run


def _counts_up(run: str) -> bool:
    """Return whether it is only a count: 一二三四五."""
    return run.startswith(("一二三", "零一二", "1234"))
