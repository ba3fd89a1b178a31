"""French writing of dates, hours, sizes and spaces; plain functions, also used as filters."""

import re
from datetime import date, datetime, time

from permis.domain.terms import french_day

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
NBSP = "\u00a0"
NARROW = "\u202f"


def french_date(day: date) -> str:
    """lundi 23 novembre 2026."""
    return f"{WEEKDAYS[day.weekday()]} {french_day(day)}"


def french_time(hour: time | datetime) -> str:
    """14 h 32; 14 h when the minutes are none."""
    minutes = f"{NARROW}{hour.minute:02}" if hour.minute else ""
    return f"{hour.hour}{NARROW}h{minutes}"


def file_size(octets: int) -> str:
    """212 Ko; 3,1 Mo. In thousands, as the limits are told."""
    if octets < 999_500:
        return f"{max(1, round(octets / 1000))}{NBSP}Ko"
    return f"{octets / 1_000_000:.1f}".removesuffix(".0").replace(".", ",") + f"{NBSP}Mo"


def between(low: date, high: date) -> str:
    """« Entre le 7 décembre 2026 et le 18 janvier 2027 »; the year once when it is the same."""
    first = french_day(low).removesuffix(f" {low.year}") if low.year == high.year else french_day(low)
    return f"Entre le {first} et le {french_day(high)}"


def euros(cents: int) -> str:
    """25 €; 12,50 €."""
    whole, rest = divmod(cents, 100)
    return f"{whole}{f',{rest:02}' if rest else ''}{NBSP}€"


def days_left(days: int) -> str:
    """What is left before a deadline, rounded down: better early than late."""
    if days < 0:
        return "Le délai est passé."
    if days == 0:
        return "C’est le dernier jour."
    if days < 14:
        return f"Il vous reste {days} jour{'s' if days > 1 else ''}."
    if days < 61:
        return f"Il vous reste {days // 7} semaines."
    return f"Il vous reste {days // 30} mois."


def nbsp(text: str) -> str:
    """No-break spaces where French wants them: before : ; ? ! » € %, after «, before a unit of size, inside 06 12 34 56 78."""
    text = re.sub(r" (?=[:;?!»€%])", NBSP, text)
    text = text.replace("« ", f"«{NBSP}")
    text = re.sub(r"(?<=\b\d\d) (?=(?:\d\d|\d{4})\b)", NBSP, text)
    return re.sub(r"(?<=\d) (?=(?:Ko|Mo|h|mm)\b)", NBSP, text)


# What people meet before anybody has told them the words.
ACRONYMS = {"CERT": "centre d’expertise et de ressources titres (CERT)"}


def spelled(text: str, said: set[str]) -> str:
    """The first use of an acronym gets its words; `said` holds those already met on the page, and is filled."""
    for short, words in ACRONYMS.items():
        if short not in said and re.search(rf"\b{short}\b", text):
            said.add(short)
            text = re.sub(rf"\b{short}\b", words, text, count=1)
    return text
