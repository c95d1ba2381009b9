"""A wrong playbook is refused in one line that says where, what, and what to do."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner

from bot.cli.playbooks import command
from bot.errors import PackError
from bot.packs import shipped
from bot.playbooks import load_cues, load_playbooks, load_reader, problems_in, read_playbook, wrong_cues

GOOD = (shipped("playbooks") / "member-dispute.toml").read_text(encoding="utf-8")
READER = load_reader()

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
    return [str(problem) for problem in problems_in(read_playbook(path), READER)]


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
    own.write_text(own.read_text(encoding="utf-8").replace("version = 1", "version = 7"), encoding="utf-8")
    versions = {playbook.id: playbook.version for playbook in load_playbooks(tmp_path)}
    assert versions["upsell"] == 7
    assert versions["complaint"] == 1


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
    assert runner.invoke(command, ["graph", "complaint"]).output.startswith("flowchart TD")
    assert "soothe" in runner.invoke(command, ["graph", "complaint", "--text"]).output
    assert isinstance(runner.invoke(command, ["graph", "nothing"]).exception, PackError)
    assert "opt-out" in runner.invoke(command, ["read", "别烦我"]).output


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
