"""How far a case goes: who keeps at whom, what a word in the room is enough for, who is let go of again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.care.sides import one_sided
from bot.core.conflict.news import Turn
from bot.core.conflict.records import Spoken
from tests.core.care.playing import (
    COMPLAINT,
    ONE_SIDED,
    SAFETY,
    STAFF,
    CareScene,
    said_in_room,
    said_to,
    tables,
    told,
)


def turns_of(scene, *spoken):
    return tuple(
        Turn(scene.now + timedelta(seconds=n), f"t{n}", who, who, f"{n}句", weight=heat)
        for n, (who, heat) in enumerate(spoken)
    )


def ring(scene, *spoken):
    """Let the room remember what was said, in order, ten seconds apart."""
    scene.state.apply(
        Spoken(
            room="r1",
            slot=n,
            number=n,
            at=scene.now + timedelta(seconds=10 * n),
            id=f"t{n}",
            sender=who,
            name=who,
            heat=heat,
            words=words,
        )
        for n, (who, heat, words) in enumerate(spoken)
    )


def brief_of(effects):
    effects = getattr(effects, "effects", effects)
    return next(e.words.values for e in effects if e.words.text == "care.brief")


KEEPS_AT = (("u2", 1.0), ("u2", 1.2), ("u1", -0.4), ("u2", 1.5), ("u2", 1.5))
BOTH = (("u2", 1.0), ("u1", 1.2), ("u2", 1.5), ("u1", 0.9))


class TestSides:
    @pytest.mark.parametrize(
        ("spoken", "found"),
        [
            (KEEPS_AT, ("u2", "u1")),
            (BOTH, None),
            ((("u2", 1.0),), None),
            # Twice is not enough to call it so, and whoever was set off by the other's words is no attacker.
            ((("u2", 1.0), ("u2", 1.0)), None),
            ((("u1", -1.5), ("u2", 1.0), ("u2", 1.0), ("u2", 1.0), ("u2", 1.0)), None),
            ((("u2", 1.0), ("u1", -0.3), ("u2", 1.0), ("u1", -0.3), ("u2", 1.0)), None),
        ],
    )
    def test_one_keeps_at_another_who_hardly_answers(self, spoken, found):
        assert one_sided(("u1", "u2"), turns_of(CareScene(), *spoken)) == found

    def test_whoever_answers_calmly_answers_all_the_same(self):
        scene = CareScene()
        turns = turns_of(scene, ("u2", 1.0), ("u2", 1.0), ("u2", 1.0))
        calm = [
            Spoken(room="r1", slot=n, number=n, at=scene.now + timedelta(seconds=n), id=f"c{n}", sender="u1")
            for n in range(2, 4)
        ]
        assert one_sided(("u1", "u2"), turns, calm) is None

    def test_of_three_nobody_can_tell(self):
        assert one_sided(("u1", "u2", "u3"), turns_of(CareScene(), *KEEPS_AT)) is None


class TestOneSided:
    def scene(self, spoken=KEEPS_AT, **more):
        scene = CareScene(playbooks=tables(ONE_SIDED, COMPLAINT, SAFETY))
        return scene, scene.raised("u1", "u2", turns=turns_of(scene, *spoken), **more)

    def test_the_target_is_asked_about_themself_and_the_other_apart(self):
        scene, decision = self.scene()
        assert said_to(decision, "u1")[0].startswith("target-soothe")
        assert said_to(decision, "u2")[0].startswith("attacker-soothe")
        assert (scene.care().attacker, scene.care().target) == ("u2", "u1")

    def test_the_brief_says_who_does_what(self):
        values = brief_of(self.scene()[1])
        assert (values["attacker"], values["target"]) == ("小王", "小林")

    def test_two_who_quarrel_are_both_parties(self):
        scene, decision = self.scene(BOTH)
        assert said_to(decision, "u1")[0].startswith("soothe")
        assert scene.care().attacker is None
        assert brief_of(decision)["attacker"] == ""

    def test_what_turns_out_later_changes_the_talks_nobody_has_answered(self):
        scene, _ = self.scene((("u2", 1.0),))
        more = turns_of(scene, *((("u2", 1.0),) * 4), ("u1", 0.1), *((("u2", 1.0),) * 2))
        scene.raised("u1", "u2", turns=more, escalated=True)
        assert scene.track("u1").role == "target"
        assert scene.track("u2").role == "attacker"

    def test_whom_a_complaint_is_against_is_not_forgotten_as_it_grows(self):
        scene = CareScene()
        scene.raised("u1", kind="complaint", target="staff")
        scene.raised("u1", kind="complaint", severity="high", escalated=True)
        assert scene.care().target == "staff"

    def test_a_talk_that_was_answered_stays_as_it_is(self):
        scene, _ = self.scene((("u2", 1.0), ("u1", 0.2)))
        scene.whisper("u1", "其实还好")
        scene.raised("u1", "u2", turns=turns_of(scene, *((("u2", 1.0),) * 6)), escalated=True)
        assert scene.track("u1").role == "party"


class TestAWordIsEnough:
    def test_nobody_is_written_to_and_staff_knows(self):
        scene = CareScene()
        decision = scene.raised("u1", "u2", severity="low")
        assert said_in_room(decision) == ["大家先缓一缓"]
        assert said_to(decision, "u1") == said_to(decision, "u2") == []
        assert brief_of(decision)["enough"]
        assert brief_of(decision)["proposal"] == ""

    def test_it_ends_by_itself_without_ringing_anybody(self):
        scene = CareScene()
        scene.raised("u1", "u2", severity="low")
        later = scene.pass_time(days=4)
        assert told(later) == []
        assert (scene.case().state, scene.care().outcome) == ("done", "quiet")

    def test_when_it_grows_each_is_spoken_to(self):
        scene = CareScene()
        scene.raised("u1", "u2", severity="low")
        scene.later(minutes=5)
        grown = scene.raised("u1", "u2", severity="medium", escalated=True)
        assert said_to(grown, "u1")
        assert said_to(grown, "u2")
        assert scene.pass_time(days=5)
        assert scene.care().outcome != "quiet"

    def test_when_it_comes_again_it_is_no_small_thing(self):
        scene = CareScene()
        scene.raised("u1", "u2", severity="low")
        scene.pass_time(days=2)
        assert said_to(scene.raised("u1", "u2", severity="low"), "u1")

    def test_staff_may_have_them_spoken_to_all_the_same(self):
        scene = CareScene()
        scene.raised("u1", "u2", severity="low")
        assert said_to(scene.whisper(STAFF, "/handover 1 bot"), "u1")

    def test_or_one_of_them(self):
        scene = CareScene()
        scene.raised("u1", "u2", severity="low")
        sent = scene.whisper(STAFF, "/say 1 soothe 小林")
        assert said_to(sent, "u1")
        assert not said_to(sent, "u2")

    def test_danger_is_never_small(self):
        scene = CareScene()
        assert said_to(scene.raised("u1", kind="safety", severity="low"), "u1")

    def test_a_light_line_where_the_playbook_has_one(self):
        light = {**ONE_SIDED, "room_line_low": {"zh": ["轻轻一句"]}}
        scene = CareScene(playbooks=tables(light, SAFETY))
        assert said_in_room(scene.raised("u1", "u2", severity="low")) == ["轻轻一句"]


class TestWhoWasOnlyNear:
    def test_is_let_go_of_without_a_word(self):
        scene = CareScene()
        scene.join("u3", "小周")
        scene.raised("u1", "u2", "u3")
        scene.raised("u1", "u2", severity="high", escalated=True)
        assert scene.care().parties == ("u1", "u2")
        assert (scene.track("u3").state, scene.track("u3").outcome) == ("ended", "dropped")
        assert said_to(scene.pass_time(days=3), "u3") == []
        assert "小周" not in scene.case().name

    def test_not_who_has_answered_already(self):
        scene = CareScene()
        scene.raised("u1", "u2", "u3")
        scene.whisper("u3", "其实我也有份")
        scene.raised("u1", "u2", severity="high", escalated=True)
        assert "u3" in scene.care().parties

    def test_nor_in_another_flare_up_of_some_of_them(self):
        scene = CareScene()
        scene.raised("u1", "u2", "u3")
        scene.raised("u1", "u2")
        assert "u3" in scene.care().parties


class TestTheStory:
    SAID = (
        ("u3", -2.0, "早上好"),
        ("u2", -2.0, "你就这点出息"),
        ("u3", -2.0, "哈哈"),
        ("u1", 1.0, "你什么意思"),
        ("u2", -1.5, "开个玩笑"),
        ("u1", 1.5, "谁跟你开玩笑"),
    )

    def test_it_begins_a_little_before_what_set_it_off(self):
        scene = CareScene()
        ring(scene, *self.SAID)
        hot = tuple(
            Turn(t.at, t.id, t.sender, t.name, t.words, weight=t.heat)
            for t in scene.state.spoken["r1"]
            if t.heat > 0
        )
        scene.later(minutes=2)
        rows = brief_of(scene.raised("u1", "u2", turns=hot))["turns"]
        assert [row["words"] for row in rows] == [words for _, _, words in self.SAID]
        assert [row["counts"] for row in rows] == [heat > 0 for _, heat, _ in self.SAID]
        assert rows[0]["time"] == "12:00"

    def test_what_was_said_hours_before_is_no_part_of_it(self):
        scene = CareScene()
        ring(scene, *self.SAID[:3])
        scene.later(hours=3)
        rows = brief_of(scene.raised("u1", "u2"))["turns"]
        assert [row["words"] for row in rows] == ["u1的气话", "u2的气话"]

    def test_of_a_long_one_the_beginning_and_the_end_are_shown(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        for _ in range(12):
            scene.later(minutes=3)
            scene.raised("u1", "u2")
        scene.later(days=1)
        [answer] = scene.whisper(STAFF, "/case 1").effects
        rows = answer.words.values["turns"]
        assert len(rows) == 12
        assert rows[0]["time"] == "03-02 12:00"
        assert [row["gap"] for row in rows if row["gap"]] == [14]
        assert rows[-1]["time"] == "03-02 12:36"

    def test_however_long_it_grows_how_it_began_stays(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        first = scene.care().turns[0]
        for _ in range(40):
            scene.later(minutes=3)
            scene.raised("u1", "u2")
        assert scene.care().turns[0] == first
        assert len(scene.care().turns) == 40
