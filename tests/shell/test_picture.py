"""One look at a picture: its perceptual hash outlives size, format and a little noise."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

from bot.shell.picture import look_at


def poster(seed: int, size: tuple[int, int] = (640, 960)) -> Image.Image:
    chance = random.Random(seed)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for _ in range(25):
        x, y = chance.random() * size[0], chance.random() * size[1]
        shade = tuple(chance.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + size[0] / 4, y + size[1] / 6), fill=shade)
    return image


def encoded(image: Image.Image, kind: str = "PNG", **more: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def apart(one: bytes, two: bytes) -> int:
    return (int(look_at(one).hash, 16) ^ int(look_at(two).hash, 16)).bit_count()


def test_size_and_quality_make_no_difference():
    image = poster(1)
    assert apart(encoded(image), encoded(image.resize((320, 480)), "JPEG", quality=40)) <= 6


def test_different_pictures_are_told_apart():
    assert min(apart(encoded(poster(a)), encoded(poster(a + 1))) for a in range(8)) > 12


def test_what_is_no_picture_has_no_hash():
    assert look_at(b"no picture").hash == ""
