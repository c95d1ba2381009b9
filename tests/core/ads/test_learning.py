"""Learning in a room: verdicts, answers to proposals and undo feed it, a restart changes nothing, nothing leaks."""

from __future__ import annotations

import msgspec
import pytest

from bot.core.ads.learning import QUORUM
from bot.core.policy import Policy
from bot.core.records import record_key
from bot.core.rules.registry import RuleSet
from bot.core.state import State
from bot.packs import load_packs
from tests.core.ads.test_learning_model import AD as COMMON_AD
from tests.core.ads.test_learning_model import NAMES, NEW_AD, NEW_OK
from tests.core.ads.test_learning_model import OK as TALK
from tests.core.scene import MAYBE, RULES, SCAM, STAFF, Scene

LEARNED = [rule for pack in load_packs() for rule in pack.rules if rule.id == "learned/ads"]


class School(Scene):
    """A room whose staff judge one message after the other."""

    def __init__(self, mode="assist"):
        super().__init__(mode)
        rules = RuleSet([*RULES.specs.values(), *LEARNED])
        self.policy = Policy(self.policy.settings, rules)

    def judge(self, command, text):
        message = f"j{self._number}"
        self.say(f"w{message}", text, id=message)
        self.say(STAFF, command, quote=message)
        self.later(hours=1)
        return self.case().number

    def teach(self, ads=QUORUM, others=QUORUM):
        """Let staff judge so many messages of each kind."""
        numbers = [self.judge("/ad", COMMON_AD.format(NAMES[n], NAMES[n + 9])) for n in range(ads)]
        return numbers + [self.judge("/notad", TALK.format(NAMES[n], NAMES[n + 9])) for n in range(others)]

    def thinks(self, text):
        """Return what the signal weighs in the verdict on a text."""
        decision = self.say("u2", text)
        self.later(hours=1)
        return sum(reason.weight for reason in decision.reasons if reason.rule == "learned/ads")


def weight(state, text):
    model = state.learning.model()
    return None if model is None else model.weight(text)


@pytest.fixture(scope="module")
def taught():
    scene = School("observe")
    scene.teach()
    return scene


def test_a_message_like_the_ads_staff_confirmed_is_asked_about(taught):
    assert taught.thinks(NEW_AD) >= 0.5
    assert taught.say("u2", NEW_OK).verdict == "ok"


def test_it_is_asked_about_and_not_acted_on_while_verdicts_are_few(taught):
    assert taught.say("u2", NEW_AD, id="few").verdict == "suspect"


def test_what_the_signal_says_is_explained_by_words_of_the_message(taught):
    decision = taught.say("u2", NEW_AD)
    (reason,) = [reason for reason in decision.reasons if reason.rule == "learned/ads"]
    assert reason.evidence
    assert all(part in NEW_AD for part in reason.evidence.strip("『』").split("』『"))


def test_before_enough_verdicts_nothing_is_said():
    scene = School("observe")
    scene.teach(QUORUM - 1, QUORUM)
    assert scene.thinks(NEW_AD) == 0


def test_a_restart_changes_nothing(taught):
    stored = {
        record_key(r): msgspec.json.decode(msgspec.json.encode(r), type=type(r))
        for r in taught.state.records()
    }
    again = State(reversed(list(stored.values())))
    for text in (NEW_AD, NEW_OK, "好的", "加群领取"):
        assert weight(again, text) == weight(taught.state, text)


def test_undo_forgets():
    scene = School("observe")
    scene.teach(QUORUM, QUORUM)
    before = weight(scene.state, NEW_AD)
    number = scene.judge("/ad", "荐股老师带你稳稳翻倍")
    assert weight(scene.state, "荐股老师带你稳稳翻倍") != 0
    with_it = weight(scene.state, NEW_AD)
    scene.whisper(STAFF, f"/undo {number}")
    assert weight(scene.state, NEW_AD) == before != with_it


def test_undo_below_the_quorum_makes_it_silent():
    scene = School("observe")
    first, *_ = scene.teach(QUORUM, QUORUM)
    assert weight(scene.state, NEW_AD)
    scene.whisper(STAFF, f"/undo {first}")
    assert weight(scene.state, NEW_AD) is None


@pytest.mark.parametrize(("answer", "label"), [("/ok", "ad"), ("/no", "ok")])
def test_an_answer_to_a_proposal_is_a_verdict(answer, label):
    scene = School("assist")
    scene.say("u1", f"{MAYBE}，名额不多，快来看看")
    scene.whisper(STAFF, f"{answer} {scene.case().number}")
    (sample,) = scene.state.samples.values()
    assert sample.label == label
    assert sample.score == pytest.approx(0.6)


def test_what_the_bot_did_and_staff_undid_is_learned_as_harmless():
    scene = School("act")
    scene.arrive(scene.say("u1", f"{SCAM}，名额不多，快来看看"))
    scene.whisper(STAFF, f"/undo {scene.case().number}")
    assert [sample.label for sample in scene.state.samples.values()] == ["ok"]


def test_all_rooms_of_an_operator_learn_together_and_nobody_elses(taught):
    taught.open("r2", "二群")
    taught.say("u1", "大家好", room="r2")
    assert taught.say("u1", NEW_AD, room="r2").verdict == "suspect"
    stranger = School("observe")
    assert stranger.thinks(NEW_AD) == 0


def test_no_words_of_others_appear_in_what_is_said_of_a_message(taught):
    secret = "王小明住在幸福路十二号"
    scene = School("observe")
    scene.teach(QUORUM, QUORUM)
    scene.judge("/ad", f"{secret}出外挂配置内部群加群领取")
    for text in (NEW_AD, "幸福路上打副本", secret[:6] + NEW_AD):
        decision = scene.say("u2", text)
        assert all(
            part in text for r in decision.reasons for part in r.evidence.strip("『』").split("』『") if part
        )
