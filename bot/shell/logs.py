"""Logging: structured lines on standard error, never with members' words or secrets."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up_logs(*, as_json: bool = False) -> None:
    """Log to standard error, readable on a terminal, JSON for programs.

    Args:
        as_json: one JSON object a line.
    """
    finish: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The default prints local variables where rich is installed, members' words among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            *([structlog.processors.format_exc_info] if as_json else []),
            finish,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Whatever standard error is when a line is written: it may have been replaced since.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        level=logging.WARNING, handlers=[_StandardError()], format="%(levelname)s %(name)s %(message)s"
    )


class _StandardError(logging.Handler):
    """Writes what other libraries log to whatever standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        sys.stderr.write(self.format(record) + "\n")


def quiet_logs() -> None:
    """Log only what went wrong, so that a story on the terminal stays readable."""
    set_up_logs()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
