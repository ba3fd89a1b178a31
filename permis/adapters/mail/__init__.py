"""Sending an e-mail. `key` makes a stable Message-ID: SMTP lies both ways, so the same mail may go twice."""

from typing import Protocol


class Mail(Protocol):
    """The contract."""

    def send(self, *, key: str, to: str, subject: str, text: str) -> None:
        """Hands the mail over, or raises. The same key twice is one Message-ID."""
