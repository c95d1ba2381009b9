"""A code drawn as text leads where it should."""

import zxingcpp
from PIL import Image

from bot.shell.alarm_qr import qr_text

DOTS = {" ": (0, 0), "▄": (0, 255), "▀": (255, 0), "█": (255, 255)}


def read(drawn):
    lines = drawn.splitlines()
    image = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for y, text in enumerate(lines):
        for x, char in enumerate(text):
            for half in (0, 1):
                image.putpixel((x, 2 * y + half), DOTS[char][half])
    return [
        code.text for code in zxingcpp.read_barcodes(image.resize((image.width * 4, image.height * 4), 0))
    ]


def test_what_is_drawn_can_be_read_again():
    url = "https://login.weixin.qq.com/l/4aBcDeFgHiJk=="
    drawn = qr_text(url)
    assert read(drawn) == [url]
    assert len({len(line) for line in drawn.splitlines()}) == 1


def test_what_cannot_be_drawn_is_shown_as_it_is():
    endless = "x" * 10_000
    assert qr_text(endless) == endless


def test_without_the_library_the_address_is_shown(monkeypatch):
    monkeypatch.delattr(zxingcpp, "create_barcode")
    assert qr_text("https://login.example/1") == "https://login.example/1"
