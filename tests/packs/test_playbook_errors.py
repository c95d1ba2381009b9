"""A wrong playbook is refused in one line that says where, what, and what to do."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner

from bot.checkins import load_checkin_book
from bot.cli.playbooks import command
from bot.core.playbook.model import ASIDES
from bot.errors import PackError
from bot.packs import shipped
from bot.playbook_words import load_common, load_refused, wrong_wordings
from bot.playbooks import (
    Shared,
    load_cues,
    load_playbooks,
    load_reader,
    problems_in,
    read_playbook,
    wrong_cues,
)

GOOD = (shipped("playbooks") / "member-dispute.toml").read_text(encoding="utf-8")
READER = load_reader()
REFUSED = load_refused()
COMMON = Shared(common=load_common())

SHORT = """
id = "own"
title = { zh = "自家", en = "Own" }
about = { zh = "自家", en = "Own" }
for_kinds = ["dispute"]
proposal.zh = ["先安抚{parties}"]

[[role]]
id = "party"
who = "party"
title = { zh = "当事人", en = "party" }
first = "soothe"

[[step]]
id = "soothe"
role = "party"
purpose = "soothe"
zh = ["{name}，还好吗？"]
wait = { hours = 24, then = "end:silent" }

[step.replies]
calm = "end:done"
angry = "handover"
accept = "end:done"
refuse = "end:done"
question = "handover"
other = "end:done"

[parting]
human.zh = ["我去叫人。"]
handover.zh = ["我转给{staff}。"]
safety.zh = ["我在。12356 120 110"]

[[outcome]]
id = "done"
title = { zh = "好了", en = "done" }

[[outcome]]
id = "silent"
title = { zh = "没回", en = "silent" }

[[outcome]]
id = "opted-out"
title = { zh = "不要再发", en = "opted out" }

[[dialogue]]
name = "好"
role = "party"
turns = [{ at = "soothe", reply = "没事了", reads = "calm" }]
ends = "end:done"
"""
STEP = """
[[step]]
id = "more"
role = "party"
purpose = "{purpose}"
zh = ["再说说？"]
wait = {{ hours = 24, then = "{then}" }}
replies = {{ calm = "{to}", angry = "{to}", accept = "{to}", refuse = "{to}", question = "{to}", other = "{to}" }}
"""


def problems(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in problems_in(read_playbook(path), READER, REFUSED)]


def changed(old, new):
    assert old in SHORT
    return SHORT.replace(old, new, 1)


def test_a_short_playbook_of_ones_own_is_enough(tmp_path):
    assert problems(tmp_path, SHORT) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            SHORT + STEP.format(purpose="soothe", then="end:silent", to="end:done"),
            "step more: is never reached",
        ),
        (changed('question = "handover"\n', ""), "step soothe: does not say what follows question"),
        (changed('wait = { hours = 24, then = "end:silent" }\n', ""), "does not say how long it waits"),
        (changed('calm = "end:done"', 'calm = "nowhere"'), "calm leads to 'nowhere', which there is not"),
        (changed('calm = "end:done"', 'calm = "end:nowhere"'), "'end:nowhere' is no outcome"),
        (changed('calm = "end:done"', 'calm = "soothe"'), "leads to the step itself"),
        (changed('calm = "end:done"', 'calm = "stay"'), "fewer wordings"),
        (changed("{name}，还好吗", "{nickname}，还好吗"), "there is no {nickname}"),
        (changed("还好吗", "TA说{excerpt}"), "shows {excerpt} to party: it is what others said"),
        (changed("还好吗", "{story}"), "shows {story} to party"),
        (changed("还好吗", "{other}找过我"), "names {other}, the other party"),
        (changed("还好吗", "可以{options}"), 'add needs = ["options"]'),
        (changed("还好吗？", "我们给你退款"), "promises '退款'"),
        (changed("还好吗？", "一定给你办好"), "promises '一定'"),
        (changed("还好吗？", "保证处理"), "promises '保证'"),
        (changed("还好吗？", "赔你一个"), "promises '赔'"),
        (changed('zh = ["{name}，还好吗？"]', 'zh = [" "]'), "has an empty wording"),
        (changed('zh = ["{name}，还好吗？"]', "zh = []"), "has no wording in zh"),
        (changed('zh = ["{name}，还好吗？"]', 'zh = ["在吗", "在吗"]'), "has the same wording twice"),
        (changed("我去叫人。", "{name}，还好吗？"), "says the same as step soothe"),
        (changed("还好吗", "好" * 160), "is too long"),
        (changed("{name}，还好吗", "{name，还好吗"), "has a brace that is no variable"),
        (changed("12356 120 110", "12356 120"), "does not name 110"),
        (changed('human.zh = ["我去叫人。"]\n', ""), "parting human: is missing"),
        (changed('first = "soothe"', 'first = "sooth"'), "starts at 'sooth', which is no step"),
        (changed('role = "party"\npurpose', 'role = "partie"\npurpose'), "of the role 'partie'"),
        (changed('calm = "end:done"', 'calm = "end:done"\nsafety = "end:done"'), "it always leads to human"),
        (changed('calm = "end:done"', 'calm = "end:done"\nsilent = "end:done"'), "silence is wait.then"),
        (changed('reads = "calm"', 'reads = "angry"'), "is read as calm, not angry"),
        (changed('ends = "end:done"', 'ends = "handover"'), "ends with end:done, not with handover"),
        (
            changed("hours = 24, then", 'hours = 24, reminder = { hours = 30, zh = ["在吗"] }, then'),
            "remind earlier",
        ),
        (changed('id = "opted-out"', 'id = "opted"'), "there is no opted-out"),
        (
            SHORT + '[[level]]\nid = "remove"\nby = "bot"\nneeds = { zh = "无", en = "no" }\n',
            "only a human may",
        ),
        (SHORT + SHORT[SHORT.index("[[outcome]]") : SHORT.index("[[dialogue]]")], "stands twice"),
    ],
)
def test_a_wrong_playbook_is_refused(tmp_path, text, says):
    found = problems(tmp_path, text)
    assert any(says in problem for problem in found), found
    assert all("\n" not in problem and "; " in problem for problem in found)


@pytest.mark.parametrize(
    "promise",
    [
        "返你50元",
        "给你返现",
        "发你一个红包",
        "给你打八折",
        "送你一节课",
        "把钱还你",
        "赔你一套新的",
        "给你三百块",
        "给点补偿",
        "这单免单",
        "We refund you.",
        "It is our treat.",
    ],
)
def test_no_text_to_members_promises_money(promise, tmp_path):
    found = problems(tmp_path, changed("{name}，还好吗？", promise))
    assert any("promises" in problem for problem in found), found


@pytest.mark.parametrize(
    "leak",
    [
        "他说是你先的",
        "她跟我讲了",
        "对方告诉我他后悔了",
        "人家觉得你太凶",
        "{other}说想算了",
        "He told me it was you.",
        "She said it was a joke",
    ],
)
def test_no_text_to_members_passes_on_what_another_said(leak, tmp_path):
    found = problems(tmp_path, changed("{name}，还好吗？", leak))
    assert any("passes on" in problem for problem in found), found


@pytest.mark.parametrize(
    "secrecy",
    [
        "只我们俩说",
        "放心，不会传出去",
        "我会保密的",
        "没有人会看到",
        "Just the two of us.",
        "Nobody else will know.",
    ],
)
def test_no_text_to_members_promises_secrecy_for_staff_reads_along(secrecy, tmp_path):
    found = problems(tmp_path, changed("{name}，还好吗？", secrecy))
    assert any("promises secrecy" in problem for problem in found), found


def test_saying_who_reads_along_and_whom_it_does_not_reach_is_fine(tmp_path):
    for honest in ("只有我和群里负责的老师会看到", "不发群里，也不转给对方", "对方那会儿也许正急着"):
        assert problems(tmp_path, changed("还好吗？", honest)) == []


def test_what_the_operator_configured_comes_in_by_its_variable_alone(tmp_path):
    needs = 'purpose = "soothe"\nneeds = ["options"]\nwithout = "handover"'
    text = changed("还好吗？", "可以选：{options}").replace('purpose = "soothe"', needs, 1)
    assert problems(tmp_path, text) == []


def test_staff_may_read_of_money_and_of_what_was_said(tmp_path):
    text = changed("先安抚{parties}", "先安抚{parties}，他说要退款，TA 觉得委屈")
    assert problems(tmp_path, text) == []


def test_check_ins_promise_no_secrecy_either(tmp_path):
    (tmp_path / "playbooks").mkdir()
    own = tmp_path / "playbooks" / "check-in.toml"
    shutil.copy(shipped("playbooks") / "check-in.toml", own)
    text = own.read_text(encoding="utf-8").replace("跟我说说，不会发到群里。", "跟我说，不传出去。")
    own.write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match="promises secrecy"):
        load_checkin_book(tmp_path)


def test_a_playbook_of_ones_own_takes_over_the_shared_words_and_need_not_speak_english(tmp_path):
    path = tmp_path / "own.toml"
    text = SHORT[: SHORT.index("[parting]")] + SHORT[SHORT.index("[[outcome]]") :]
    path.write_text(text, encoding="utf-8")
    playbook = read_playbook(path, COMMON)
    assert [str(problem) for problem in problems_in(playbook, READER, REFUSED)] == []
    assert playbook.title_of("soothe", "zh") == "安抚"
    assert set(ASIDES) == set(playbook.asides)


def test_a_wrong_pattern_or_example_of_refused_words_is_refused(tmp_path):
    (tmp_path / "rules" / "wordings").mkdir(parents=True)
    own = tmp_path / "rules" / "wordings" / "own.toml"
    cue = '[[cue]]\nid = "own/a"\nrefuses = "promise"\npatterns = ["(?=a)"]\nhits = ["a"]\npasses = ["b"]\n'
    own.write_text(cue, encoding="utf-8")
    with pytest.raises(PackError, match="own/a"):
        load_refused(tmp_path)
    own.write_text(cue.replace("(?=a)", "z"), encoding="utf-8")
    assert any("own/a: does not hit" in line for line in wrong_wordings(tmp_path))


def test_a_circle_that_no_answer_ends_is_refused(tmp_path):
    text = SHORT
    for reply in ("calm", "accept", "refuse", "other"):
        text = text.replace(f'{reply} = "end:done"', f'{reply} = "more"')
    text = text.replace('question = "handover"', 'question = "more"').replace(
        'angry = "handover"', 'angry = "more"'
    )
    found = problems(tmp_path, text + STEP.format(purpose="soothe", then="end:silent", to="soothe"))
    assert any("never ends, whatever is answered" in problem for problem in found)


def test_anger_is_never_answered_with_a_question_about_ways_out(tmp_path):
    text = changed('angry = "handover"', 'angry = "more"')
    found = problems(tmp_path, text + STEP.format(purpose="resolve", then="end:silent", to="end:done"))
    assert any("feelings first" in problem for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('purpose = "soothe"', 'purpose = "sooth"', "step soothe"),
        ("hours = 24", "hours = 0", "step soothe"),
        ('id = "own"', 'id = "other"', "must be its file's name"),
        ('who = "party"', 'who = "everybody"', "role party"),
        ('for_kinds = ["dispute"]', 'for_kinds = ["quarrel"]', "for_kinds"),
        ('id = "own"', 'id = "own"\ncolour = 1', "colour"),
    ],
)
def test_a_file_that_is_no_playbook_is_refused_in_one_line(tmp_path, old, new, says):
    path = tmp_path / "own.toml"
    path.write_text(SHORT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_playbook(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_own_file_overrides_the_shipped_one_of_its_name(tmp_path):
    (tmp_path / "playbooks").mkdir()
    shutil.copy(shipped("playbooks") / "upsell.toml", tmp_path / "playbooks" / "upsell.toml")
    own = tmp_path / "playbooks" / "upsell.toml"
    own.write_text(own.read_text(encoding="utf-8").replace("version = 2", "version = 7"), encoding="utf-8")
    versions = {playbook.id: playbook.version for playbook in load_playbooks(tmp_path)}
    assert versions["upsell"] == 7
    assert versions["complaint"] == 2


def test_check_says_what_is_wrong_and_leaves_with_2(tmp_path):
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "member-dispute.toml").write_text(
        GOOD.replace('calm = "praise"', 'calm = "prays"', 1), encoding="utf-8"
    )
    asked = CliRunner().invoke(command, ["check", "--data", str(tmp_path)])
    assert isinstance(asked.exception, PackError)
    assert asked.exception.exit_code == 2
    assert "step soothe: calm leads to 'prays'" in asked.stderr


def test_list_and_graph_answer():
    runner = CliRunner()
    assert "member-dispute" in runner.invoke(command, ["list"]).output
    assert runner.invoke(command, ["list", "--json"]).output.startswith("[{")
    drawn = runner.invoke(command, ["graph", "complaint"]).output
    assert drawn.startswith("flowchart TD")
    assert "先听 TA 说完" in drawn
    assert "平静下来了" in drawn
    assert "先听 TA 说完 (listen)" in runner.invoke(command, ["graph", "complaint", "--text"]).output
    assert isinstance(runner.invoke(command, ["graph", "nothing"]).exception, PackError)
    assert "opt-out" in runner.invoke(command, ["read", "别烦我"]).output


def test_a_shipped_file_is_copied_to_be_edited_and_never_written_over(tmp_path):
    runner = CliRunner()
    for name in ("complaint", "common", "credit", "check-in"):
        assert runner.invoke(command, ["copy", name, "--data", str(tmp_path)]).exit_code == 0
        assert (tmp_path / "playbooks" / f"{name}.toml").read_bytes() == (
            shipped("playbooks") / f"{name}.toml"
        ).read_bytes()
    again = runner.invoke(command, ["copy", "complaint", "--data", str(tmp_path)])
    assert isinstance(again.exception, PackError)
    assert isinstance(runner.invoke(command, ["copy", "../x", "--data", str(tmp_path)]).exception, PackError)


def test_a_wrong_cue_is_refused(tmp_path):
    (tmp_path / "rules" / "replies").mkdir(parents=True)
    own = tmp_path / "rules" / "replies" / "own.toml"
    cue = '[[cue]]\nid = "own/a"\nreads = "calm"\npatterns = ["(?=a)"]\nhits = ["a"]\npasses = ["b"]\n'
    own.write_text(cue, encoding="utf-8")
    with pytest.raises(PackError, match="own/a"):
        load_reader(tmp_path)
    own.write_text(cue.replace("(?=a)", "a").replace('"calm"', '"happy"'), encoding="utf-8")
    with pytest.raises(PackError, match="happy"):
        load_cues(tmp_path)
    own.write_text(cue.replace("(?=a)", "z"), encoding="utf-8")
    assert any("own/a: does not hit" in line for line in wrong_cues(load_reader(tmp_path)))
