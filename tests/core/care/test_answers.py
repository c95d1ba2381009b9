"""Answers that are none yet: a nod to several ways out, pictures, marks; and which way out is meant."""

from __future__ import annotations

import pytest

from tests.core.care.playing import STAFF, CareScene, said_to, told

OPTIONS = ["换货", "退款", "留着，另送一张券"]


def offered(mode="act", options=OPTIONS) -> CareScene:
    scene = CareScene(mode, care={"listen_seconds": 0, "options": options})
    scene.raised("u1", kind="complaint", target="staff")
    if mode == "assist":
        scene.whisper(STAFF, "/say 1")
    scene.whisper("u1", "气死我了")
    if mode == "assist":
        scene.whisper(STAFF, "/say 1")
    return scene


class TestAChoice:
    def test_the_ways_out_are_numbered(self):
        scene = CareScene(care={"listen_seconds": 0, "options": OPTIONS})
        scene.raised("u1", kind="complaint", target="staff")
        assert "1. 换货\n2. 退款\n3. 留着，另送一张券" in said_to(scene.whisper("u1", "气死我了"), "u1")[0]

    def test_one_alone_is_not(self):
        scene = CareScene(care={"listen_seconds": 0, "options": ["换货"]})
        scene.raised("u1", kind="complaint", target="staff")
        assert "1." not in said_to(scene.whisper("u1", "气死我了"), "u1")[0]

    @pytest.mark.parametrize(
        ("words", "meant"),
        [("2", "退款"), ("第二个", "退款"), ("退款吧", "退款"), ("换货吧谢谢", "换货"), ("选3", OPTIONS[2])],
    )
    def test_a_number_or_its_own_words_choose_it(self, words, meant):
        scene = offered()
        decision = scene.whisper("u1", words)
        assert dict(scene.track("u1").kept)["choice"] == meant
        [to_do] = [e for e in decision.effects if e.words.text == "care.to_do"]
        assert to_do.words.values["words"] == meant

    @pytest.mark.parametrize("words", ["好", "可以的", "OK"])
    def test_a_mere_nod_is_asked_back_once_and_chooses_nothing(self, words):
        scene = offered()
        decision = scene.whisper("u1", words)
        assert said_to(decision, "u1")[0] in {"要第几个呢", "哪个号"}
        assert not scene.track("u1").kept
        assert scene.track("u1").step == "options"
        scene.whisper("u1", "2")
        assert dict(scene.track("u1").kept)["choice"] == "退款"

    def test_a_second_nod_is_for_a_human_to_sort_out(self):
        scene = offered()
        scene.whisper("u1", "好")
        decision = scene.whisper("u1", "好的")
        assert scene.track("u1").state == "human"
        assert "care.human" in told(decision)
        assert not scene.track("u1").kept

    def test_a_nod_to_the_only_way_out_is_a_choice(self):
        scene = offered(options=["换货"])
        scene.whisper("u1", "可以的")
        assert dict(scene.track("u1").kept)["choice"] == "换货"

    def test_in_assist_the_question_back_waits_for_a_yes_and_the_step_stays(self):
        scene = offered("assist")
        decision = scene.whisper("u1", "好")
        assert said_to(decision, "u1") == []
        [held] = [e for e in decision.effects if e.words.text == "care.held"]
        assert held.words.values["aside"]
        assert said_to(scene.whisper(STAFF, "/say 1"), "u1")
        assert scene.track("u1").step == "options"


class TestNoWords:
    @pytest.mark.parametrize(
        ("type_", "text", "asked"),
        [
            ("image", "", "我看不了图"),
            ("voice", "", "我听不了语音"),
            ("text", "？？？", "没看懂"),
            ("text", "。", "没看懂"),
            ("sticker", "", "没看懂"),
        ],
    )
    def test_they_are_asked_for_words_once_and_not_thanked_for_a_story(self, type_, text, asked):
        scene = CareScene()
        scene.raised("u1", "u2")
        decision = scene.whisper("u1", text, type=type_)
        assert said_to(decision, "u1") == [asked]
        assert (scene.track("u1").step, scene.track("u1").kept) == ("soothe", ())
        assert told(decision, STAFF) == ["care.picture" if type_ in {"image", "voice"} else "care.reply"]

    def test_the_second_time_a_human_goes_on(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper("u1", "", type="image")
        decision = scene.whisper("u1", "？？？")
        assert scene.track("u1").state == "human"
        assert "care.human" in told(decision)

    def test_words_after_it_go_on_as_ever(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper("u1", "", type="image")
        assert "你是个实在人。" in said_to(scene.whisper("u1", "其实还好"), "u1")[0]
        assert said_to(scene.whisper("u1", "？？？"), "u1") == ["没看懂"]

    @pytest.mark.parametrize("type_", ["image", "voice", "video", "file"])
    def test_staff_is_told_at_once_what_they_can_look_at_themselves(self, type_):
        scene = CareScene(care={"listen_seconds": 40})
        scene.raised("u1", "u2")
        [line] = scene.whisper("u1", "", type=type_).effects
        assert (line.to, line.words.text, line.words.values["type"]) == (STAFF, "care.picture", type_)

    def test_a_picture_among_words_is_no_lack_of_words(self):
        scene = CareScene(care={"listen_seconds": 40})
        scene.raised("u1", "u2")
        scene.whisper("u1", "", type="image")
        scene.whisper("u1", "其实就是这个")
        assert "你是个实在人。" in said_to(scene.pass_time(minutes=1), "u1")[0]

    def test_on_a_track_that_a_human_leads_nothing_is_asked(self):
        scene = CareScene()
        scene.raised("u1", "u2")
        scene.whisper(STAFF, "/take 1")
        decision = scene.whisper("u1", "", type="image")
        assert said_to(decision, "u1") == []
        assert "care.picture" in told(decision, STAFF)
