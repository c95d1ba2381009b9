"""A wrong pack is refused in one line that says where: the file, the rule, the key."""

from __future__ import annotations

import pytest

from bot.assembly import load_brain
from bot.core.rules.registry import RuleSet, rule_kinds
from bot.core.settings import Settings
from bot.errors import PackError
from bot.packs import compile_rules, files_of, fingerprint, load_packs, read_pack, shipped
from tests.packs.judging import verdict, write

HEAD = '[pack]\nid = "own"\nname = { zh = "自家", en = "own" }\n'
RULE = """[[rule]]
id = "own/a"
kind = "regex"
weight = 0.9
why = { zh = "因为", en = "because" }
hits = ["aaa"]
passes = ["bbb"]
patterns = ["aaa"]
"""
PACK = HEAD + RULE


def error(folder, text):
    path = write(folder, text)
    with pytest.raises(PackError) as caught:
        compile_rules([read_pack(path)])
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(str(path))


def with_line(old, new):
    assert old in PACK
    return PACK.replace(old, new)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (with_line('kind = "regex"', 'kind = "magic"'), ["own/a", "magic", "kind"]),
        (with_line('kind = "regex"\n', ""), ["own/a", "kind"]),
        (PACK + "colour = 1\n", ["own/a", "unknown", "colour"]),
        (with_line("0.9", '"much"'), ["own/a", "weight"]),
        (with_line("0.9", "nan"), ["own/a", "weight"]),
        (with_line("0.9", "inf"), ["own/a", "weight"]),
        (with_line("0.9", "5.1"), ["own/a", "weight"]),
        (with_line("0.9", "0"), ["own/a", "weight", "0 does nothing", "request"]),
        (with_line("0.9", "-0.0"), ["own/a", "weight", "0 does nothing"]),
        (with_line("regex", "request"), ["own/a", "weight", "request"]),
        (with_line('patterns = ["aaa"]\n', ""), ["own/a", "patterns"]),
        (with_line('patterns = ["aaa"]', "patterns = []"), ["own/a", "patterns"]),
        (with_line('hits = ["aaa"]', "hits = []"), ["own/a", "hits"]),
        (with_line('passes = ["bbb"]\n', ""), ["own/a", "passes"]),
        (with_line('en = "because"', 'fr = "parce que"'), ["own/a", "why"]),
        (with_line('"own/a"', "7"), ["7", "id"]),
        (with_line('"own/a"', '"Own A"'), ["Own A", "id"]),
        (with_line('"own/a"', '"other/a"'), ["other/a", "own/"]),
        (HEAD + RULE + RULE, ["own/a", "twice"]),
        (HEAD + "[rule]\nid = 'own/a'\n", ["[[rule]]"]),
        (HEAD + "[rules]\nid = 'own/a'\n", ["[rules]"]),
        ("rule = ['x']\n" + HEAD, ["number 1"]),
        (RULE, ["[pack]", "id"]),
        ("pack = 1", ["[pack]"]),
        ("", ["[pack]"]),
        (HEAD.replace("own", "Own!", 1), ["[pack]", "id"]),
        ("[pack\n", ["line 1"]),
        (HEAD + "\nrule = ?\n", ["line 5"]),
        ("[pack]\nid = 'é'".encode("latin-1"), ["UTF-8"]),
    ],
)
def test_a_malformed_pack_is_refused(tmp_path, text, says):
    message = error(tmp_path, text)
    assert all(word in message for word in says), message


@pytest.mark.parametrize(
    "pattern",
    ["a(?=b)", "(?<!a)b", r"(a)\1", "((a{1000}){1000}){1000}", "a(", "[z-a]", "a(\nb", "*"],
)
def test_a_pattern_that_cannot_be_run_in_linear_time_is_refused(tmp_path, pattern):
    quoted = repr(pattern) if "\n" not in pattern else '"a(\\nb"'
    assert "own/a" in error(
        tmp_path, with_line('patterns = ["aaa"]', f"patterns = [{quoted}]".replace("\\\\", "\\"))
    )


@pytest.mark.parametrize("key", ["patterns", "not_with"])
@pytest.mark.parametrize("pattern", ["", "b|", "(?:b)?", ".*"])
def test_a_pattern_that_matches_everything_is_refused_as_rule_and_as_excuse(tmp_path, key, pattern):
    text = (
        PACK + f"not_with = ['{pattern}']\n"
        if key == "not_with"
        else with_line('["aaa"]\n', f"['{pattern}']\n")
    )
    if key == "patterns":
        text = PACK.replace('patterns = ["aaa"]', f"patterns = ['{pattern}']")
    assert "every message" in error(tmp_path, text)


@pytest.mark.parametrize("word", ["", " ", "\\u200b"])
def test_an_empty_phrase_is_refused(tmp_path, word):
    text = with_line('kind = "regex"', 'kind = "phrase"').replace(
        'patterns = ["aaa"]', f'words = ["好", "{word}"]'
    )
    assert "own/a" in error(tmp_path, text)


def test_an_unknown_kind_of_contact_is_refused(tmp_path):
    text = with_line('kind = "regex"', 'kind = "contact_offer"').replace(
        'patterns = ["aaa"]', 'contacts = ["fax"]\noffers = ["a"]'
    )
    message = error(tmp_path, text)
    assert "contacts" in message
    assert "fax" in message


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(PackError, match=r"none\.toml: cannot be read"):
        read_pack(tmp_path / "none.toml")


def test_an_operators_pack_stands_beside_the_shipped_ones(tmp_path):
    write(tmp_path / "rules", PACK)
    ids = {pack.head.id for pack in load_packs(tmp_path)}
    assert ids == {"own"} | {pack.head.id for pack in load_packs()}


def test_an_operators_file_of_the_same_name_takes_the_place_of_the_shipped_one(tmp_path):
    own = write(tmp_path / "rules", PACK.replace("own", "ads"), "ads.toml")
    paths = files_of("rules", tmp_path)
    assert own in paths
    assert shipped("rules") / "ads.toml" not in paths
    rules = compile_rules(load_packs(tmp_path))
    assert verdict("aaa", rules).verdict == "ad"
    assert verdict("加V xhm_demo88 手机兼职日结200", rules).verdict == "ok"


def test_two_packs_with_one_id_are_refused_by_the_names_of_both_files(tmp_path):
    one, two = (write(tmp_path / "rules", PACK, name) for name in ("one.toml", "two.toml"))
    with pytest.raises(PackError) as caught:
        load_packs(tmp_path)
    assert str(caught.value).startswith(str(two))
    assert str(one) in str(caught.value)


def test_a_pack_under_a_shipped_packs_id_is_refused(tmp_path):
    path = write(tmp_path / "rules", PACK.replace("own", "ads"), "mine.toml")
    with pytest.raises(PackError, match=r"id ads is that of .*ads\.toml") as caught:
        load_packs(tmp_path)
    assert str(caught.value).startswith(str(path))


def test_a_file_of_a_shipped_packs_name_still_takes_its_place(tmp_path):
    write(tmp_path / "rules", PACK.replace("own", "ads"), "ads.toml")
    assert any(pack.own and pack.head.id == "ads" for pack in load_packs(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('hits = ["aaa"]', 'hits = "aaa"', 'hits: write a list, like ["..."], not a text in quotes'),
        ('hits = ["aaa"]', "hits = []", "hits: write a list"),
        ("0.9", '"much"', "weight: write a number, not a text in quotes"),
        ('passes = ["bbb"]\n', "", "passes is missing; write it"),
        ('why = { zh = "因为", en = "because" }', 'why = { zh = "因为" }', "en is missing in why; write it"),
        ('kind = "regex"', 'kind = "regex"\ncolour = 1', "unknown key colour; take it out"),
        ("0.9", "5.1", "weight: write a number that is <= 5"),
    ],
)
def test_what_to_write_is_said_in_plain_words(tmp_path, old, new, says):
    message = error(tmp_path, with_line(old, new))
    assert says in message
    assert "own/a" in message
    assert not any(sign in message for sign in ("$", "`array`", "Expected"))


def test_the_fingerprint_changes_with_any_file(tmp_path):
    one = write(tmp_path, PACK)
    before = fingerprint([one])
    assert fingerprint([one]) == before
    write(tmp_path, PACK + "# a word\n")
    assert fingerprint([one]) != before


def test_the_example_kind_to_copy_works_but_is_no_kind_by_itself():
    from bot.core.rules.example import Spec
    from bot.core.rules.kind import Why

    assert "shouting" not in rule_kinds()
    rules = RuleSet(
        [Spec(id="own/loud", weight=0.5, why=Why("吵", "loud"), hits=("!!!!!",), passes=("!",), marks=5)]
    )
    assert verdict("快来!!!!!", rules).signals[0].evidence == "!!!!!"
    assert verdict("快来!!!!", rules).signals == ()


def test_the_brain_is_made_of_rules_and_texts(tmp_path):
    brain = load_brain(Settings(), tmp_path)
    assert brain.policy.version
    assert brain.renderer.names


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('kind = "newcomer"\ncarries = ["link"]\ndays = 0', "nobody would be a newcomer"),
        ('kind = "fact"\nfact = "days-below"\nvalue = 1\ndown_to = 2', "it never holds"),
        ('kind = "fact"\nfact = "short"\nvalue = 9\nnot_beside = ["ads/typo"]', "'ads/typo' is no rule"),
        ('kind = "disguise"\npacks = ["typo"]', "'typo' is no rule and no pack"),
        ('kind = "forwarded"\nfrom_score = 3', "from_score"),
        ('kind = "language"\ncap = 0', "cap"),
    ],
)
def test_a_rule_that_can_never_hit_is_refused(tmp_path, lines, says):
    text = with_line('kind = "regex"', lines).replace('patterns = ["aaa"]\n', "")
    assert says in error(tmp_path, text)
