"""A scene with a small playbook, where a quarrel is raised by hand and people answer by keywords."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.core.care import desk
from bot.core.care.records import Care, Track
from bot.core.conflict.news import Calmed, Raised, Turn
from bot.core.draft import Decision, Draft
from bot.core.effects import Effect
from bot.core.events import Due
from bot.core.playbook.model import Playbook
from bot.core.policy import Policy
from bot.core.records import Mode
from bot.core.replies.cue import Cue
from bot.core.replies.reader import ReplyReader
from tests.core.scene import OPERATOR, OWNER, RULES, STAFF, Scene, settings

__all__ = ["OPERATOR", "OWNER", "STAFF", "Care", "CareScene"]


def _step(step: str, purpose: str, replies: dict[str, str], **more: Any) -> dict[str, Any]:
    wait = {"hours": 24, "then": "end:no-answer"}
    return {
        "id": step,
        "role": "party",
        "purpose": purpose,
        "zh": [f"{step}一，{{name}}", f"{step}二，{{name}}", f"{step}三，{{name}}"],
        "wait": wait,
        "replies": replies,
        **more,
    }


TITLE = {"zh": "题", "en": "title"}
TABLE: dict[str, Any] = {
    "id": "quarrel",
    "title": TITLE,
    "about": TITLE,
    "for_kinds": ["dispute"],
    "room_line": {"zh": ["大家先缓一缓"]},
    "proposal": {"zh": ["分别跟{parties}聊"]},
    "roles": [{"id": "party", "who": "party", "title": TITLE, "first": "soothe"}],
    "replies": {"question": "handover"},
    "steps": [
        _step(
            "soothe",
            "soothe",
            {
                "calm": "praise",
                "accept": "praise",
                "other": "praise",
                "angry": "stay",
                "refuse": "end:declined",
            },
            keep="story",
            wait={"hours": 24, "then": "end:no-answer", "reminder": {"hours": 8, "zh": ["不催你"]}},
        ),
        _step(
            "praise",
            "praise",
            {"calm": "offer", "accept": "offer", "other": "offer", "angry": "handover", "refuse": "offer"},
            zh=["{credit}说说吧", "{credit}你说", "{credit}慢慢说"],
        ),
        _step(
            "offer",
            "resolve",
            {"calm": "offer", "accept": "end:agreed", "other": "stay", "angry": "stay", "refuse": "handover"},
            keep="agreement",
        ),
        _step(
            "next-day",
            "follow_up",
            dict.fromkeys(("calm", "accept", "other", "refuse"), "end:settled") | {"angry": "handover"},
        ),
    ],
    "partings": {
        "human": {"zh": ["我请{staff}来"]},
        "handover": {"zh": ["{staff}接着聊"]},
        "safety": {"zh": ["别一个人扛，12356"]},
        "safety-violence": {"zh": ["先停一停，有事打110"]},
        "agreed": {"zh": ["谢谢你肯退一步"]},
    },
    "outcomes": [
        {
            "id": "agreed",
            "title": {"zh": "说开了", "en": "settled"},
            "good": True,
            "room": {"zh": ["聊点开心的"]},
        },
        {"id": "settled", "title": TITLE, "good": True},
        {"id": "declined", "title": TITLE},
        {"id": "no-answer", "title": TITLE},
        {"id": "opted-out", "title": TITLE},
    ],
    "followups": [
        {"hours": 24, "role": "party", "step": "next-day", "after": ["agreed"]},
        {"hours": 168, "role": "party", "step": "next-day", "after": ["agreed"]},
    ],
    "credit": [{"id": "plain", "zh": ["你是个实在人。"], "en": ["You are honest."]}],
    "asides": {
        "which-number": {"zh": ["要第几个呢", "哪个号"]},
        "no-picture": {"zh": ["我看不了图"]},
        "no-voice": {"zh": ["我听不了语音"]},
        "unclear": {"zh": ["没看懂"]},
    },
}

SAFETY: dict[str, Any] = {
    "id": "safety",
    "title": TITLE,
    "about": TITLE,
    "for_kinds": ["safety"],
    "proposal": {"zh": ["马上联系{parties}"]},
    "roles": [
        {"id": "party", "who": "party", "title": TITLE, "first": "care"},
        {
            "id": "violent",
            "who": "party",
            "title": TITLE,
            "first": "care-violence",
            "danger": "violence",
        },
    ],
    "steps": [
        {"id": "care", "role": "party", "purpose": "soothe", "zh": ["我很在意，12356"], "then": "human"},
        {
            "id": "care-violence",
            "role": "violent",
            "purpose": "soothe",
            "zh": ["先停下来，110"],
            "then": "human",
        },
    ],
    "outcomes": [{"id": "opted-out", "title": TITLE}],
    "promises": {"human_hours": 0.25, "resolved_hours": 24},
    "dangers": {"violence": ["弄死"]},
}

ONE_SIDED: dict[str, Any] = {
    **TABLE,
    "roles": [
        *TABLE["roles"],
        {"id": "target", "who": "target", "title": TITLE, "first": "target-soothe"},
        {"id": "attacker", "who": "attacker", "title": TITLE, "first": "attacker-soothe"},
    ],
    "steps": [
        *TABLE["steps"],
        _step(
            "target-soothe",
            "soothe",
            dict.fromkeys(("calm", "other", "angry", "accept", "refuse"), "end:agreed"),
            role="target",
        ),
        _step(
            "attacker-soothe",
            "soothe",
            dict.fromkeys(("calm", "other", "angry", "accept", "refuse"), "end:agreed"),
            role="attacker",
        ),
    ],
}

COMPLAINT: dict[str, Any] = {
    **TABLE,
    "id": "complaint",
    "for_kinds": ["complaint"],
    "room_line": {"zh": ["我来跟"]},
    "steps": [
        _step("soothe", "soothe", dict.fromkeys(("calm", "other", "angry", "accept", "refuse"), "options")),
        _step(
            "options",
            "resolve",
            dict.fromkeys(("calm", "other", "accept"), "end:agreed")
            | {"angry": "stay", "refuse": "handover"},
            zh=["可以{options}", "还是{options}", "看看{options}"],
            needs=["options"],
            without="handover",
            keep="choice",
        ),
    ],
    "followups": [],
}

FACTION: dict[str, Any] = {
    **TABLE,
    "id": "faction",
    "for_kinds": ["faction"],
    "roles": [
        {"id": "leader", "who": "ringleader", "title": TITLE, "first": "soothe"},
        {"id": "party", "who": "party", "title": TITLE, "first": "one-line"},
        {"id": "staff", "who": "staff", "title": TITLE, "first": "keep-calm"},
        {"id": "room", "who": "room", "title": TITLE},
    ],
    "steps": [
        _step(
            "soothe",
            "soothe",
            dict.fromkeys(("calm", "other", "angry", "accept", "refuse"), "end:agreed"),
            role="leader",
        ),
        _step(
            "one-line", "soothe", dict.fromkeys(("calm", "other", "angry", "accept", "refuse"), "end:agreed")
        ),
        {
            "id": "keep-calm",
            "role": "staff",
            "purpose": "inform",
            "zh": ["先别在群里争"],
            "then": "end:agreed",
        },
        {
            "id": "topic",
            "role": "room",
            "purpose": "topic",
            "zh": ["聊聊{topic}"],
            "needs": ["topic"],
            "then": "end:agreed",
        },
    ],
    "followups": [{"hours": 48, "role": "room", "step": "topic"}],
}


def _cue(reads: str, *words: str) -> Cue:
    return Cue(id=f"t/{reads}", reads=reads, weight=2, patterns=words, hits=words, passes=("没有",))


CUES = (
    _cue("angry", "气死", "凭什么"),
    _cue("accept", "行吧", "可以的"),
    _cue("refuse", "不行"),
    _cue("question", "怎么办"),
    _cue("calm", "其实"),
    _cue("opt-out", "别找我了"),
    _cue("wants-human", "叫人来"),
    _cue("legal-threat", "律师"),
    _cue("safety", "不想活", "弄死他"),
)


def tables(*raw: dict[str, Any]) -> tuple[Playbook, ...]:
    return msgspec.convert(raw or (TABLE, COMPLAINT, FACTION, SAFETY), tuple[Playbook, ...])


class CareScene(Scene):
    """A scene in which care is at work; `listen_seconds` is 0 unless a test is about it."""

    def __init__(
        self, mode: Mode = "act", *, playbooks: tuple[Playbook, ...] | None = None, **sets: Any
    ) -> None:
        care = {"listen_seconds": 0, **sets.pop("care", {})}
        super().__init__(mode, care=care, **sets)
        defaults = {"mode": mode, **sets.pop("defaults", {})}
        self.policy = Policy(
            settings(defaults=defaults, care=care, **sets),
            RULES,
            playbooks=tables() if playbooks is None else playbooks,
            reader=ReplyReader(CUES),
        )

    def raised(self, *parties: str, kind: str = "dispute", severity: str = "medium", **more: Any) -> Decision:
        """Let the watch raise something at this moment, with two turns of the quarrel."""
        self._number += 1
        event = f"q{self._number}"
        turns = tuple(
            Turn(
                at=self.now,
                event=f"{event}{i}",
                sender=p,
                name=self.called(p),
                words=f"{p}的气话",
                weight=1.0,
            )
            for i, p in enumerate(parties)
        )
        news = Raised(
            **{"kind": kind, "severity": severity, "parties": parties, "turns": turns, "event": event, **more}
        )
        return self._take(news)

    def calmed(self, *parties: str) -> Decision:
        return self._take(Calmed(parties=parties, event="c1"))

    def _take(self, news: Raised | Calmed) -> Decision:
        draft = Draft(self.state, self.policy, self.now)
        desk.take(news, self.state.rooms["r1"], draft)
        decision = draft.decision()
        self.state.apply(decision.changes)
        return decision

    def called(self, person: str) -> str:
        member = self.state.member("r1", person)
        return person if member is None else member.name

    def track(self, person: str, case: int | None = None) -> Track:
        return self.state.tracks[case if case is not None else max(self.state.cases)][person]

    def care(self, number: int | None = None) -> Care:
        care = self.case(number).care
        assert care is not None
        return care

    def pass_time(self, **delta: float) -> list[Effect]:
        """Let time pass, doing whatever falls due on the way; return what was said."""
        from datetime import timedelta

        end = self.now + timedelta(**delta)
        said: list[Effect] = []
        while (due := self.state.next_due) is not None and due <= end:
            self.now = max(self.now, due)
            task = self.state.due(self.now)[0]
            said += self.tell(Due(at=self.now, task=task.key)).effects
        self.now = end
        return said


def said_to(effects: Any, person: str) -> list[str]:
    """Return the sentences said to a person in private, in order."""
    effects = getattr(effects, "effects", effects)
    return [
        str(e.words.values["text"])
        for e in effects
        if getattr(e, "to", None) == person
        and e.__struct_config__.tag == "send_private"
        and e.words.text == "care.line"
    ]


def said_in_room(effects: Any) -> list[str]:
    effects = getattr(effects, "effects", effects)
    return [
        str(e.words.values.get("text", e.words.text))
        for e in effects
        if e.__struct_config__.tag == "send_room"
    ]


def told(effects: Any, person: str | None = None) -> list[str]:
    """Return which texts staff was told, all of it or one person's."""
    effects = getattr(effects, "effects", effects)
    return [
        e.words.text
        for e in effects
        if e.__struct_config__.tag == "notify_staff" and (person is None or e.to == person)
    ]


def answers(effects: Any) -> list[str]:
    effects = getattr(effects, "effects", effects)
    return [e.words.text for e in effects if getattr(e, "purpose", "") == "reply"]
