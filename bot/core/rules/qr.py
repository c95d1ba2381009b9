"""Rule kind `qr`: a code in a picture, judged by what it leads to; a payment or a form is no invitation."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from bot.core.rules.kind import Found, Needs, RuleSpec

if TYPE_CHECKING:
    from bot.core.events import MessageType
    from bot.core.rules.engine import Engine
    from bot.core.rules.registry import RuleSet
    from bot.core.rules.view import View

Leads = Literal["person", "group", "payment", "form", "official", "elsewhere"]

# The platforms' own addresses, as their codes have them (seen in their apps' share dialogues): a host, which
# stands for what lies under it too, and how its path begins. The first that fits decides.
_SITES: tuple[tuple[Leads, tuple[str, ...]], ...] = (
    (
        "group",
        (
            *("weixin.qq.com/g/", "work.weixin.qq.com/gm/", "jq.qq.com", "qm.qq.com", "qun.qq.com"),
            *("qq.com/cgi-bin/qm/", "t.me/joinchat", "t.me/+", "line.me/ti/g", "line.me/r/ti/g"),
            *("chat.whatsapp.com", "discord.gg", "discord.com/invite"),
        ),
    ),
    (
        "person",
        (
            *("u.wechat.com", "work.weixin.qq.com/ca/", "work.weixin.qq.com/u/", "work.weixin.qq.com/kfid/"),
            *(
                "weixin.qq.com/r/",
                "weixin.qq.com/x/",
                "wx.qq.com/u",
                "t.me",
                "line.me/ti/p",
                "line.me/r/ti/p",
            ),
            *("wa.me", "api.whatsapp.com/send"),
        ),
    ),
    (
        "payment",
        (
            *("qr.alipay.com", "payapp.weixin.qq.com", "pay.weixin.qq.com", "payapp.wechatpay.cn"),
            *("pay.wechatpay.cn", "tenpay.com", "qr.95516.com", "qpay.qq.com", "i.qianbao.qq.com"),
        ),
    ),
    (
        "form",
        (
            *("docs.qq.com", "kdocs.cn", "wjx.cn", "wjx.top", "wj.qq.com", "jinshuju.net", "jinshuju.com"),
            *("shimo.im", "feishu.cn", "yuque.com", "dingtalk.com", "jielong.com", "qunjielong.com"),
            *("jielong.co", "meeting.tencent.com", "wenjuan.com", "mikecrm.com", "forms.gle"),
            *("docs.google.com/forms", "forms.office.com"),
        ),
    ),
    (
        "official",
        (
            *("gov.cn", "edu.cn", "12306.cn", "taobao.com", "tmall.com", "jd.com", "bilibili.com"),
            *("github.com", "douyin.com", "mp.weixin.qq.com", "weibo.com", "wikipedia.org", "people.com.cn"),
        ),
    ),
)
_SCHEMES: dict[str, Leads] = {
    "wxp": "payment",
    "alipay": "payment",
    "alipays": "payment",
    "alipayqr": "payment",
    "tg": "person",
    "wxwork": "person",
}
_address = re.compile(
    r"(?:([a-z][a-z0-9+.\-]*):/{0,3})?(?:[^/?#@]*@)*([^/?#:@\s]*)(?::\d+)?([^\s]*)", re.DOTALL
)


class Spec(RuleSpec, frozen=True, kw_only=True, tag="qr"):
    """A code rule: hits where a code leads to any of `leads`.

    `newcomers`: only where its sender came within the days in which the room is careful.
    """

    leads: Annotated[tuple[Leads, ...], msgspec.Meta(min_length=1)]
    newcomers: bool = False

    def prepare(self, engine: Engine) -> CodeWatcher:  # noqa: ARG002 - nothing to register
        """Return the watcher."""
        return CodeWatcher(frozenset(self.leads), self.newcomers)


class CodeWatcher(msgspec.Struct, frozen=True):
    """Hits on a picture's codes."""

    leads: frozenset[Leads]
    newcomers: bool = False
    types: frozenset[MessageType] | None = frozenset({"image"})
    needs: Needs = "carries"
    adjusts: bool = False

    def look(self, view: View, rules: RuleSet) -> Found | None:  # noqa: ARG002 - shape of Watcher
        """Return what the code says."""
        image = view.message.image
        if image is None or (self.newcomers and (view.scene is None or not view.scene.is_newcomer)):
            return None
        return next((Found(code[:60]) for code in image.qr if leads_to(code) in self.leads), None)


@functools.cache
def _paths() -> dict[str, tuple[tuple[str, Leads], ...]]:
    """Return by host how the paths begin that lead somewhere, in their order."""
    paths: dict[str, tuple[tuple[str, Leads], ...]] = {}
    for lead, sites in _SITES:
        for site in sites:
            host, slash, path = site.partition("/")
            paths[host] = (*paths.get(host, ()), (slash + path, lead))
    return paths


def leads_to(code: str) -> Leads:
    """Return what a code's content leads to.

    Args:
        code: what was read from it.
    """
    match = _address.match(code.strip().lower())
    if match is None:
        return "elsewhere"
    scheme, host, path = match.groups()
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if scheme not in {None, "http", "https"}:
        return "elsewhere"
    above = host
    while above:
        for begins, lead in _paths().get(above, ()):
            if path.startswith(begins):
                return lead
        above = above.partition(".")[2]
    return "elsewhere"
