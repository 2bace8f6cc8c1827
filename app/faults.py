"""What the studio does about its own mistakes: it writes them down, says so, and goes on."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

from app.notices import Notice, Notices

LOG_BYTES: Final = 1_000_000


def report_faults(notices: Notices, log: Path) -> None:
    """From now on, write exceptions that nobody caught to `log` and show a message in the window."""
    logger = _logger(log)

    def report(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        logger.error("a fault of the studio", exc_info=(kind, fault, trace))
        details = f"{kind.__name__}: {fault}\nYour graph is as it was. Details are in {log}"
        notices.add(Notice("error", "Something went wrong in the studio itself.", details, topic="fault"))

    sys.excepthook = report


def _logger(log: Path) -> logging.Logger:
    logger = logging.getLogger("app.faults")
    logger.propagate = False
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(log, maxBytes=LOG_BYTES, backupCount=2, delay=True)
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.handlers[:] = [handler]
    return logger
