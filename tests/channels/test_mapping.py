"""Payloads to events: pure, no gateway."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechaty.mapping import (
    Extras,
    forwarded_lines,
    mentions_of,
    message_of,
    moment,
    own_words,
    recall_of,
    with_mentions,
)
from bot.channels.wechaty.wire import MessagePayload, RepairingCodec, TextRequest, both, decoded, readable
from bot.core.events import Forwarded

AT = datetime(2025, 3, 1, 12, tzinfo=UTC)
DASHES = "- - - - - - - - - - - - - - -"


def payload(**more):
    known = {"id": "m1", "talker_id": "u1", "room_id": "r1", "type": 7, "timestamp": 1_740_000_000_000}
    return MessagePayload(**{**known, **more})


def message(extras=None, self_id=None, **more):
    return message_of(payload(**more), AT, "小林", extras or Extras(), self_id)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0, "unknown"),
        (1, "file"),
        (2, "voice"),
        (3, "contact_card"),
        (4, "chat_history"),
        (5, "sticker"),
        (6, "image"),
        (7, "text"),
        (8, "location"),
        (9, "miniprogram"),
        (10, "unknown"),
        (11, "transfer"),
        (12, "red_packet"),
        (14, "link"),
        (15, "video"),
        (16, "unknown"),
        (99, "unknown"),
    ],
)
def test_every_message_type_has_a_kind_and_new_ones_are_unknown(number, kind):
    assert message(type=number).type == kind


def test_a_notice_without_a_talker_is_the_systems():
    assert message(type=0, talker_id="").type == "system"


def test_text_is_exact():
    text = "  你好 <b>hi</b> 😀\n\tline2 \u2005 「not a quote」 "
    assert message(text=text).text == text


def test_the_other_side_of_what_the_account_says_in_private_is_named():
    assert message(room_id="", talker_id="me", listener_id="u2", self_id="me").to == "u2"
    assert message(room_id="", talker_id="u2", listener_id="me", self_id="me").to is None
    assert message(talker_id="me", listener_id="u2", self_id="me").to is None


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"「张三:加我微信」\n{DASHES}\n别发广告", "别发广告"),
        (f"「张三：多行\n第二行」\n{DASHES}\n好\n的", "好\n的"),
        (f"「A:x」\n{DASHES}\n", ""),
        (f"「C:「A:x」\n{DASHES}\ny」\n{DASHES}\nmine", "mine"),
        (f"「B:foo」\n{DASHES}\nAD TEXT」\n{DASHES}\nok", f"AD TEXT」\n{DASHES}\nok"),
        ("「张三:没有横线」\n别发", "「张三:没有横线」\n别发"),
        (f"我说「a:b」\n{DASHES}\nc", f"我说「a:b」\n{DASHES}\nc"),
        (f"「never closed\n{DASHES}\nc", f"「never closed\n{DASHES}\nc"),
        ("", ""),
    ],
)
def test_only_the_part_after_a_quote_is_the_senders_own(text, own):
    assert own_words(text) == own


@given(st.text(alphabet="「」-\n:abc ", max_size=80))
def test_own_words_are_always_the_end_of_the_text(text):
    assert text.endswith(own_words(text))


@pytest.mark.parametrize("stamp", [1_740_000_000, 1_740_000_000_000, 1_740_000_000_000_000])
def test_seconds_milliseconds_and_microseconds_are_told_apart(stamp):
    assert moment(stamp) == datetime(2025, 2, 19, 21, 20, tzinfo=UTC)


@given(st.integers(-(2**64), 2**64))
def test_no_number_is_too_odd_for_a_time(stamp):
    found = moment(stamp)
    assert found is None or found.tzinfo is UTC


def test_a_gateway_that_dropped_the_old_timestamp_is_understood():
    raw = payload(timestamp=0)
    raw.receive_time.seconds = 1_740_000_000
    assert message_of(raw, AT, "", Extras()).sent_at == datetime(2025, 2, 19, 21, 20, tzinfo=UTC)


def test_cards_carry_their_content_and_no_markup():
    link = message(
        Extras(link={"url": "https://x.test", "title": "T", "thumbnailUrl": 3}), type=14, text="<msg>.."
    )
    assert (link.text, link.link.url, link.link.title, link.link.description) == (
        "",
        "https://x.test",
        "T",
        "",
    )
    mini = message(Extras(miniprogram={"username": "gh_1", "title": "T"}), type=9)
    assert (mini.miniprogram.app, mini.miniprogram.title) == ("gh_1", "T")
    card = message(Extras(card_id="u9", card_name="Bob"), type=3)
    assert (card.card.id, card.card.name) == ("u9", "Bob")
    assert message(type=1, filename="报价.pdf").file.name == "报价.pdf"
    assert message(type=6).image is not None


@pytest.mark.parametrize("odd", [None, [], "text", 3, {"url": None, "title": 5}])
def test_a_card_whose_content_is_odd_is_still_a_card(odd):
    assert message(Extras(link=odd, miniprogram=odd), type=14).link.url == ""
    assert message(Extras(link=odd, miniprogram=odd), type=9).miniprogram.app == ""


def test_a_forwarded_record_is_read_line_by_line():
    xml = (
        "<recordinfo><datalist><dataitem datatype='1'><sourcename>张三</sourcename>"
        "<datadesc>加V &lt;看我&gt;</datadesc></dataitem>"
        "<dataitem><sourcename>B</sourcename><datadesc><![CDATA[ok]]></datadesc></dataitem></datalist>"
    )
    assert [(line.name, line.text) for line in forwarded_lines(xml)] == [("张三", "加V <看我>"), ("B", "ok")]
    assert message(type=4, text=xml).text == ""
    assert len(message(type=4, text=xml).forwarded) == 2
    assert forwarded_lines("<recordinfo><dataitem") is None


def test_mentions_are_unique_and_everybody_has_one_name():
    assert mentions_of(payload(mention_ids=["u2", "u2", "notify@all"]), "x") == ("u2", "all")
    assert mentions_of(payload(), "@所有人\u2005看公告") == ("all",)
    assert mentions_of(payload(), "mail me@alliance.test") == ()
    assert mentions_of(payload(room_id=""), "@所有人 hi") == ()


def test_a_mention_is_written_as_wechat_writes_it():
    assert with_mentions("别发广告", ("Alice", "", "鲍勃")) == "@Alice\u2005@鲍勃\u2005别发广告"


@pytest.mark.parametrize(
    ("text", "recalled"),
    [
        ("m0", "m0"),
        ("<sysmsg><msgid>11</msgid><newmsgid>22</newmsgid></sysmsg>", "22"),
        ("<sysmsg><msgid>11</msgid></sysmsg>", "11"),
        ("你撤回了 一条消息", None),
        ("", None),
    ],
)
def test_a_recall_names_the_message(text, recalled):
    found = recall_of(payload(type=13, text=text), AT)
    assert (found.id if found else None) == recalled


def test_text_that_is_none_is_repaired_and_other_text_is_not():
    assert readable("a\ud83d b\0c \ud83d\ude00") == "a\ufffd b\ufffdc 😀"
    assert decoded(b"a\xed\xa0\xbd\xed\xb8\x80") == "a😀"
    assert decoded(b"a\xff") == "a\ufffd"


@given(st.text())
def test_valid_text_without_nul_stays_as_it_is(text):
    assert readable(text) == text.replace("\0", "\ufffd")


@given(st.binary(max_size=30))
def test_any_bytes_become_text_that_a_database_takes(data):
    text = decoded(data)
    assert "\0" not in text
    text.encode()


def test_a_message_with_broken_bytes_is_not_lost():
    raw = bytes(payload(text="ok")).replace(b"\x1a\x02ok", b"\x1a\x02o\xff")
    assert RepairingCodec().decode(raw, MessagePayload).text == "o\ufffd"


def test_optional_text_goes_out_in_both_forms():
    assert (
        bytes(TextRequest(id="r", **both("题"))) == b"\n\x01r\x12\x05\n\x03\xe9\xa2\x98\x1a\x03\xe9\xa2\x98"
    )
    assert bytes(TextRequest(id="r", **both(None))) == b"\n\x01r"


def _item(name, words, within=""):
    return f"<dataitem datatype='1'><sourcename>{name}</sourcename><datadesc>{words}</datadesc>{within}</dataitem>"


def _record(*items):
    return f"<recordxml><recordinfo><datalist>{''.join(items)}</datalist></recordinfo></recordxml>"


def test_a_record_within_a_record_keeps_its_place():
    xml = _record(
        _item("A", "one", _record(_item("B", "two", _record(_item("C", "three"))))), _item("D", "4")
    )
    assert forwarded_lines(xml) == (
        Forwarded("A", "one", (Forwarded("B", "two", (Forwarded("C", "three"),)),)),
        Forwarded("D", "4"),
    )


def test_also_where_the_inner_one_is_escaped_once_more():
    inner = _record(_item("B", "two")).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    twice = _record(_item("A", "", inner)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert forwarded_lines(twice) == (Forwarded("A", "", (Forwarded("B", "two"),)),)


def test_of_a_record_cut_short_what_is_whole_is_read():
    xml = _record(_item("A", "one", _record(_item("B", "two"))))
    assert forwarded_lines(xml[: xml.rindex("</dataitem>")]) == (Forwarded("B", "two"),)


def test_only_four_records_deep_and_two_hundred_lines_are_read():
    xml = _item("9", "nine")
    for depth in range(8, 0, -1):
        xml = _item(str(depth), "", _record(xml))
    lines, depth = forwarded_lines(xml), 0
    while lines:
        lines, depth = lines[0].forwarded, depth + 1
    assert depth == 4
    assert len(forwarded_lines(_item("A", "x") * 500)) == 200


@pytest.mark.parametrize("bad", ["<dataitem", "<dataitem>", "</dataitem>", "<dataitem a='", "&lt;dataitem"])
def test_no_odd_record_takes_long(bad):
    started = time.process_time()
    forwarded_lines(bad * 20_000)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("extras", "text", "kind"),
    [
        (Extras(link={"url": "https://mp.weixin.qq.com/s/abc"}), "", "article"),
        (Extras(link={"url": "http://MP.weixin.qq.com/s?__biz=x"}), "", "article"),
        (Extras(link={"url": "https://mp.weixin.qq.com.evil.test/s"}), "", "link"),
        (Extras(link={"url": "https://x.test/?u=https://mp.weixin.qq.com/s"}), "", "link"),
        (Extras(link={"url": "https://[oops"}), "", "link"),
        (Extras(), "<msg><appmsg><type>5</type><url>http://mp.weixin.qq.com/s?a</url>", "article"),
        (Extras(), "<msg><appmsg><type>5</type><mmreadershare><itemshowtype>0", "article"),
        (Extras(), "<msg><appmsg><type>5</type><url>http://x.test</url>", "link"),
    ],
)
def test_an_article_of_a_public_account_is_told_from_a_link(extras, text, kind):
    found = message(extras, type=14, text=text)
    assert (found.type, found.link is not None) == (kind, True)
