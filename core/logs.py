"""Structured logs: one line an event, console for people, JSON for collectors. No secrets, no request bodies."""

from __future__ import annotations

import sys

import structlog

from core.settings import LogFormat, Settings


def install(settings: Settings) -> None:
    # values as Python would write them, so that a line break in one begins no line; tracebacks without local variables
    console = structlog.dev.ConsoleRenderer(
        colors=False, repr_native_str=True, exception_formatter=structlog.dev.plain_traceback
    )
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if settings.log_format is LogFormat.JSON else console
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info if settings.log_format is LogFormat.JSON else _plain,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when a line is written, not now
        cache_logger_on_first_use=False,
    )


def _plain(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return event
