"""Makes wechaty 0.10.7 importable on Python 3.11 to 3.14, and keeps its import from leaving traces.

The package has been dormant since 2022 and pins nothing, so what pip resolves for it cannot be imported:
pyee 12 dropped `pyee.AsyncIOEventEmitter`, urllib3 2 dropped `get_host`, Python 3.11 refuses an unhashable
dataclass default, Python 3.13 dropped telnetlib. Its import also makes `.wechaty/` in the working directory,
reads WECHATY_LOG and WECHATY_LOG_FILE and gives every module a log handler of its own.

All of it is answered here, for the moment of the import only: other users of pyee and urllib3 in this process
see those packages as they are.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
import tempfile
import types
from collections.abc import Iterator, MutableMapping
from typing import Any, TypeVar

import pyee
import pyee.asyncio
import urllib3
from urllib3.util import parse_url

_V = TypeVar("_V")


def _host_of(url: str) -> tuple[str, str | None, int | None]:
    parsed = parse_url(url)
    return parsed.scheme or "http", parsed.host, parsed.port


class _NoTelnet:
    """Stands for `telnetlib.Telnet`, which wechaty needs only for probes that this channel never makes."""

    def __init__(self, *_: object) -> None:
        raise NotImplementedError("this channel reaches its gateway by gRPC only")


@contextlib.contextmanager
def _borrowed(target: object, name: str, value: object) -> Iterator[None]:
    """Give an object an attribute that it lacks, and take it back."""
    if hasattr(target, name):
        yield
        return
    setattr(target, name, value)
    try:
        yield
    finally:
        delattr(target, name)


@contextlib.contextmanager
def _entry(table: MutableMapping[str, _V], name: str, value: _V | None) -> Iterator[None]:
    """Set an entry (None: remove it), and put back what was there."""
    before = table.pop(name, None)
    if value is not None:
        table[name] = value
    try:
        yield
    finally:
        table.pop(name, None)
        if before is not None:
            table[name] = before


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Lend the libraries what wechaty expects of their old versions."""
    telnetlib = types.ModuleType("telnetlib")
    telnetlib.Telnet = _NoTelnet  # type: ignore[attr-defined]  # a module made by hand
    with (
        _borrowed(pyee, "AsyncIOEventEmitter", pyee.asyncio.AsyncIOEventEmitter),
        _borrowed(urllib3, "get_host", _host_of),
        _entry(sys.modules, "telnetlib", telnetlib),
    ):
        yield


@contextlib.contextmanager
def _quiet_surroundings() -> Iterator[None]:
    """Point the cache folder somewhere that vanishes, and hide the settings the import would read."""
    with (
        tempfile.TemporaryDirectory(prefix="qunguan-wechaty-") as folder,
        _entry(os.environ, "CACHE_DIR", folder),
        _entry(os.environ, "WECHATY_LOG", "error"),
        _entry(os.environ, "WECHATY_LOG_FILE", None),
    ):
        yield


def _loggers() -> dict[str, logging.Logger]:
    known = logging.Logger.manager.loggerDict
    return {name: logger for name, logger in known.items() if isinstance(logger, logging.Logger)}


@contextlib.contextmanager
def _loggers_under_our_rules() -> Iterator[None]:
    """Let what wechaty's loggers say reach the program's own log, warnings and worse only.

    Its INFO lines carry the text of messages; they must never be written anywhere.
    """
    before = {name: (logger.handlers[:], logger.propagate) for name, logger in _loggers().items()}
    yield
    for name, logger in _loggers().items():
        handlers, propagate = before.get(name, ([], True))
        for handler in set(logger.handlers) - set(handlers):
            if not isinstance(handler, logging.NullHandler):
                logger.removeHandler(handler)
                handler.close()
        if propagate and not logger.propagate:
            logger.propagate = True
            logger.setLevel(logging.WARNING)


def load() -> Any:  # noqa: ANN401 - the package has no types
    """Import wechaty, once, and return it."""
    if "wechaty" in sys.modules:
        return sys.modules["wechaty"]
    with _quiet_surroundings(), _as_it_was(), _loggers_under_our_rules():
        # A dataclass may not be the default of another's field unless it can be hashed (Python 3.11).
        options = importlib.import_module("wechaty_puppet.schemas.puppet").PuppetOptions
        options.__hash__ = object.__hash__
        package = importlib.import_module("wechaty")
        importlib.import_module("wechaty_puppet_service")
    # At DEBUG hpack writes every header, and with them the token.
    hpack = logging.getLogger("hpack")
    hpack.setLevel(max(hpack.level, logging.INFO))
    return package


load()
