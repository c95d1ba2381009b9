"""`/tag @somebody 高价值` (标签): tags that staff set by hand; `-高价值` takes one off, nothing lists them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bot.core.commands.command import Call, Command
from bot.core.commands.whom import rooms_of, whom

if TYPE_CHECKING:
    from bot.core.effects import Row

_LONGEST = 12
_MOST = 12


def run(call: Call) -> None:
    """Show which tags there are, or set and take off somebody's."""
    if call.rest:
        _set(call)
        return
    draft = call.draft
    people = {
        member.member
        for room in rooms_of(call)
        for member in draft.state.members.get(room.room, {}).values()
        if member.present
    }
    counts = Counter(tag for one in people for tag in draft.person(one).tags)
    rows: tuple[Row, ...] = tuple({"tag": tag, "count": count} for tag, count in counts.most_common(_MOST))
    call.reply_private("tag.overview", rows=rows)


def _set(call: Call) -> None:
    meant = whom(call, call.rest)
    if meant is None:
        return
    draft, member = call.draft, meant.member
    person = draft.person(member.member)
    tags = list(person.tags)
    for word in meant.rest.replace("\u3000", " ").replace("，", " ").replace("、", " ").split():
        off = word[0] in "-—－"
        tag = word.lstrip("-—－+#")[:_LONGEST]
        if off:
            tags = [one for one in tags if one != tag]
        elif tag and tag not in tags:
            tags.append(tag)
    tags = tags[:_MOST]
    if tuple(tags) != person.tags:
        draft.put(msgspec.structs.replace(person, tags=tuple(tags)))
    quiet = draft.policy.settings.checkin.leave_alone_tag in tags
    call.reply_private("tag.set", name=member.name or member.member, tags="、".join(tags), quiet=quiet)


COMMAND = Command(
    names=("tag", "标签"),
    where=("room", "private"),
    usage="/tag @某人 高价值（-高价值 去掉）",
    help_zh="给人打标签；只有管理员看得到，标了 不打扰 就不再主动私信 TA",
    help_en="tags for staff alone; the tag 不打扰 keeps check-ins away",
    run=run,
)
