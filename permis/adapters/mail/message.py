"""How a mail of ours is written, whoever carries it."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings

from permis import clock


def write(*, key: str, to: str, subject: str, text: str) -> EmailMessage:
    """The message, with its stable Message-ID. Line breaks in headers are refused by the e-mail library itself."""
    message = EmailMessage()
    name, sender = parseaddr(settings.MAIL_FROM)
    local, _, host = sender.partition("@")
    message["From"] = Address(name, local, host)
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = f"<{key}@{host}>"
    message["Date"] = format_datetime(clock.now())
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(text, cte="quoted-printable")
    return message
