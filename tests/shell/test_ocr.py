"""The real reader of the extra [ocr] on posters drawn here; passed over without the extra or a Chinese font."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.core.events import Enrich
from bot.shell import picture
from bot.shell.picture import text_in
from tests.core.ads.test_behaviour import Town
from tests.shell.test_picture import encoded

FONTS = [
    *("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    *("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/System/Library/Fonts/PingFang.ttc"),
]
FONT = next((path for path in FONTS if Path(path).is_file()), None)
needs_the_extra = pytest.mark.skipif(
    text_in() is None or FONT is None, reason="needs the extra [ocr] and a Chinese font (fonts-wqy-microhei)"
)
LINES = ("手机兼职 日结200元", "在家就能做 名额有限", "扫码加微信 demo_88 进群")


@pytest.fixture(scope="module")
def reader():
    found = text_in()
    assert found is not None
    return found


def drawn(*lines: str, size: tuple[int, int] = (800, 600), kind: str = "PNG") -> bytes:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 44)
    for number, line in enumerate(lines):
        draw.text((60, 60 + number * 120), line, fill="black", font=font)
    return encoded(image, kind)


def squeezed(text: str) -> str:
    return "".join(text.split())


@needs_the_extra
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_poster_is_read_line_by_line(reader, kind, capfd):
    read = reader(drawn(*LINES, kind=kind))
    assert [squeezed(line) for line in read.splitlines()] == [squeezed(line) for line in LINES]
    assert capfd.readouterr().err == "", "the engine talks into the bot's own log"


@needs_the_extra
def test_what_is_read_of_a_newcomers_poster_is_judged(reader):
    town = Town()
    town.join("n1")
    town.say("n1", "", type="image", id="p1")
    read = reader(drawn(*LINES))
    assert town.tell(Enrich(at=town.now, room="r1", id="p1", sender="n1", ocr=read)).verdict != "ok"


@needs_the_extra
@pytest.mark.parametrize("size", [(1080, 6000), (60, 60), (2000, 10)])
def test_odd_shapes_are_read_as_far_as_they_go(reader, size):
    assert isinstance(reader(drawn("早上好", size=size)), str)


@needs_the_extra
@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_has_no_text(reader, data):
    assert reader(data) == ""


def test_an_engine_that_cannot_be_loaded_says_so_once(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rapidocr", None)
    reader = picture._Reader()
    page = encoded(Image.new("RGB", (60, 60), "white"))
    with pytest.raises(ImportError):
        reader(page)
    assert reader(page) == ""


def test_without_the_extra_nothing_is_read(monkeypatch):
    monkeypatch.setattr(picture.importlib.util, "find_spec", lambda _: None)
    assert text_in() is None
