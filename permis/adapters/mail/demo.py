"""The demo's mail: one .eml file a message, which any mail program opens."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from permis import clock
from permis.adapters import files
from permis.adapters.mail.message import write


class DemoMail:
    """Keeps every mail under outside/mail/."""

    def send(self, *, key: str, to: str, subject: str, text: str) -> None:
        """Writes the file; the same key again changes nothing."""
        folder = files.outside("mail")
        if any(folder.glob(f"*-{key}.eml")):
            return
        stamp = f"{clock.ticks():017.6f}"
        files.write_once(
            folder / f"{stamp}-{key}.eml", bytes(write(key=key, to=to, subject=subject, text=text))
        )


def read_all(address: str | None = None, most: int | None = None) -> list[dict[str, Any]]:
    """The mails, newest first, as {to, subject, text, links, codes, date}; `most`: only so many of the newest."""
    found: list[dict[str, Any]] = []
    for path in reversed(list(files.names(files.outside("mail"), ".eml"))):
        if len(found) == most:
            break
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)  # noqa: S101  for the type checker: that policy makes these
        if address is None or str(message["To"]).lower() == address.lower():
            text = message.get_content()
            found.append(
                {
                    "to": str(message["To"]),
                    "subject": str(message["Subject"]),
                    "date": str(message["Date"]),
                    "text": text,
                    "links": re.findall(r"https?://\S+", text),
                    "codes": re.findall(r"(?<!\d)\d{6}(?!\d)", text),
                }
            )
    return found
