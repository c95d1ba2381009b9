"""Rule kind `qr`: a code in a picture, judged by what it leads to; a payment or a form is no invitation."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.rules.engine import compiled
from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

Leads = Literal["person", "group", "payment", "form", "official", "elsewhere"]

# The platforms' own addresses, as their codes have them (seen in their apps' share dialogues).
_LEADS: tuple[tuple[Leads, str], ...] = (
    (
        "group",
        (
            r"weixin\.qq\.com/g/|work\.weixin\.qq\.com/gm/|(?:jq|qm|qun)\.qq\.com|qq\.com/cgi-bin/qm/|"
            r"t\.me/(?:joinchat|\+)|line\.me/ti/g|chat\.whatsapp\.com|discord\.gg"
        ),
    ),
    (
        "person",
        (
            r"u\.wechat\.|work\.weixin\.qq\.com/(?:ca|u|kfid)/|weixin\.qq\.com/[rx]/|wxwork|wx\.qq\.com/u|t\.me/|"
            r"line\.me/ti/p|wa\.me/|tg://"
        ),
    ),
    ("payment", r"^wxp://|^alipay|qr\.alipay\.com|payapp\.weixin|pay\.|^https?://qr\.95516"),
    (
        "form",
        (
            r"docs\.qq\.com|kdocs\.cn|wjx\.(?:cn|top)|wj\.qq\.com|jinshuju|shimo\.im|feishu\.cn|yuque\.com|dingtalk|"
            r"jielong|qunjielong|meeting\.tencent|form|checkin|signup|baoming|/event"
        ),
    ),
    (
        "official",
        (
            r"\.gov\.cn|\.edu\.cn|12306|taobao\.com|tmall\.com|jd\.com|bilibili\.com|github\.com|douyin\.com|"
            r"mp\.weixin\.qq\.com|weibo\.com|wiki|people\.com\.cn|library|museum|hospital|park|fapiao|invoice"
        ),
    ),
)


class Spec(RuleSpec, frozen=True, kw_only=True, tag="qr"):
    """A code rule: hits where a code leads to any of `leads`."""

    leads: Annotated[tuple[Leads, ...], msgspec.Meta(min_length=1)]

    def prepare(self, engine: Engine) -> CodeWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return CodeWatcher(frozenset(self.leads))


class CodeWatcher(msgspec.Struct, frozen=True):
    """Hits on a picture's codes."""

    leads: frozenset[Leads]
    types: frozenset[MessageType] | None = frozenset({"image"})
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return what the code says."""
        image = view.message.image
        if image is None:
            return None
        return next((Found(code[:60]) for code in image.qr if leads_to(code) in self.leads), None)


@functools.cache
def _patterns() -> tuple[tuple[Leads, object], ...]:
    return tuple((lead, compiled(pattern)) for lead, pattern in _LEADS)


def leads_to(code: str) -> Leads:
    """Return what a code's content leads to.

    Args:
        code: what was read from it.
    """
    folded = code.strip().lower()
    return next((lead for lead, pattern in _patterns() if pattern.search(folded)), "elsewhere")  # type: ignore[attr-defined]
