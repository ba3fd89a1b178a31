"""What never reaches a log: the keys and tokens that stand in an address and open something to whoever reads them."""

from __future__ import annotations

import logging
import re

# The path as the server reads it, or as it is written in a request (percent signs).
SECRET_PATHS = re.compile(
    r"(/representant/invitation/|/compte/confirmer/|/telephone/)[^\s/?#\"']+", re.IGNORECASE
)


class NoKeys(logging.Filter):
    """For a handler: writes … in the place of a key, in the message and in what is told of an exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the line is kept, without its key."""
        said = record.getMessage()
        kept = _without(said)
        if kept != said:
            record.msg, record.args = kept, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _without(record.exc_text)
        return True


def _without(text: str) -> str:
    return SECRET_PATHS.sub(r"\1…", text)
