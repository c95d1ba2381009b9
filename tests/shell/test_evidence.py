"""What rules found is told in the reader's language: figures get words around them, members' words stay."""

from __future__ import annotations

import pytest

from bot.core.effects import Words
from bot.packs import compile_rules, load_packs
from bot.shell.render import load_renderer

RULES = compile_rules(load_packs()).specs
ZH, EN = (load_renderer(language, RULES) for language in ("zh", "en"))


@pytest.mark.parametrize(
    ("rule", "evidence", "zh", "en"),
    [
        ("context/just-joined", "0.2 d", "进群 0.2 天", "0.2 days in the room"),
        ("context/regular", "63 msg", "说过 63 句", "63 messages"),
        ("language/few-words", "4 < 8", "4 字，不到 8 字", "4 characters, fewer than 8"),
        ("context/trade-room", "ads_allowed", "本群可以发广告", "this room allows ads"),
        ("behaviour/flood", "8 / 10 s", "8 条，10 秒之内", "8 messages in 10 seconds"),
        (
            "behaviour/unwanted-type",
            "miniprogram: 2 > 1",
            "小程序，24 小时内第 2 条，本群允许 1 条",
            "mini-program, number 2 in 24 hours, where 1 may pass",
        ),
        ("behaviour/befriending", "×3", "3 次", "3 times"),
        ("behaviour/mass-mention", "@all", "点名：所有人", "called: everybody"),
        ("behaviour/mass-mention", "@ ×7", "点名：7", "called: 7"),
        ("behaviour/newcomer-brings", "contact_card", "名片", "card"),
        ("behaviour/newcomer-brings", "code", "二维码", "QR code"),
        ("pictures/seen", "0f1e2d3c4b5a6978", "和那张图几乎一样", "nearly the same picture"),
        (
            "ads/work-lure",
            "加V … 4 < 8 {} {{ name }}",
            "加V … 4 < 8 {} {{ name }}",
            "加V … 4 < 8 {} {{ name }}",
        ),
        ("gone/rule", "0.2 d", "0.2 d", "0.2 d"),
        ("context/just-joined", "", "", ""),
    ],
)
def test_evidence_is_told_in_the_readers_language(rule, evidence, zh, en):
    assert ZH.evidence(evidence, rule) == zh
    assert EN.evidence(evidence, rule).lower() == en.lower()


def test_staff_is_asked_without_machine_words():
    case = {"case": 1, "name": "小林", "room": "母婴群", "excerpt": "步数打卡", "level": "remind"}
    reasons = ({"rule": "behaviour/unwanted-type", "evidence": "miniprogram: 1 > 0"},)
    words = Words("staff.ask", {**case, "count": 1, "reasons": reasons, "reasons_more": 0, "reports": 0})
    assert "小程序，24 小时内第 1 条，本群允许 0 条" in ZH.render(words)
    assert "miniprogram" not in ZH.render(words)
