"""A QR code as text, for terminals and alarms."""

from __future__ import annotations

from typing import Any, Final

import structlog

_log = structlog.get_logger(__name__)

_HALVES: Final = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""Two dots, upper and lower, per character; a dark dot is left blank: terminals are mostly dark."""


def qr_text(content: str) -> str:
    """Return a QR code of half-block characters with a quiet zone; the content itself if none can be made."""
    try:
        import zxingcpp

        code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
        image: Any = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=True)
        rows: Any = memoryview(image).tolist()  # a buffer of two dimensions, which its stubs do not know
    except (ImportError, AttributeError, ValueError, RuntimeError) as error:
        _log.warning("no QR code can be drawn; showing the address instead", reason=type(error).__name__)
        return content
    dark = [[dot == 0 for dot in row] for row in rows]
    if len(dark) % 2:
        dark.append([False] * len(dark[0]))
    pairs = zip(dark[::2], dark[1::2], strict=True)
    return "\n".join("".join(_HALVES[pair] for pair in zip(*two, strict=True)) for two in pairs)
