"""What a failed call means for its effect: surely not carried out, refused for good, or nobody knows."""

from __future__ import annotations

import re

from grpclib.const import Status
from grpclib.exceptions import GRPCError

from bot.errors import (
    ChannelError,
    ChannelRejectedError,
    NotAllowedError,
    NotDeliveredError,
    NotFriendError,
    UndecidedError,
)

# Puppets answer with an error's text and the status INTERNAL or UNKNOWN, whatever it was about: the text
# decides. The words are those of puppets in use and of WeChat's own answers.
_STRANGER = re.compile(r"not (?:a |your |my )?friend|不是.{0,6}(?:好友|朋友)|非好友|朋友验证", re.IGNORECASE)
_REFUSED = re.compile(
    r"permission|forbidden|denied|not allowed|not permitted|no right|not supported|unsupported|blocked"
    r"|not (?:the |an? )?(?:room |group )?(?:owner|admin|manager|member)|not in (?:the )?(?:room|group)"
    r"|no (?:such|payload)|not (?:found|exist)|does(?:n't| not) exist"
    r"|无权|没有权限|权限不足|不是(?:群主|管理员)|不支持|不在群|拉黑|不存在",
    re.IGNORECASE,
)
# The gateway itself did not get an answer from the platform in time.
_NO_ANSWER = re.compile(r"time(?:d)? ?out|ETIMEDOUT|ECONNRESET|socket hang up|超时", re.IGNORECASE)

_FOR_GOOD = frozenset(
    {Status.PERMISSION_DENIED, Status.UNIMPLEMENTED, Status.NOT_FOUND, Status.INVALID_ARGUMENT}
)
_UNKNOWN_END = frozenset({Status.DEADLINE_EXCEEDED, Status.CANCELLED, Status.UNAVAILABLE, Status.ABORTED})

LONGEST_DETAIL = 120


def meaning_of(error: GRPCError, call: str, gateway: str) -> ChannelError:
    """Return the error of ours that an error answer amounts to.

    Args:
        error: The gateway's answer. Of UNAUTHENTICATED the text is never repeated: it quotes the token.
        call: The name of the call, for the message.
        gateway: host:port, for the message.
    """
    if error.status is Status.UNAUTHENTICATED:
        return ChannelRejectedError(
            f"the gateway at {gateway} refuses the token: put the right one into QUNGUAN_WECHATY_TOKEN "
            "(or token under [wechaty] in qunguan.toml) and start again"
        )
    # The new generation appends the puppet's stack: names in it ("timeoutPromise") mean nothing.
    text = (error.message or "").partition("\n")[0]
    told = f"{call}: the gateway answered {error.status.name}: {text[:LONGEST_DETAIL]}"
    if error.status in _UNKNOWN_END or _NO_ANSWER.search(text):
        return UndecidedError(told)
    if _STRANGER.search(text):
        return NotFriendError(told)
    if error.status in _FOR_GOOD or _REFUSED.search(text):
        return NotAllowedError(told)
    return NotDeliveredError(told)
