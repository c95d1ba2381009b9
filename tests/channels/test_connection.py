"""Tokens, certificates, and ends of a connection that are not faults."""

import asyncio
import subprocess
import time

import pytest
from gateway_process import FOLDER, ROOM, Gateway, need_set, node
from listening import A_WHILE, eventually

from bot.core.events import Account, Message
from bot.errors import ChannelRejectedError, NotDeliveredError

pytestmark = pytest.mark.gateway


async def test_a_wrong_token_ends_the_channel_with_one_clear_line(boot, connect, caplog):
    need_set("new")
    gateway = boot("new", token="right")  # the old generation asks for no token at all
    bot = await connect(gateway, ready=False, token="my-wrong-token")
    rejected = await bot.state("rejected")
    await asyncio.wait_for(bot._task, 10)
    assert isinstance(bot.ended, ChannelRejectedError)
    said = str(bot.ended)
    assert "QUNGUAN_WECHATY_TOKEN" in said
    assert "\n" not in said
    assert "my-wrong-token" not in said + rejected.detail + caplog.text  # the gateway's own answer quotes it
    assert [state.state for state in bot.states] == ["connecting", "rejected"]


@pytest.fixture
def certificate(tmp_path):
    """The authority that signed the certificate built into every gateway."""
    need_set("new")
    script = "const {TLS_CA_CERT, TLS_INSECURE_SERVER_CERT_COMMON_NAME: n} = require(process.argv[1]);"
    script += "console.log(n + '\\n' + TLS_CA_CERT)"
    module = FOLDER / "new/node_modules/wechaty-puppet-service/dist/cjs/src/auth/ca.js"
    told = subprocess.run(
        [node(), "-e", script, str(module)], capture_output=True, text=True, check=True
    ).stdout
    name, _, pem = told.partition("\n")
    path = tmp_path / "ca.pem"
    path.write_text(pem)
    return str(path), name


async def test_tls_with_the_gateways_own_authority(boot, connect, certificate):
    ca_file, name = certificate
    gateway = boot("new", "--tls")
    bot = await connect(gateway, tls=True, ca_file=ca_file, server_name=name)
    assert (await bot.channel.say_room(ROOM, "加密的", [])).message_id


async def test_tls_is_not_trusted_blindly(boot, connect, certificate):
    ca_file, _ = certificate
    gateway = boot("new", "--tls")
    bot = await connect(gateway, ready=False, tls=True, ca_file=ca_file)  # another name than the host's
    assert "certificate" in (await bot.state("disconnected")).detail.lower()
    bot = await connect(gateway, ready=False, tls=True)  # an unknown authority
    assert "certificate" in (await bot.state("disconnected")).detail.lower()


async def test_speaking_plainly_to_a_tls_gateway_is_no_hang(boot, connect):
    need_set("new")
    bot = await connect(boot("new", "--tls"), ready=False, rpc_timeout_seconds=1)
    await bot.state("disconnected")


async def test_a_gateway_without_login_is_connected_and_shows_the_code(boot, connect, generation):
    gateway = boot(generation, "--logged-out")
    bot = await connect(gateway, ready=False)
    await bot.state("connected")
    await gateway("scan", qrcode="https://login.weixin.qq.com/l/x")
    assert (await bot.state("scan")).qr.endswith("/x")
    with pytest.raises(NotDeliveredError):
        await bot.channel.say_room(ROOM, "hi", [])
    await gateway("login")
    await bot.event(Account, lambda a: a.state == "login")


async def test_doing_before_run_is_refused_at_once(connect):
    bot = await connect(Gateway("new"), ready=False)
    for attempt in (
        bot.channel.say_room(ROOM, "hi", []),
        bot.channel.say_private("x", "hi"),
        bot.channel.remove(ROOM, "x"),
        bot.channel.members(ROOM),
        bot.channel.picture("m"),
    ):
        with pytest.raises(NotDeliveredError):
            await asyncio.wait_for(attempt, 5)


async def test_closing_ends_run_and_leaves_no_task(boot, connect, generation):
    gateway = boot(generation)
    before = asyncio.all_tasks()
    bot = await connect(gateway)
    await bot.channel.close()
    await asyncio.wait_for(bot._task, 5)
    left = {task for task in asyncio.all_tasks() - before if not task.done()} - {asyncio.current_task()}
    assert left == set()
    assert (await gateway("state"))["loggedIn"]  # the account stays logged in


async def test_closing_hands_over_what_was_heard(boot, connect, generation):
    gateway = boot(generation)
    bot = await connect(gateway)
    bot.slow = asyncio.Event()
    await gateway("fail", messagePayload={"delay": 300, "times": 5})
    said = [await gateway.say(f"第{number}句") for number in range(5)]
    await eventually(lambda: len(bot.channel._inbound._works) == 5)
    await bot.channel.close()
    bot.slow.set()
    await asyncio.wait_for(bot._task, A_WHILE)
    assert [event.id for event in bot.of(Message)] == said
    assert (type(bot.events[-1]), bot.events[-1].state) == (Account, "disconnected")


async def test_closing_does_not_wait_for_what_cannot_be_completed(boot, connect, generation):
    gateway = boot(generation)
    bot = await connect(gateway)
    await gateway("fail", **{"messagePayload:stuck": {"delay": 60_000}})
    said = [await gateway.say("一"), await gateway.say("二", id="stuck"), await gateway.say("三")]
    await eventually(lambda: set(said) <= set(bot.channel._inbound._seen))
    began = time.monotonic()
    await bot.stop()
    assert time.monotonic() - began < A_WHILE / 2  # two seconds, on a machine that is not busy
    assert [event.id for event in bot.of(Message)] == [said[0], said[2]]


async def test_closing_does_not_wait_for_an_inbox_that_takes_nothing(boot, connect, generation):
    gateway = boot(generation)
    before = asyncio.all_tasks()
    bot = await connect(gateway, in_flight=2)
    bot.slow = asyncio.Event()
    for number in range(9):
        await gateway.say(f"{number}")
    await eventually(bot.channel._inbound._queue.full)
    await bot.stop()
    left = {task for task in asyncio.all_tasks() - before if not task.done()} - {asyncio.current_task()}
    assert left == set()


async def test_cancelling_run_leaves_no_task(boot, connect, generation):
    gateway = boot(generation)
    before = asyncio.all_tasks()
    bot = await connect(gateway)
    bot._task.cancel()
    await asyncio.gather(bot._task, return_exceptions=True)
    left = {task for task in asyncio.all_tasks() - before if not task.done()} - {asyncio.current_task()}
    assert left == set()
    bot._task = None
