"""One look at a picture: where its codes lead, and a hash of what it looks like; and the text in it."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from PIL import Image

# A picture larger than this is no photograph: decoding it could eat the machine's memory.
_MOST_PIXELS = 50_000_000
_SIDE = 8
# Readers take seconds for a large picture: posters are legible at this width, and the beginning of a long one
# says what it is. Nobody reads what is smaller than a line of text.
_READ_WIDTH, _READ_HEIGHT = 1280, 2560
_LEAST_SIDE = 24


class Look(msgspec.Struct, frozen=True):
    """What a picture shows: what its codes lead to, and its perceptual hash ("" if it is no picture)."""

    qr: tuple[str, ...] = ()
    hash: str = ""


def look_at(picture: bytes) -> Look:
    """Return what a picture shows; nothing for what is no readable picture.

    Args:
        picture: the bytes of an image file.
    """
    import zxingcpp

    grey = _grey(picture)
    if grey is None:
        return Look()
    codes = tuple(dict.fromkeys(code.text for code in zxingcpp.read_barcodes(grey) if code.text))
    return Look(codes, difference_hash(grey))


def difference_hash(grey: Image.Image) -> str:
    """Return 64 bits, as 16 hexadecimal digits, that stay nearly the same when a picture is resized or recompressed.

    Each bit says whether a point is darker than its right neighbour, on 9 x 8 points.
    Source: N. Krawetz, Kind of like that (2013).

    Args:
        grey: the picture in grey.
    """
    small = grey.resize((_SIDE + 1, _SIDE))
    points = small.tobytes()
    bits = 0
    for row in range(_SIDE):
        for column in range(_SIDE):
            at = row * (_SIDE + 1) + column
            bits = bits << 1 | (points[at] < points[at + 1])
    return f"{bits:016x}"


def text_in() -> Callable[[bytes], str] | None:
    """Return what reads the text in a picture, or None where the extra [ocr] is not installed.

    The models are loaded with the first picture: they take some 400 MB, and a second or two for a picture on
    the one core they may use, so that the lane keeps the others.
    """
    if importlib.util.find_spec("rapidocr") is None or importlib.util.find_spec("onnxruntime") is None:
        return None
    return _Reader()


class _Reader:
    def __init__(self) -> None:
        self._engine: Any = None  # rapidocr has no types
        self._cannot = False

    def __call__(self, picture: bytes) -> str:
        """Return the lines of text in a picture, "" where there is none.

        Raises:
            ImportError: the engine cannot be loaded on this machine; said once, afterwards nothing is read.
        """
        if self._cannot or (grey := _grey(picture)) is None:
            return ""
        if grey.width > _READ_WIDTH:
            grey = grey.resize((_READ_WIDTH, max(1, grey.height * _READ_WIDTH // grey.width)))
        if grey.height > _READ_HEIGHT:
            grey = grey.crop((0, 0, grey.width, _READ_HEIGHT))
        if min(grey.size) < _LEAST_SIDE:
            return ""
        if self._engine is None:
            self._engine = self._load()
        out = io.BytesIO()
        grey.save(out, "PNG")
        found = self._engine(out.getvalue())
        return "\n".join(getattr(found, "txts", None) or ())

    def _load(self) -> Any:  # noqa: ANN401 - rapidocr has no types
        try:
            from rapidocr import RapidOCR
        except ImportError:
            self._cannot = True
            raise
        quiet = {"Global.log_level": "error"}
        one_core = {f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")}
        return RapidOCR(params=quiet | one_core)


def _grey(picture: bytes) -> Image.Image | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            return image.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
