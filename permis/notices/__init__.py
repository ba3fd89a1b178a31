"""A post office: address, channel, text and key; knows no dossier."""

from collections.abc import Callable
from typing import Any, TypedDict


class Letter(TypedDict):
    """What a message says. An SMS has no subject and never a link."""

    subject: str
    text: str


Words = Callable[[str, str], Letter]


def post(*, key: str, channel: str, address: str, subject: str, text: str) -> Any:
    """Puts a message in the box, inside the caller's transaction. The same key and channel twice: once."""
    from permis.notices.box import post as put  # noqa: PLC0415  models cannot be imported before Django is ready

    return put(key=key, channel=channel, address=address, subject=subject, text=text)
