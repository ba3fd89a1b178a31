"""The rules, for everybody to read: motive by motive, the table of documents, what changed, and the texts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from permis import clock
from permis.checklist.overview import others
from permis.design.words import french_day
from permis.domain import axis, readable, required
from permis.domain.readable import Line
from permis.domain.vocabulary import Motive

LAST_YEAR = 2100


class NotADay(ValueError):
    """What was typed is no day of which the rules can be told; says what to type."""


def day_of(typed: str, today: dt.date) -> dt.date:
    """The day that was typed, as 2026-11-23 or 23/11/2026; today when nothing was. Raises `NotADay`."""
    if not typed:
        return today
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", typed, re.ASCII)
    other = re.fullmatch(r"(\d{1,2})[ /.-](\d{1,2})[ /.-](\d{4})", typed, re.ASCII)
    parts = found.groups() if found else other.groups()[::-1] if other else ()
    try:
        day = dt.date(*(int(part) for part in parts))
    except (TypeError, ValueError):
        raise NotADay("Écrivez une date qui existe. Exemple : 01/03/2024") from None
    if day < required.LAW_FROM:
        first = french_day(required.LAW_FROM)
        raise NotADay(f"Nous connaissons les règles à partir du {first} : choisissez une date plus récente.")
    if day.year > LAST_YEAR:
        raise NotADay(f"Choisissez une date avant {LAST_YEAR}.")
    return day


def _asked(request: HttpRequest) -> tuple[dict[str, Any], dt.date]:
    """What every page of the rules shows of the day, and the day itself (today when it is wrong)."""
    today, typed = clock.today(), request.GET.get("le", "").strip()[:20]
    error, day = "", today
    try:
        day = day_of(typed, today)
    except NotADay as wrong:
        error = str(wrong)
    return {
        "typed": typed,
        "error": error,
        "on": french_day(day),
        "is_today": day == today,
        "le": f"?le={day.isoformat()}" if day != today else "",
        "checked_to": french_day(required.CHECKED_TO),
        "unread": day > required.CHECKED_TO,
    }, day


def _shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"checklist/{template}.html", context, status=422 if context["error"] else 200)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The requests, what changed lately, what is counted beside them, and the texts."""
    context, _ = _asked(request)
    return _shown(
        request,
        "rules",
        {
            **context,
            "groups": others(),
            "changes": changes(clock.today()),
            "periods": [
                {"categories": group, "age": age, "years": years, "source": str(source)}
                for group, age, years, source in readable.medical_periods()
            ],
            "delays": [
                {
                    "label": motive.label,
                    "low": delay.low,
                    "high": delay.high,
                    "source": str(delay.source).removesuffix(" (voir docs/law.md)"),
                }
                for motive in required.FILES
                for delay in (required.rules_of(motive).delay,)
            ],
            "texts": [
                {"title": text.title, "dated": french_day(dt.date.fromisoformat(text.read_on))}
                if text.read_on
                else {"title": text.title, "dated": ""}
                for text in readable.texts()
            ],
        },
    )


def changes(today: dt.date) -> list[dict[str, Any]]:
    """What became law or ceased to be since the tables say the whole law, day by day, the latest first.

    On one day the new rules come first, then those that they replace.
    """
    days: dict[str, list[dict[str, Any]]] = {}
    for change in reversed(axis.changes(required.LAW_FROM, today)["changes"]):
        days.setdefault(change["date"], []).append({
            "until": "" if change["change"] == "begins" else french_day(dt.date.fromisoformat(change["until"])),
            "what": change["text"],
            "motives": [Motive(code).label for code in change["motives"]],
            "source": change["source"],
        })  # fmt: skip
    return [{"day": french_day(dt.date.fromisoformat(day)), "rows": rows} for day, rows in days.items()]


@require_safe
def motive_rules(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one motive."""
    if code not in set(Motive):
        raise Http404
    context, day = _asked(request)
    chapter = readable.chapter(Motive(code), day)
    sections = (
        (
            "documents",
            "Les documents",
            "Un document que deux règles demandent ne se donne qu’une fois.",
            chapter.documents,
        ),
        (
            "refus",
            "Quand la demande n’est pas possible",
            "Dans cet ordre : la première qui est vraie décide.",
            chapter.outcomes,
        ),
        ("prix", "Le prix", "La première ligne qui est vraie décide.", chapter.fees),
        (
            "conduire",
            "Avec quoi conduire en attendant",
            "Les papiers à porter ensemble, en France.",
            chapter.drive,
        ),
        ("dates", "Les dates qui comptent", "", chapter.dates),
        ("savoir", "Ce qu’il faut savoir", "", chapter.notes),
    )
    return _shown(
        request,
        "rules_motive",
        {
            **context,
            "label": chapter.motive.label,
            "code": chapter.motive.value,
            "result": chapter.result.label,
            "cancellable": chapter.cancellable,
            "delay": chapter.delay,
            "delay_source": str(chapter.delay.source).removesuffix(" (voir docs/law.md)"),
            "probation": [{"when": when, "years": years} for when, years in chapter.probation],
            "sections": [
                {"slug": slug, "title": title, "about": about, "lines": [_line(line) for line in lines]}
                for slug, title, about, lines in sections
                if lines
            ],
            "groups": others(chapter.motive),
        },
    )


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "what": line.what,
        "when": line.when,
        "why": line.why,
        "instead": line.instead,
        "mark": line.mark,
        "source": str(line.source).removesuffix(" (voir docs/law.md)"),
        "force": force(line),
    }


def force(line: Line) -> str:
    """On which days the row is law; empty when the texts give no day."""
    if line.since is None and line.until is None:
        return ""
    of = f" (selon {line.law_of})" if line.law_of else ""
    if line.since and line.until:
        return f"Du {french_day(line.since)} au {french_day(line.until)}{of}"
    if line.since:
        return f"Depuis le {french_day(line.since)}{of}"
    return f"Jusqu’au {french_day(line.until)}{of}" if line.until else ""


SIGNS = {readable.ALWAYS: "●", readable.SOMETIMES: "○", readable.OPTIONAL: "◌"}


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Which request asks for which document: a list on a telephone, a table on a wide screen."""
    context, day = _asked(request)
    pieces, rows = readable.matrix(day)
    return _shown(
        request,
        "rules_matrix",
        {
            **context,
            "columns": [{"code": motive.value, "label": motive.label} for motive in rows],
            "rows": [
                {
                    "label": readable.named(piece),
                    "cells": [
                        {"says": row.get(piece, ""), "sign": SIGNS.get(row.get(piece, ""), "")}
                        for row in rows.values()
                    ],
                }
                for piece in pieces
            ],
            "lists": [
                {
                    "code": motive.value,
                    "label": motive.label,
                    "groups": [
                        {
                            "says": says,
                            "pieces": [readable.named(p, motive) for p in pieces if row.get(p) == says],
                        }
                        for says in SIGNS
                        if says in row.values()
                    ],
                }
                for motive, row in rows.items()
            ],
        },
    )
