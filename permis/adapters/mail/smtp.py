"""Mail by SMTP: EMAIL_URL = smtp://user:password@host:port (add ?tls=1 for STARTTLS, smtps:// for TLS)."""

from __future__ import annotations

import smtplib
import ssl
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from permis.adapters.mail.message import write

PATIENCE_S = 10


class Smtp:
    """One connection a message: the worker sends few, and a broken connection then harms one only."""

    def __init__(self, url: str | None = None) -> None:
        self.url = urlsplit(url or settings.EMAIL_URL)

    def send(self, *, key: str, to: str, subject: str, text: str) -> None:
        """Hands the mail to the server. Raises when the server did not say yes."""
        host, port = self.url.hostname or "localhost", self.url.port
        secure = ssl.create_default_context()
        server: smtplib.SMTP
        if self.url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE_S, context=secure)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=PATIENCE_S)
        with server:
            if parse_qs(self.url.query).get("tls") == ["1"]:
                server.starttls(context=secure)
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            server.send_message(write(key=key, to=to, subject=subject, text=text))
