"""The operator hears of trouble once, in time, and hears when it is over."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import settings
from bot.ports import LinkState
from bot.shell.alarm_words import length
from bot.shell.watch import LinkWatch
from tests.shell.virtual_clock import VirtualClock


class Post:
    """A watch with its clock, ticked every five seconds as the product does."""

    def __init__(self, language="zh", **limits):
        self.clock, self.notes, self.shown = VirtualClock(), [], []
        self.alive = True
        self.watch = LinkWatch(
            settings.Alarm(**limits),
            clock=self.clock,
            sink=self.notes.append,
            account="客服一号",
            language=language,
            show=self.shown.append,
        )

    def link(self, state, **more):
        self.watch.link(LinkState(state=state, **more))

    def passes(self, seconds, silent=False):
        for _ in range(round(seconds / 5)):
            self.clock.advance(seconds=5)
            if not silent:
                self.watch.heard()
            self.watch.check()

    @property
    def kinds(self):
        return [note.kind for note in self.notes]


@pytest.fixture
def post():
    post = Post()
    post.link("connecting")
    post.link("connected")
    post.link("login")
    return post


def test_a_quiet_day_raises_nothing(post):
    post.passes(86_400)
    assert post.notes == []


def test_a_drop_is_told_within_two_minutes_and_its_end_with_its_length(post):
    post.link("disconnected")
    post.passes(190, silent=True)
    [note] = post.notes
    assert (note.kind, note.level, note.account) == ("disconnected", "critical", "客服一号")
    assert note.at - post.clock.now() <= timedelta(0)
    assert "1 分" in note.text
    post.clock.advance(seconds=2)
    post.link("connecting")
    post.link("connected")
    post.passes(15)
    assert post.kinds == ["disconnected", "recovered"]
    assert post.notes[1].text == "恢复了，断开 3 分 12 秒。"
    assert post.notes[1].level == "info"


def test_a_short_drop_is_nobodys_business(post):
    post.link("disconnected")
    post.passes(40, silent=True)
    post.link("connected")
    post.passes(600)
    assert post.notes == []


def test_a_gateway_that_never_answers_is_told_too():
    post = Post()
    post.link("connecting")
    post.passes(65, silent=True)
    assert post.kinds == ["disconnected"]


def test_a_login_code_is_shown_and_told_once_though_it_changes_every_minute(post):
    post.link("logout")
    post.link("scan", qr="https://login.example/1")
    for n in range(2, 30):
        post.passes(60)
        post.link("scan", qr=f"https://login.example/{n}")
    assert post.kinds == ["scan"]
    assert "https://login.example/1" in post.notes[0].text
    assert len(post.shown) == 29
    assert all("█" in shown for shown in post.shown)
    post.link("login")
    post.passes(30)
    assert post.kinds == ["scan", "recovered"]
    assert post.notes[1].text == "恢复了，账号已重新登录，中断 28 分。"


def test_a_logout_without_a_code_is_told_as_such(post):
    post.link("logout")
    post.passes(15)
    assert post.kinds == ["logout"]
    post.link("scan", qr="https://login.example/1")
    post.link("login")
    post.passes(15)
    assert post.kinds == ["logout", "scan", "recovered"]


def test_a_gateway_that_refuses_us_is_told_at_once(post):
    post.link("disconnected")
    post.link("rejected", detail="wrong token")
    post.passes(600, silent=True)
    assert post.kinds == ["rejected"]
    assert "wrong token" in post.notes[0].text


def test_a_gateway_that_says_nothing_is_told_after_the_set_time(post):
    post.passes(85, silent=True)
    assert post.notes == []
    post.passes(10, silent=True)
    assert post.kinds == ["silent"]
    assert post.notes[0].level == "warning"
    post.passes(1000, silent=True)
    post.passes(15)
    assert post.kinds == ["silent", "recovered"]


def test_silence_that_turns_out_to_be_a_drop_ends_with_one_word(post):
    post.passes(95, silent=True)
    post.link("disconnected")
    post.passes(100, silent=True)
    post.link("connected")
    post.passes(30)
    assert post.kinds == ["silent", "disconnected", "recovered"]


def test_failing_sends_are_told_and_their_end_too(post):
    for _ in range(4):
        post.watch.send_result(False)
    post.watch.send_result(True)
    for _ in range(4):
        post.watch.send_result(False)
    assert post.notes == []
    post.watch.send_result(False)
    post.watch.send_result(False)
    assert post.kinds == ["sends"]
    assert "连续 5 次" in post.notes[0].text
    post.watch.send_result(True)
    post.passes(15)
    assert post.kinds == ["sends", "recovered"]


def test_sends_that_fail_because_the_link_is_down_are_no_trouble_of_their_own(post):
    post.link("disconnected")
    post.passes(70, silent=True)
    for _ in range(9):
        post.watch.send_result(False)
    assert post.kinds == ["disconnected"]


def test_a_link_that_flaps_is_told_though_no_drop_is_long(post):
    for _ in range(10):
        post.link("disconnected")
        post.passes(15, silent=True)
        post.link("connected")
        post.passes(5)
    assert post.kinds == ["disconnected"]


def test_a_flapping_link_makes_no_storm(post):
    for _ in range(100):
        post.link("disconnected")
        post.passes(70, silent=True)
        post.link("connected")
        post.passes(30)
    assert len(post.notes) <= 8
    post.passes(700)
    assert post.watch.troubles == ()
    assert post.kinds[-1] == "recovered"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["connected", "login", "disconnected", "logout", "scan"]), st.integers(1, 60)
        ),
        max_size=60,
    )
)
def test_whatever_happens_alarms_are_few_and_all_is_well_in_the_end(story):
    post = Post(silent_seconds=3600)
    for state, ticks in story:
        post.link(state, qr="https://login.example/1")
        post.passes(ticks * 5)
    post.link("connected")
    post.link("login")
    post.passes(1300)
    assert post.watch.troubles == ()
    raised = [kind for kind in post.kinds if kind != "recovered"]
    assert post.kinds.count("recovered") <= len(raised)
    assert not raised or post.kinds[-1] == "recovered"
    hours = (post.clock.now() - VirtualClock().now()) / timedelta(hours=1)
    assert len(raised) <= 3 * (6 * hours + 8)


def test_english_is_spoken_where_it_is_set():
    post = Post(language="en")
    post.link("disconnected")
    post.passes(192 - 2, silent=True)
    post.clock.advance(seconds=2)
    post.link("connected")
    post.passes(15)
    assert post.notes[0].text.startswith("Cut off from the gateway for 1 min")
    assert post.notes[1].text == "Recovered after 3 min 12 s without a connection."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 秒"), (59.6, "1 分"), (192, "3 分 12 秒"), (3605, "1 小时 5 秒"), (90_061, "1 天 1 小时")],
)
def test_lengths_are_told_by_their_two_largest_units(seconds, words):
    assert length("zh", timedelta(seconds=seconds)) == words
