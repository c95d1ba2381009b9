"""Tells what happens in a simulated community as a story for the terminal: talk, verdicts, deeds."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.channels.simulator.scene import Scene
from bot.channels.simulator.telling import one_line
from bot.channels.simulator.world import World
from bot.core.draft import Decision
from bot.core.effects import Digest
from bot.core.events import Event, Message, Receipt
from bot.core.members.checkin.records import CheckIn
from bot.shell.render import Renderer

_WEEKDAYS = "一二三四五六日"
_CONTEXT = 2


_A_WEEK = 7
# As many reasons as staff reads in the chat.
_REASONS = 4


class Story:
    """Prints what is worth reading; ordinary talk is kept back and counted unless `everything`."""

    def __init__(
        self, world: World, renderer: Renderer, say: Callable[[str], None], *, everything: bool
    ) -> None:
        """Watch a world.

        Args:
            world: where things happen.
            renderer: words a rule's reason.
            say: prints a line.
            everything: print all talk instead of only what surrounds a deed.
        """
        self._world, self._renderer, self._say, self._everything = world, renderer, say, everything
        self._zone = ZoneInfo(world.community.timezone)
        self._held: list[tuple[str | None, str]] = []
        self._quiet = 0
        self._day = ""
        self._digests: set[str] = set()
        self._last_digest: Scene | None = None
        world.watch(self._scene)

    def decided(self, event: Event, decision: Decision) -> None:
        """Tell a verdict that is not plain `ok`, with its reasons, and who came back after a check-in."""
        for effect in decision.effects:
            if isinstance(effect, Digest):
                self._digests.add(self._renderer.render(effect.words))
        if isinstance(event, Message) and _came_back(event, decision):
            self._release(event.room)
            self._say("        👋 被问候过，回到群里说话了")
        if isinstance(event, Message) and decision.verdict is not None and decision.verdict != "ok":
            self._release(event.room)
            reasons = sorted((s for s in decision.reasons if s.weight > 0), key=lambda s: -s.weight)
            why = "；".join(
                f"{self._renderer.why(s.rule)}（{self._renderer.evidence(s.evidence, s.rule)}）"
                for s in reasons[:_REASONS]
            )
            if len(reasons) > _REASONS:
                why += f"，另有 {len(reasons) - _REASONS} 条依据"
            verdict = self._renderer.name("verdict", decision.verdict)
            mode = "" if not decision.recorded else "，本群只观察，记下不处理"
            self._say(f"        ⚖️  判断：{verdict}（{decision.score:.2f} 分）因为{why}{mode}")
            if not decision.effects and not decision.recorded:
                self._say("        …… 并入刚才的案卷，不重复处理")
        elif isinstance(event, Receipt) and event.effect_kind == "remove":
            found = (
                "已核对成员名单，人确实不在了"
                if event.outcome == "done"
                else "核对成员名单，人还在：没有成功"
            )
            self._say(f"        ✔️  回执：{found}" if event.outcome == "done" else f"        ❗ 回执：{found}")

    def close(self) -> None:
        """Tell what is still held back."""
        self._count_quiet()
        if self._last_digest is not None:
            self._headline(self._last_digest)
            self._say(one_line(self._last_digest, self._world))

    def _scene(self, scene: Scene) -> None:
        line = one_line(scene, self._world)
        if self._world.community.days > _A_WEEK and not self._everything and scene.text in self._digests:
            self._last_digest = scene  # a month of daily reports is no story: the last one says it all
            return
        self._headline(scene)
        ordinary = scene.what == "said" and not scene.by_account and scene.room is not None
        if self._everything or not ordinary or scene.text.startswith(("/", "踢")):
            self._release(scene.room)
            self._say(line)
            return
        self._held.append((scene.room, line))
        self._quiet += 1

    def _headline(self, scene: Scene) -> None:
        """Begin a day, once."""
        here = scene.at.astimezone(self._zone)
        day = f"━━━━ {here.month} 月 {here.day} 日 星期{_WEEKDAYS[here.weekday()]} ━━━━"
        if day != self._day:
            self._release(None)
            self._day = day
            self._say(f"\n{day}")

    def _release(self, room: str | None) -> None:
        """Print the last words kept back from the same room, for context, and count the others."""
        context = [line for where, line in self._held if where == room][-_CONTEXT:] if room else []
        self._quiet -= len(context)
        self._count_quiet()
        self._held.clear()
        for line in context:
            self._say(line)

    def _count_quiet(self) -> None:
        if self._quiet:
            self._say(f"        … 这期间大家又聊了 {self._quiet} 句")
            self._quiet = 0


def _came_back(event: Message, decision: Decision) -> bool:
    """Return whether somebody talks in the room again for the first time since they were asked."""
    return any(isinstance(change, CheckIn) and change.returned_at == event.at for change in decision.changes)
