"""`qunguan doctor` asks a real gateway with the token, and disturbs nobody."""

import pytest

from bot.cli import main
from tests.channels.gateway_process import Gateway, need_set

pytestmark = pytest.mark.gateway


@pytest.fixture
def gateway():
    need_set("new")
    gateway = Gateway("new").start()
    yield gateway
    gateway.kill()


def doctor(gateway, token, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("QUNGUAN_WECHATY_ENDPOINT", gateway.endpoint)
    monkeypatch.setenv("QUNGUAN_WECHATY_TOKEN", token)
    return main(["doctor", "--data", str(tmp_path)]), capsys.readouterr().out


def test_it_says_that_the_gateway_takes_the_token(gateway, tmp_path, monkeypatch, capsys):
    code, said = doctor(gateway, "test-token", tmp_path, monkeypatch, capsys)
    assert code == 0
    assert "takes the token" in said


def test_a_wrong_token_is_told_without_being_repeated(gateway, tmp_path, monkeypatch, capsys):
    code, said = doctor(gateway, "not-the-token", tmp_path, monkeypatch, capsys)
    assert code == 1
    assert "token" in said
    assert "not-the-token" not in said


def test_a_gateway_that_is_not_there_is_told(gateway, tmp_path, monkeypatch, capsys):
    gateway.kill()
    code, said = doctor(gateway, "test-token", tmp_path, monkeypatch, capsys)
    assert code == 1
    assert gateway.endpoint in said
