"""What lasts and what does not: restarts, editions of playbooks, words that are forgotten, the last look."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.records import Record, record_key
from bot.core.state import State
from bot.ports import OutboxRow
from bot.shell.delivery import conversation_of, delivery_of
from bot.shell.last_look import why_not
from tests.core.care.playing import STAFF, TABLE, CareScene, said_to, tables, told


def restarted(scene: CareScene) -> CareScene:
    """Return the scene after a stop and a start: the state is what the store gives back, through JSON."""
    body = msgspec.json.encode(list(scene.state.records()))
    scene.state = State(msgspec.json.decode(body, type=list[Record]))
    return scene


def row(effect) -> OutboxRow:
    return OutboxRow(
        id="1:0",
        seq=1,
        effect=effect,
        conversation=conversation_of(effect),
        priority=5,
        guarantee=delivery_of(effect).guarantee,
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
        text="x",
    )


def line_to(decision, person):
    [line] = [e for e in decision.effects if getattr(e, "to", "") == person]
    return line


class TestRestart:
    def test_a_case_goes_on_as_if_nothing_had_happened(self):
        ends = []
        for stop in (False, True):
            scene = CareScene(care={"listen_seconds": 40})
            said = []
            scene.arrive(scene.raised("u1", "u2"))
            for words in ("其实还好", "其实是误会", "行吧"):
                for person in ("u1", "u2"):
                    scene.whisper(person, words)
                    if stop:
                        restarted(scene)
                said += [msgspec.json.encode(e) for e in scene.pass_time(minutes=2)]
                if stop:
                    restarted(scene)
            said += [msgspec.json.encode(e) for e in scene.pass_time(days=8)]
            ends.append((said, scene.case(), dict(scene.state.tracks[1])))
        assert ends[0] == ends[1]

    def test_waits_have_natural_keys(self):
        scene = CareScene(care={"listen_seconds": 40})
        scene.raised("u1", "u2")
        scene.whisper("u1", "其实")
        keys = {t.key.partition("@")[0] for t in scene.state.tasks.values() if t.kind.startswith("care-")}
        assert keys >= {
            "care:1:u1:wait",
            "care:1:u1:remind",
            "care:1:u1:listen",
            "care:1:take",
            "care:1:resolve",
        }

    def test_a_due_time_told_twice_says_nothing_twice(self):
        from bot.core.events import Due

        scene = CareScene()
        scene.arrive(scene.raised("u1", "u2"))
        scene.later(hours=9)
        [task] = [t for t in scene.state.tasks.values() if t.kind == "care-remind" and t.member == "u1"]
        ring = Due(at=scene.now, task=task.key)
        assert len(said_to(scene.tell(ring), "u1")) == 1
        assert said_to(scene.tell(ring), "u1") == []


class TestEditions:
    def test_a_running_case_keeps_the_playbook_it_began_with(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        steps = [{**s, "zh": ["全新的话一", "全新的话二", "全新的话三"]} for s in TABLE["steps"]]
        scene.policy.playbooks = tables({**TABLE, "steps": steps})
        assert "实在人" in said_to(scene.whisper("u1", "其实"), "u1")[0]
        assert said_to(scene.raised("u3", "u4"), "u3")[0].startswith("全新")

    def test_an_edition_goes_when_nobody_needs_it(self):
        scene = CareScene(care={"keep_days": 2, "listen_seconds": 0})
        scene.raised("u1", "u2")
        scene.raised("u3", "u4")
        scene.whisper(STAFF, "/close 1 declined")
        scene.pass_time(days=2, hours=1)
        assert len(scene.state.editions) == 1
        scene.pass_time(days=3)
        assert not scene.state.editions

    def test_a_case_whose_table_cannot_be_read_goes_to_a_human(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        [edition] = scene.state.editions.values()
        scene.state.apply([msgspec.structs.replace(edition, body='{"id": "x"}')])
        assert "care.reply" in told(scene.whisper("u1", "其实"))


class TestForgetting:
    def test_words_go_after_the_days_the_operator_keeps_them(self):
        scene = CareScene(care={"keep_days": 5, "listen_seconds": 0})
        scene.raised("u1", "u2")
        scene.whisper("u1", "其实是因为孩子的事")
        scene.whisper(STAFF, "/close 1 declined 不想说了")
        scene.pass_time(days=4)
        kept = msgspec.json.encode(list(scene.state.records())).decode()
        assert "孩子的事" in kept
        assert "气话" in kept
        scene.pass_time(days=2)
        left = msgspec.json.encode(list(scene.state.records())).decode()
        for words in ("孩子的事", "气话", "不想说了"):
            assert words not in left
        assert scene.care().outcome == "declined"
        assert scene.track("u1").replies[0].read == "calm"


class TestTheLastLook:
    def test_a_line_goes_while_the_bot_leads(self):
        scene = CareScene()
        line = line_to(scene.raised("u1", "u2"), "u1")
        assert why_not(row(line), scene.state, scene.policy) is None

    def test_none_goes_once_a_human_leads_or_the_case_is_over(self):
        for order, why in (("/take 1", "taken_over"), ("/close 1", "closed")):
            scene = CareScene()
            line = line_to(scene.raised("u1", "u2"), "u1")
            scene.whisper(STAFF, order)
            assert why_not(row(line), scene.state, scene.policy) == why

    def test_none_goes_to_whoever_asked_to_be_left_alone(self):
        scene = CareScene()
        line = line_to(scene.raised("u1", "u2"), "u1")
        scene.whisper("u1", "TD")
        assert why_not(row(line), scene.state, scene.policy) in {"closed", "opted_out"}
        scene = CareScene()
        scene.raised("u1", "u2")
        parting = line_to(scene.whisper("u1", "叫人来"), "u1")
        scene.whisper("u1", "TD")
        assert why_not(row(parting), scene.state, scene.policy) == "opted_out"

    def test_none_goes_that_a_reply_has_overtaken(self):
        scene = CareScene()
        line = line_to(scene.raised("u1", "u2"), "u1")
        answer = line_to(scene.whisper("u1", "其实"), "u1")
        assert why_not(row(line), scene.state, scene.policy) == "overtaken"
        assert why_not(row(answer), scene.state, scene.policy) is None

    def test_none_goes_in_a_room_that_only_watches_by_now(self):
        scene = CareScene()
        line = line_to(scene.raised("u1", "u2"), "u1")
        scene.say(STAFF, "/mode observe")
        assert why_not(row(line), scene.state, scene.policy) == "observing"


WORDS = st.sampled_from(
    ["其实", "气死我了", "行吧", "不行", "怎么办", "叫人来", "律师", "不想活", "别找我了", "TD", "哦"]
)
ORDERS = st.sampled_from(
    [
        "/take 1",
        "/say 1",
        "/say 1 offer",
        "/skip 1",
        "/close 1",
        "/handover 1 bot",
        "/handover 1 owner",
        "/case 1",
    ]
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["u1", "u2", "staff", "raise", "calm", "time", "restart"]), WORDS, ORDERS),
    max_size=25,
)


@given(STEPS, st.sampled_from(["assist", "act"]))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_no_promise_is_broken(steps, mode):
    """No word crosses, nobody who opted out or is in danger is written to, nothing is said after the end."""
    scene = CareScene(mode)
    said_by = {"u1": set(), "u2": set()}
    number = 0
    for who, words, order in [("raise", "", ""), *steps]:
        silent = {p for p in ("u1", "u2") if scene.state.people.get(p) and scene.state.people[p].opted_out}
        one = scene.state.cases.get(1)
        known = () if one is None or one.kind != "safety" or one.state != "open" else one.care.endangered
        endangered = {found.person for found in known}
        over = bool(scene.state.cases) and scene.state.cases[1].state == "done"
        if who == "raise":
            effects = scene.raised("u1", "u2", STAFF).effects
        elif who == "calm":
            effects = scene.calmed("u1", "u2").effects
        elif who == "time":
            effects = scene.pass_time(hours=7)
        elif who == "restart":
            effects = restarted(scene) and ()
        elif who == "staff":
            effects = scene.whisper(STAFF, order).effects
        else:
            number += 1
            said_by[who].add(f"{words}{number}号")
            effects = scene.whisper(who, f"{words}{number}号").effects
        for person, other in (("u1", "u2"), ("u2", "u1")):
            heard = said_to(effects, person)
            assert not (heard and person in silent)
            assert not (heard and person in endangered and who != "staff")
            assert not any(secret in line for secret in said_by[other] for line in heard)
            if over and who == "staff" and order.startswith("/say"):
                assert not heard
        for effect in effects:
            assert why_not(row(effect), scene.state, scene.policy) in {
                None,
                "closed",
                "taken_over",
                "overtaken",
                "opted_out",
            }
            if effect.__struct_config__.tag == "send_room":
                assert not any(secret in str(effect) for one in said_by.values() for secret in one)
        assert STAFF not in scene.state.tracks.get(1, {})
    for record in scene.state.records():
        assert record_key(record)
