"""The configuration: checked as a whole before anything starts, with the key named."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.assembly import load_brain
from bot.cli import main
from bot.config import FILE, load_settings, names_for_ids, require_gateway
from bot.core.events import CarryingType
from bot.core.policy import Policy
from bot.core.rules.message_type import TypeWatcher
from bot.core.settings import Settings
from bot.errors import ConfigError, PackError
from bot.packs import load_packs
from tests.packs.judging import write


def load(folder, text="", **environment):
    write(folder, text, FILE)
    return load_settings(folder, environment)


def test_without_a_file_the_defaults_hold(tmp_path):
    assert load_settings(tmp_path, {}) == Settings()


def test_an_empty_file_means_the_defaults(tmp_path):
    assert load(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "colour"),
        ("[operator]\nidd = 'x'", "idd"),
        ("[rooms.r1]\nmodes = 'act'", "modes"),
        ("[defaults.ladder]\nwarn = 1", "warn"),
        ("[operator]\nid = 7", "`operator.id`"),
        ("[defaults]\nmode = 'kill'", "`defaults.mode`"),
        ("[defaults]\nstaff = 'a'", "`defaults.staff`"),
        ("[defaults]\nquiet_from = '25:00'", "`defaults.quiet_from`"),
        ("[operator]\ndigest_at = '9:00'", "`operator.digest_at`"),
        ("[rooms.'12@chatroom']\nmode = 'kill'", 'rooms."12@chatroom".mode'),
        ("[rooms.ok]\n[rooms.bad]\nladder = {reminds = -1}", 'rooms."bad".ladder.reminds'),
        ("[scoring]\nad = nan", "`scoring.ad`"),
        ("[governor]\nper_minute = 0", "`governor.per_minute`"),
        ("[operator]\ntimezone = 'Mars/Olympus'", "operator.timezone"),
        ("[defaults]\ntimezone = 'Beijing'", "defaults.timezone"),
        ("[rooms.r1]\ntimezone = '../etc/passwd'", 'rooms."r1".timezone'),
        ("[operator]\ndigest_at = '02:30'", "operator.digest_at"),
        ("[scoring]\nsuspect = 2.0\nad = 1.0", "scoring"),
        ("[scoring]\nsuspect = 0.9\nad = 0.9", "suspect must be below ad"),
        ("[scoring]\nsuspect = 0.06\nad = 0.9", "suspect 0.06 is too low"),
        ("[scoring]\nsuspect = 0.3\nad = 0.35", "ad 0.35 is too low"),
        ("[scoring]\nsuspect = 5\nad = 9", "no message's score reaches suspect 5"),
        ("[defaults.ladder]\nreminds = 0\nwarns = 0", "defaults.ladder"),
        ("[rooms.r1.ladder]\nreminds = 0\nwarns = 0", 'rooms."r1".ladder'),
        ("[governor]\nper_minute = 300", "governor"),
        ("[wechaty]\nbackoff_from_seconds = 50", "backoff_from_seconds"),
        ("[defaults]\nallow = ['com.cn']", "defaults.allow"),
        ("[rooms.r1]\nallow = ['github.io']", 'rooms."r1".allow'),
        ("[rooms.r1]\ndeny = ['https://bad.example/x']", 'rooms."r1".deny'),
        (
            "[rooms.r1]\nallow = ['www.a.example']\ndeny = ['A.example']",
            "a.example stands in allow and in deny",
        ),
        ("[defaults.types]\ntext = 0", "defaults.types"),
        ("[defaults]\nbrand = ['群']", "defaults.brand"),
        ("channel = 'icq'", "`channel`"),
        ("[operator\n", "line 1"),
        ("[operator]\nid = 1\nid = 2\n", "line 3"),
        ("id = 'é'".encode("latin-1"), "UTF-8"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line_with_its_key(tmp_path, text, says):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / FILE))
    assert says in message
    assert "\n" not in message


def test_an_empty_text_says_that_nothing_is_set(tmp_path):
    assert load(tmp_path, "[operator]\nid = ''\n[defaults]\ntimezone = ''") == Settings()


def test_a_rooms_ladder_is_checked_with_what_it_takes_from_the_defaults(tmp_path):
    with pytest.raises(ConfigError, match=r'rooms\."r1"\.ladder'):
        load(tmp_path, "[defaults.ladder]\nwarns = 0\n[rooms.r1.ladder]\nreminds = 0")


def test_a_room_takes_from_the_defaults_what_it_does_not_say(tmp_path):
    settings = load(
        tmp_path,
        "[defaults]\nmode = 'assist'\nwhitelist = ['w']\nstaff = ['s']\n"
        "[defaults.ladder]\nwindow_days = 60\nnewcomer_days = 0\n"
        "[rooms.r1]\nmode = 'act'\nwhitelist = ['x']\n[rooms.r1.ladder]\nreminds = 2",
    )
    policy = Policy(settings)
    own, other = policy.room("r1"), policy.room("r2")
    assert (own.mode, own.whitelist, own.staff) == ("act", {"w", "x"}, {"s"})
    assert (own.ladder.reminds, own.ladder.window_days, own.ladder.newcomer_days) == (2, 60, 0)
    assert (other.mode, other.whitelist, other.ladder.reminds) == ("assist", {"w"}, 1)


@pytest.mark.parametrize(
    ("environment", "endpoint"),
    [
        ({}, "file:1"),
        ({"QUNGUAN_WECHATY_ENDPOINT": "own:2"}, "own:2"),
        ({"WECHATY_PUPPET_SERVICE_ENDPOINT": "eco:3"}, "eco:3"),
        ({"QUNGUAN_WECHATY_ENDPOINT": "own:2", "WECHATY_PUPPET_SERVICE_ENDPOINT": "eco:3"}, "own:2"),
        ({"QUNGUAN_WECHATY_ENDPOINT": " ", "WECHATY_PUPPET_SERVICE_ENDPOINT": "eco:3"}, "eco:3"),
        ({"QUNGUAN_WECHATY_ENDPOINT": ""}, "file:1"),
        ({"QUNGUAN_WECHATY_ENDPOINT": " own:2\n"}, "own:2"),
    ],
)
def test_the_environment_stands_above_the_file_and_our_own_name_above_the_ecosystems(
    tmp_path, environment, endpoint
):
    settings = load(tmp_path, "[wechaty]\nendpoint = 'file:1'\ntoken = 't'", **environment)
    assert settings.wechaty.endpoint == endpoint
    assert settings.wechaty.token == "t"


def test_token_and_webhook_may_stay_out_of_the_file(tmp_path):
    settings = load(tmp_path, QUNGUAN_WECHATY_TOKEN="secret", QUNGUAN_ALARM_WEBHOOK="https://a.example/x")
    assert (settings.wechaty.token, settings.alarm.webhook) == ("secret", "https://a.example/x")


@pytest.mark.parametrize("endpoint", ["host:8788", "127.0.0.1:1", "[::1]:65535", "my-host.local:80"])
def test_these_are_endpoints(tmp_path, endpoint):
    require_gateway(load(tmp_path, QUNGUAN_WECHATY_ENDPOINT=endpoint, QUNGUAN_WECHATY_TOKEN="t"))


@pytest.mark.parametrize(
    "endpoint", ["host", "host:", "host:0", "host:65536", "http://host:80", "ho st:80", "::1:80", "host:8 0"]
)
def test_these_are_not(tmp_path, endpoint):
    with pytest.raises(ConfigError, match="host:port"):
        require_gateway(load(tmp_path, QUNGUAN_WECHATY_ENDPOINT=endpoint, QUNGUAN_WECHATY_TOKEN="t"))


@pytest.mark.parametrize(
    ("environment", "missing"), [({}, "endpoint"), ({"QUNGUAN_WECHATY_ENDPOINT": "h:1"}, "token")]
)
def test_what_the_gateway_needs_is_named(tmp_path, environment, missing):
    with pytest.raises(ConfigError, match=f"no gateway {missing}: set QUNGUAN_WECHATY_"):
        require_gateway(load(tmp_path, **environment))


def test_no_message_shows_a_secret(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "[wechaty]\ntoken = 'topsecret'\nport = 1")
    assert "topsecret" not in str(caught.value)


def test_a_preset_under_which_nothing_would_be_asked_about_is_refused(tmp_path):
    write(tmp_path / "rules" / "presets", "id='odd'\nsuspect=2\nname.zh='怪'\nname.en='odd'", "odd.toml")
    load_brain(Settings(), tmp_path)
    with pytest.raises(ConfigError, match=r"preset odd .* nothing is ever asked about"):
        load_brain(load(tmp_path, "[rooms.r1]\npreset = 'odd'"), tmp_path)


def test_sites_are_written_as_they_are_spoken_of(tmp_path):
    settings = load(tmp_path, "[defaults]\nallow = ['WWW.Taobao.com', '*.github.io', 'me.github.io']")
    assert Policy(settings).room("r1").allow == {"taobao.com", "*.github.io", "me.github.io"}


def test_every_type_that_can_be_unwelcome_is_looked_at():
    assert TypeWatcher().types == frozenset(get_args(CarryingType))


@pytest.mark.parametrize(
    ("scoring", "preset", "says"),
    [
        ("ad = 10\nsuspect = 0.5", "", "nothing you order would be acted on"),
        ("ad = 0.96", "", "nothing you order would be acted on"),
        ("ad = 2.4\nsuspect = 2.35", "", "no message's score reaches suspect"),
        ("preset = 'odd'", "ad = 3", "nothing would be acted on"),
        ("preset = 'odd'", "[weights]\n{zeros}", "nothing would be acted on"),
    ],
)
def test_scores_and_presets_that_switch_a_check_off_are_refused_in_one_line(tmp_path, scoring, preset, says):
    if preset:
        packs = sorted({pack.head.id for pack in load_packs()})
        zeros = "\n".join(f"{pack} = 0" for pack in packs)
        text = f"id = 'odd'\nname.zh = '怪'\nname.en = 'odd'\n{preset.format(zeros=zeros)}"
        write(tmp_path / "rules" / "presets", text, "odd.toml")
    with pytest.raises(ConfigError) as caught:
        load_brain(load(tmp_path, f"[scoring]\n{scoring}"), tmp_path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_preset_cannot_weigh_what_the_operator_orders(tmp_path):
    text = "id = 'odd'\nname.zh = '怪'\nname.en = 'odd'\n[weights]\n'link/denied' = 0"
    write(tmp_path / "rules" / "presets", text, "odd.toml")
    with pytest.raises(PackError, match=r"preset odd: link/denied weighs the same under every preset"):
        load_brain(load(tmp_path, ""), tmp_path)


def test_the_highest_score_that_still_lets_orders_be_acted_on_is_taken(tmp_path):
    assert load_brain(load(tmp_path, "[scoring]\nad = 0.95"), tmp_path).policy.settings.scoring.ad == 0.95


def test_who_is_named_by_a_nickname_is_told_of(tmp_path):
    text = """
[defaults]
whitelist = ["wxid_abc123", "小林", "Anna B", "25984981@openim"]
[rooms."r1@chatroom"]
staff = ["阿月"]
duty = [{ who = "木木" }]
"""
    lines = names_for_ids(load(tmp_path, text))
    assert [line.split(" looks")[0] for line in lines] == [
        "defaults.whitelist: '小林'",
        "defaults.whitelist: 'Anna B'",
        "rooms.\"r1@chatroom\".staff: '阿月'",
        "rooms.\"r1@chatroom\".duty: '木木'",
    ]


def test_doctor_hints_at_them(tmp_path, capsys):
    load(tmp_path, '[defaults]\nwhitelist = ["小林"]\n')
    main(["doctor", "--offline", "--data", str(tmp_path)])
    assert "'小林' looks like a nickname" in capsys.readouterr().out
