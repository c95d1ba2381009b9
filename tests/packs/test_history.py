"""The history reader: says exactly which line is wrong and why, or skips and counts."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Event, Message
from bot.errors import HistoryError
from bot.history import HistoryReader, repair_text
from tests.core.histories import histories

FIRST = {
    "kind": "message",
    "at": "2026-03-02T12:00:00+08:00",
    "room": "r1",
    "id": "m1",
    "sender": "u1",
    "text": "早",
}


def line(**changes):
    return json.dumps({**FIRST, **changes}, ensure_ascii=False).encode()


def reader(*lines, lenient=False, end=b"\n"):
    return HistoryReader(io.BytesIO(b"".join(item + end for item in lines)), "h.jsonl", lenient=lenient)


def read(*lines, **more):
    return [event for event, _ in reader(*lines, **more)]


BAD = {
    "unknown kind": (line(kind="dream"), "unknown kind 'dream'"),
    "no kind": (b'{"at":"2026-03-02T12:00:00+08:00"}', "kind"),
    "no time": (b'{"kind":"recall","room":"r1","id":"m1"}', "`at`"),
    "naive time": (line(at="2026-03-02T12:00:00"), "at"),
    "no such day": (line(at="2026-02-30T12:00:00+08:00"), "at"),
    "time is a number": (line(at=5), "at"),
    "before chats": (line(at="0001-01-01T00:00:00+08:00"), "no time of a chat"),
    "after all": (line(at="9999-12-31T23:59:59Z"), "no time of a chat"),
    "time goes back": (line(at="2026-03-02T11:59:59+08:00"), "time goes back"),
    "wrong type": (line(sender=7), "`sender`"),
    "wrong type inside": (line(link={"url": 7}), "`link.url`"),
    "unknown message type": (line(type="smell"), "type"),
    "missing id": (b'{"kind":"message","at":"2026-03-02T12:00:00+08:00","room":"r1","sender":"u1"}', "`id`"),
    "missing room": (b'{"kind":"join","at":"2026-03-02T12:00:00+08:00","member":"u1"}', "`room`"),
    "mentions are a text": (line(mentions="all"), "mentions"),
    "no JSON": (b"hello", ""),
    "cut short": (line()[:-5], ""),
    "two on a line": (line() + line(), ""),
    "no object": (b"[1, 2]", ""),
    "null": (b"null", ""),
    "nested too deeply": (b"[" * 100_000, ""),
    "UTF-16": ('{"kind":"recall"}'.encode("utf-16"), ""),
}


@pytest.mark.parametrize(("bad", "says"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_with_its_number_and_reason(bad, says):
    with pytest.raises(HistoryError) as caught:
        read(line(), b"", bad)
    assert str(caught.value).startswith("h.jsonl: line 3: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bad", [bad for bad, _ in BAD.values()], ids=BAD)
def test_lenient_passes_over_it_and_counts(bad):
    source = reader(line(), bad, line(id="m2"), lenient=True)
    assert [event.id for event, _ in source] == ["m1", "m2"]
    assert source.skipped == 1
    assert source.first_skipped.startswith("h.jsonl: line 2: ")


def test_lenient_tells_the_first_problem_and_counts_all():
    source = reader(b"x", line(), b"y", lenient=True)
    assert len(list(source)) == 1
    assert (source.skipped, source.first_skipped.split(":")[1]) == (2, " line 1")


def test_a_skipped_line_does_not_move_the_clock():
    late = line(at="2026-03-09T12:00:00+08:00", sender=7)
    assert len(read(line(), late, line(id="m2"), lenient=True)) == 2


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b" \r\n\t\n"])
def test_blank_lines_and_foreign_line_ends_are_no_matter(end):
    assert [e.id for e in read(line(), line(id="m2"), end=end)] == ["m1", "m2"]


@pytest.mark.parametrize(
    "first", [b"\xef\xbb\xbf" + line(), b"\xef\xbb\xbf\n" + line(), b"\xef\xbb\xbf\r\n\r\n" + line()]
)
def test_a_byte_order_mark_is_no_matter(first):
    assert [e.id for e in read(first)] == ["m1"]


def test_a_last_line_without_an_end_is_read():
    assert len(list(HistoryReader(io.BytesIO(line()), "h"))) == 1


def test_an_empty_file_is_an_empty_history():
    assert read() == []


def test_times_are_compared_across_offsets():
    assert len(read(line(), line(id="m2", at="2026-03-02T05:00:00+01:00"))) == 2
    with pytest.raises(HistoryError, match="time goes back"):
        read(line(), line(id="m2", at="2026-03-02T12:00:00+09:00"))


def test_equal_times_are_in_order():
    assert len(read(line(), line(id="m2"))) == 2


def test_unknown_keys_are_ignored_and_the_line_is_kept_as_it_was():
    raw = line(mood="happy")
    ((event, kept),) = reader(raw)
    assert (event.id, kept) == ("m1", raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (line().replace("早".encode(), rb"\ud83d!"), "\ufffd!"),
        (line().replace("早".encode(), rb"a\u0000b"), "a\ufffdb"),
        (line().replace("早".encode(), b"a\x00b"), "a\ufffdb"),
        (line().replace("早".encode(), b"a\xffb"), "a\ufffdb"),
        (line().replace("早".encode(), rb"\ud83d\ude00"), "😀"),
    ],
)
def test_text_that_is_not_valid_is_repaired_before_anybody_sees_it(raw, text):
    ((event, kept),) = reader(raw)
    assert isinstance(event, Message)
    assert event.text == text
    event.text.encode()
    assert msgspec.json.decode(kept, type=Event) == event


def test_repair_leaves_valid_text_alone():
    assert repair_text("😀早\u202e") == "😀早\u202e"


@given(histories())
def test_what_was_written_is_read_again(events):
    assert read(*(msgspec.json.encode(event) for event in events)) == events


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_can_do_more_than_be_skipped(chunks):
    source = HistoryReader(io.BytesIO(b"\n".join(chunks)), "h", lenient=True)
    assert len(list(source)) <= len(chunks) + sum(chunk.count(b"\n") for chunk in chunks)


@given(st.text())
def test_any_text_comes_out_as_text(text):
    repair_text(text).encode()
