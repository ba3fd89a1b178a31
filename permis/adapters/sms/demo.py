"""The demo's text messages: one JSON file each."""

from __future__ import annotations

import json
import re
from typing import Any

from permis import clock
from permis.adapters import files


class DemoSms:
    """Keeps every message under outside/sms/."""

    def send(self, *, key: str, number: str, text: str) -> None:
        """Writes the file; the same key again changes nothing."""
        folder = files.outside("sms")
        if any(folder.glob(f"*-{key}.json")):
            return
        data = {"to": number, "text": text, "date": clock.now().isoformat(timespec="seconds")}
        files.write_json(folder / f"{clock.ticks():017.6f}-{key}.json", data)


def read_all(number: str | None = None) -> list[dict[str, Any]]:
    """The messages, newest first, as {to, text, date, codes}."""
    found = []
    for path in files.names(files.outside("sms"), ".json"):
        data = json.loads(path.read_text("utf-8"))
        if number is None or data["to"] == number:
            found.append({**data, "links": [], "codes": re.findall(r"(?<!\d)\d{6}(?!\d)", data["text"])})
    return found[::-1]
