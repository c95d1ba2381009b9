"""Ways to be contacted, as they are written in group chats.

The patterns read the plain view (`normalise.plain`). They are linear-time (RE2), so no input can
make them slow. A contact alone is innocent: order numbers, shop links and phone numbers are
ordinary talk. It counts only together with an offer (`rules/contact_offer.py`).
"""

from __future__ import annotations

from typing import Literal

ContactKind = Literal["wechat", "qq", "phone", "link", "call"]

CONTACT_PATTERNS: dict[ContactKind, tuple[str, ...]] = {
    "wechat": (
        r"(?:微信号?|薇信?|威信|徽信|v信|vx|wx|wechat|weixin|加v|\+v|加微|➕v|v[::])[号是为]?\s*[::]?\s*[a-z][a-z0-9_-]{4,19}",
        r"(?:加|\+|➕)\s*(?:我|下|个|一下)?\s*(?:微信?|薇信?|威信|徽信|v信?|vx|wx)(?:[^a-z]|$)",
        r"(?:微信|v信|vx|wx)\s*(?:同号|联系|咨询|详聊|私聊)",
    ),
    "qq": (
        r"(?:qq|扣扣|企鹅|q群|扣群|群号|裙)\s*(?:号|群)?\s*[::]?\s*[1-9]\d{5,10}",
        r"(?:加|进|\+)\s*(?:q|qq|扣扣|扣|企鹅)\s*群?\s*[::]?\s*[1-9]\d{5,10}",
    ),
    "phone": (
        r"(?:^|[^\d])1[3-9]\d{9}(?:[^\d]|$)",
        r"(?:电话|手机|致电|咨询热线|热线)\s*[::]?\s*[\d-]{7,13}",
    ),
    "link": (
        r"https?://[a-z0-9.-]+\.[a-z]{2,}",
        r"(?:^|[^a-z0-9.@])(?:[a-z0-9-]{1,40}\.){1,3}(?:com|cn|net|top|vip|xyz|cc|shop|club|me|live|fun|site|online|example)(?:[^a-z0-9]|$)",
    ),
    "call": (
        r"(?:私聊|私信|私|滴滴|滴|戳|联系|加|找|pm|dd)\s*(?:一下)?我(?:拿|领|要|报名|进群|咨询|了解|详聊|哦|呀|即可|就行|,|。|!|~|$)",
        r"(?:扫码|扫一扫|识别二维码|长按识别|扫下方)",
        r"(?:进|入|加|拉你?进)群(?:领|拿|学|抢|了解|免费|看|听|享|一起赚)",
        r"(?:想要|需要|有意|有需要|感兴趣|要)的?(?:宝子|姐妹|朋友|家人|亲|老板|兄弟|宝妈)*(?:们)?\s*(?:可以|请|就|都)?\s*(?:私|滴|联系|扣1|扣一|加|找我|来找)",
    ),
}
