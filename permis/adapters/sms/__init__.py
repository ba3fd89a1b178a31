"""Sending a text message to a mobile number. Never a link in it."""

from typing import Protocol


class Sms(Protocol):
    """The contract."""

    def send(self, *, key: str, number: str, text: str) -> None:
        """Hands the message over, or raises. The same key twice is one message."""
