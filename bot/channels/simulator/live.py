"""Lets a person at the terminal speak as any member of the community, while the bot looks on."""

from __future__ import annotations

import asyncio
import codecs
import difflib
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterable

from bot.channels.simulator.scene import Content, Scene
from bot.channels.simulator.telling import one_line
from bot.channels.simulator.world import World

HELP = """\
想让谁说话，就这样写：
  小林妈妈: 大家好        在当前群里，以小林妈妈的身份说
  private 木木: 我想问…   木木私聊机器人（也可以写「私聊 木木: …」）
  friend 名字             让一个人加机器人为好友，加上以后才能私聊
  #跑 或 /room 2          换一个群
  @who                    看看群里都有谁
  join 名字               让一个人进群（只写 join，看看谁在门外）
  leave 名字              让一个人离开
  help · quit             再看一遍这里 · 回家"""

LONGEST = 4000
"""Characters of one typed line that are read; the platform itself takes no longer message."""

_LONGEST_NAME = 20
_PRIVATE = ("private", "私聊")
_KEPT = "\u2005\u200d"
"""What WeChat writes after a mention, and what joins the parts of an emoji."""
_BYE = {"quit", "exit", "退出", "再见"}
_HELP = {"help", "帮助", "?", "？"}
_WHO = {"@who", "who", "@谁"}


class Table:
    """The seat at the terminal: reads lines, lets people act, shows what happens."""

    def __init__(
        self, world: World, show: Callable[[str], None], room: str | None = None, *, onlook: bool = True
    ) -> None:
        """Sit down in `room` (the first one if None); `show` gets every line for the person.

        With `onlook` false it gets answers only: somebody else tells what happens in the world.
        """
        self._world = world
        self._show = show
        self.room = room if room is not None else next(iter(world.plans))
        if onlook:
            world.watch(self._tell)

    def _tell(self, scene: Scene) -> None:
        if scene.by_account or scene.what != "said":
            self._show(one_line(scene, self._world))

    def greet(self) -> None:
        """Say where the person sits and what can be typed."""
        self._show(HELP)
        self._show(self._seat())

    def type(self, line: str) -> bool:
        """Do what a typed line says, whatever it is; returns False when the person wants to leave."""
        valid = line[:LONGEST].encode("utf-8", "replace").decode()
        text = "".join(c if c.isprintable() or c in _KEPT else " " for c in valid).strip()
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if text.lower() in _BYE:
            self._show("好的，下次再来坐坐 👋")
            return False
        if not text:
            return True
        if text.lower() in _HELP:
            self._show(HELP)
        elif text.lower() in _WHO:
            self._who()
        elif word == "/room":
            self._go(rest)
        elif text.startswith("#"):
            self._go(text[1:].strip())
        elif word.lower() == "join":
            self._join(rest)
        elif word.lower() == "leave":
            self._leave(rest)
        elif word.lower() == "friend":
            self._befriend(rest)
        elif word.lower() in _PRIVATE:
            self._speak(rest, private=True)
        else:
            self._speak(text, private=False)
        return True

    # -- what can be typed -------------------------------------------------------------------

    def _go(self, name: str) -> None:
        plans = list(self._world.plans.values())
        if name.isdecimal() and 1 <= int(name[:9]) <= len(plans):
            chosen = plans[int(name[:9]) - 1].id
        else:
            chosen = next((p.id for p in plans if name and (name == p.id or name in p.topic)), "")
        if chosen:
            self.room = chosen
            self._show(self._seat())
            return
        rooms = "  ".join(f"{i} {p.topic}" for i, p in enumerate(plans, 1))
        self._show(f"没找到「{name}」这个群，可以去：{rooms}（例如 /room 1）")

    def _who(self) -> None:
        world, room = self._world, self.room
        staff = {world.owners[room], *world.staff[room]}
        there = sorted(world.present[room], key=lambda m: (m not in staff, m))
        self._show(
            f"{self._seat()}\n" + "、".join(world.names[m] + ("⭐" if m in staff else "") for m in there)
        )

    def _join(self, name: str) -> None:
        world = self._world
        outside = [m for m in world.names if m not in world.present[self.room]]
        if not name:
            self._show(
                "门外还有：" + ("、".join(world.names[m] for m in outside) or "没有人了，大家都在群里")
            )
            return
        who = self._find(name)
        if who is None:
            return
        if who in world.present[self.room]:
            self._show(f"{world.names[who]} 已经在群里啦")
            return
        world.join(self.room, who)

    def _leave(self, name: str) -> None:
        if not name:
            self._show("谁要离开呢？例如：leave 阿泽")
            return
        who = self._find(name, here=True)
        if who is not None:
            self._world.leave(self.room, who)

    def _befriend(self, name: str) -> None:
        who = self._find(name)
        if who is None:
            return
        if who in self._world.friends:
            self._show(f"{self._world.names[who]} 和机器人已经是好友啦")
            return
        self._world.ask_friend(who, f"我是{self._world.names[who]}")

    def _speak(self, text: str, *, private: bool) -> None:
        name, colon, words = text.replace("：", ":", 1).partition(":")
        name, words = name.strip(), words.strip()
        if not colon or not name or not words:
            self._show("这句话是谁说的呢？写成「名字: 想说的话」就好，输入 help 看看都能做什么")
            return
        who = self._find(name, here=not private)
        if who is None:
            return
        if private and who not in self._world.friends:
            self._show(f"{name} 还不是机器人的好友，微信里私聊不了；可以先写「friend {name}」")
            return
        self._world.say(who, Content(text=words), room=None if private else self.room)

    def _find(self, name: str, *, here: bool = False) -> str | None:
        """Return whom a name means; else tell the person who may have been meant."""
        world = self._world
        people = {n: m for m, n in world.names.items() if m != world.account}
        there = {n: m for n, m in people.items() if m in world.present[self.room]}
        wanted = there if here else people
        if name in wanted:
            return wanted[name]
        shown = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
        if name in people:
            self._show(f"{shown} 不在这个群里，可以先写「join {shown}」")
            return None
        near = _nearest(name, wanted)
        self._show(
            f"没有找到「{shown}」" + (f"，是想找 {near} 吗？" if near else "，输入 @who 看看群里都有谁")
        )
        return None

    def _seat(self) -> str:
        world = self._world
        return f"—— 你在「{world.plans[self.room].topic}」，群里 {len(world.present[self.room])} 人 ——"


def _nearest(name: str, names: Iterable[str]) -> str:
    known = list(names)
    short = name[:_LONGEST_NAME]
    inside = [n for n in known if short in n or n in short]
    near = dict.fromkeys(inside + difflib.get_close_matches(short, known, n=3, cutoff=0.3))
    return "、".join(list(near)[:3])


async def typed_lines(descriptor: int = 0) -> AsyncIterator[str]:
    """Yield the lines of a terminal, pipe or file (UTF-8, what is not becomes U+FFFD) until its end.

    Reading happens in a thread of its own, so a person who thinks for long holds up nobody; the
    thread ends with the program.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        decode, rest = codecs.getincrementaldecoder("utf-8")("replace").decode, ""
        try:
            while chunk := os.read(descriptor, 65_536):
                *lines, rest = (rest + decode(chunk)).split("\n")
                for line in lines:
                    loop.call_soon_threadsafe(queue.put_nowait, line)
            loop.call_soon_threadsafe(queue.put_nowait, rest + decode(b"", True))
            loop.call_soon_threadsafe(queue.put_nowait, None)
        except RuntimeError:
            return  # the loop is closed: nobody reads what is typed any more

    threading.Thread(target=read, name="typed-lines", daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line


async def converse(
    world: World,
    lines: AsyncIterator[str],
    show: Callable[[str], None],
    room: str | None = None,
    *,
    onlook: bool = True,
) -> None:
    """Let a person take part until they quit or the lines end; arguments as of `Table`."""
    table = Table(world, show, room, onlook=onlook)
    table.greet()
    async for line in lines:
        if not table.type(line):
            return
