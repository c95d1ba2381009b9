"""How a line is read as a command, and how ordinary talk is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands.desk import Line, read
from bot.core.commands.registry import by_name, commands
from bot.core.events import Forwarded
from tests.core.histories import line as command_like
from tests.core.scene import AD, MAYBE, OWNER, SCAM, STAFF, Scene, kinds, only, texts

MENTION = "@小林\u2005"


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("/kick @小林", "kick", "@小林"),
        ("／kick @小林", "kick", "@小林"),
        ("/KICK @小林", "kick", "@小林"),
        ("/kick@小林", "kick", "@小林"),
        ("/踢　@小林", "踢", "@小林"),
        (f"踢{MENTION}", "kick", MENTION),
        (f"踢 {MENTION}", "kick", MENTION),
        ("  /help  ", "help", ""),
        ("/warn @小林 一直\n发广告", "warn", "@小林 一直\n发广告"),
    ],
)
def test_these_lines_are_commands(text, name, rest):
    assert read(text) == Line(name, rest)


@pytest.mark.parametrize(
    "text",
    [
        "踢球吗",
        "踢",
        "踢 小林",
        "谁把他踢@小林",
        "https://a.example/kick",
        "请 /kick @小林",
        "「小王：/kick @小林」\n- - - - - -\n这是什么意思",
        "「/kick @小林」",
        "/",
        "//",
        "/ kick",
        "\u202e/kick @小林",
        "",
        " \n ",
    ],
)
def test_these_are_ordinary_talk(text):
    assert read(text) is None


def test_a_reply_under_a_quotation_is_a_command_of_its_own():
    assert read("「小王：他又发了」\n- - - -\n/kick @小王") == Line("kick", "@小王")


def test_a_bare_name_with_a_number_is_a_command_in_private_only():
    assert read("通过 12", private=True) == Line("通过", "12")
    assert read("通过 12") is None


@pytest.mark.parametrize("text", ["我有 12 个", "通过了 12", "今天 8", "第 3"])
def test_a_number_alone_makes_no_command(text):
    assert read(text, private=True) is None


@pytest.mark.parametrize("words", ["/微笑", "/呲牙", "/::)", "/:heart", "/吃饭去", "/home/user/file"])
def test_a_smiley_is_no_command(words):
    scene = Scene()
    assert scene.say(STAFF, words).effects == ()


@pytest.mark.parametrize(
    ("typo", "likely"),
    [("/kcik @小林", "kick"), ("/hlep", "help"), ("/statu", "status"), ("/undoo 1", "undo")],
)
def test_a_mistyped_command_is_met_with_the_likely_one_and_does_nothing(typo, likely):
    scene = Scene()
    answer = only(scene.say(STAFF, typo))
    assert (answer.words.text, answer.words.values["likely"]) == ("command.did_you_mean", likely)
    assert scene.state.cases == {}


def test_an_unknown_command_in_private_is_answered():
    assert texts(Scene().whisper(STAFF, "/舞蹈")) == ["command.unknown"]


def test_a_forwarded_command_is_none():
    scene = Scene()
    record = (Forwarded("小王", "/kick @小林"),)
    assert scene.say(STAFF, "/kick @小林", type="chat_history", forwarded=record).effects == ()


@pytest.mark.parametrize("kind", ["image", "link", "file", "voice", "system", "unknown"])
def test_only_text_is_a_command(kind):
    assert Scene().say(STAFF, "/kick @小林", type=kind).effects == ()


def test_a_quoted_command_is_none():
    scene = Scene()
    assert scene.say(STAFF, "「小王：/kick @小林」\n- - - - - -\n别这样").effects == ()


def test_what_the_bot_itself_says_is_no_command():
    scene = Scene()
    assert scene.say("bot", "/kick @小林\u2005", mentions=("u1",)).effects == ()
    assert scene.whisper("bot", "/ok 1").effects == ()


def test_a_command_replayed_by_the_gateway_is_not_carried_out_again():
    from datetime import timedelta

    scene = Scene()
    scene.say("u2", "早", sent_at=scene.now)
    assert (
        scene.say(STAFF, "/kick @小林", mentions=("u1",), sent_at=scene.now - timedelta(minutes=11)).effects
        == ()
    )


def test_help_lists_what_may_be_used_here():
    scene = Scene()
    rows = only(scene.say(OWNER, "/help")).words.values["rows"]
    assert {row["usage"] for row in rows} >= {
        c.usage.partition("（")[0] for c in commands() if "room" in c.where
    }


def test_every_command_has_one_meaning_and_is_lower_case():
    assert all(name == name.lower() for name in by_name())


@pytest.mark.parametrize("strangers", ["silent", "polite"])
def test_a_member_who_tries_is_never_answered_in_the_room(strangers):
    scene = Scene(commands={"strangers": strangers})
    decision = scene.say("u2", "/kick @小林", mentions=("u1",))
    assert kinds(decision) == ([] if strangers == "silent" else ["send_private"])
    assert all(e.to == "u2" for e in decision.effects)


@pytest.mark.parametrize(
    "text",
    [
        "/kick " + "长" * 100_000,
        "/" + "k" * 100_000,
        "踢@" + "@" * 100_000,
        "「" * 50_000 + "」\n" * 50_000,
        "/warn @小林 \x00\x01\x02",
        "/kick @\u202e林小\u202c",
        "/kick @小林\ufffd",
        "/kick " + "@小林\u2005" * 200,
        "/" + "\u0300" * 400,
        "/kick @" + "\U0001f9d1\u200d" * 100,
    ],
)
@pytest.mark.parametrize("private", [True, False])
def test_monstrous_lines_of_staff_do_no_harm(text, private):
    scene = Scene()
    decision = scene.whisper(STAFF, text) if private else scene.say(STAFF, text)
    assert "remove" not in kinds(decision)


def test_a_command_that_mentions_five_hundred_people_is_refused():
    scene = Scene()
    mentions = tuple(f"x{n}" for n in range(500))
    assert texts(scene.say(STAFF, "/kick " + "@x\u2005" * 100, mentions=mentions)) == ["target.one_only"]


fuzz = st.one_of(
    command_like,
    st.text(max_size=60),
    st.builds(
        "{}{}".format,
        st.sampled_from(["/", "／", "踢@", "/kick @", "通过", "/undo ", "「"]),
        st.text(max_size=40),
    ),
)
mentions = st.lists(st.sampled_from(["u1", "u2", "owner", "staff", "bot", "all", "nobody"]), max_size=3).map(
    tuple
)


@given(fuzz, mentions, st.booleans())
def test_no_line_of_staff_can_crash_the_desk_or_touch_more_than_one_member(text, mentions, private):
    scene = Scene()
    scene.say("u1", MAYBE)
    decision = scene.whisper(STAFF, text) if private else scene.say(STAFF, text, mentions=mentions)
    touched = {getattr(e, "member", None) or e.to for e in decision.effects if e.case is not None}
    assert touched <= {"u1", "u2"}
    assert len(touched) <= 1


@given(fuzz, mentions, st.booleans(), st.sampled_from(["silent", "polite"]))
def test_no_line_of_a_member_ever_does_anything_to_anybody_else(text, mentions, private, strangers):
    scene = Scene(commands={"strangers": strangers})
    scene.say("u1", MAYBE)
    before = (scene.state.cases[1], scene.member("u1"), scene.state.rooms["r1"].mode)
    decision = scene.whisper("u2", text) if private else scene.say("u2", text, mentions=mentions)
    assert (scene.state.cases[1], scene.member("u1"), scene.state.rooms["r1"].mode) == before
    for effect in decision.effects:
        told = kinds(decision) and effect.__struct_config__.tag == "notify_staff"
        assert told or effect.to == "u2"
    assert not {"remove", "ban", "invite", "send_room"} & set(kinds(decision))


@pytest.mark.parametrize("text", [AD, SCAM])
def test_an_advert_dressed_as_a_command_is_still_an_advert(text):
    assert Scene().say("u1", f"/kick {text}").verdict == "ad"
