"""Tells a scene in one line, for people who look on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.channels.simulator.scene import Scene
from bot.channels.simulator.world import World

_MARKS = {
    "joined": "👋 {name} 进群了{by}",
    "left": "🚪 {name} 离开了群",
    "removed": "🚫 {name} 把 {to} 请出了群",
    "kick_failed": "⚠️ {name} 请 {to} 离开，平台说好，人却还在",
    "renamed": "🏷️ {text} 改名叫 {name}",
    "recalled": "↩️ {name} 撤回了一条消息",
    "friend_asked": "🤝 {name} 想加 {to} 为好友：{text}",
    "befriended": "🤝 {name} 和 {to} 成了好友",
    "refused": "⛔ 平台没让 {name} 发出去：{text}",
    "lost": "❓ 没等到平台回音，这句没有发出去：{text}",
    "absent": "（{name} 已经不在群里，话没有说出口）",
}


def one_line(scene: Scene, world: World) -> str:
    """Return a scene as a line of Chinese, with the local time and the room (or 私聊) in front."""
    here = scene.at.astimezone(ZoneInfo(world.community.timezone))
    place = _place(scene, world)
    to = "、".join(world.names.get(t, t) for t in scene.to)
    text = scene.text.replace("\r\n", "\n").replace("\n", "\n        ")
    if scene.what == "said":
        speaker = f"🤖 {scene.name}" if scene.by_account else scene.name
        told = f"{speaker} → {to}：{text}" if scene.room is None else f"{speaker}：{text}"
    else:
        by = f"（{to} 邀请）" if to else ""
        told = _MARKS[scene.what].format(name=scene.name, to=to, text=text, by=by)
    return f"{here:%H:%M} {place}{told}"


def _place(scene: Scene, world: World) -> str:
    if scene.room is not None:
        return f"[{world.plans[scene.room].topic}] "
    return "[私聊] " if scene.what != "renamed" else ""  # a name is changed nowhere in particular
