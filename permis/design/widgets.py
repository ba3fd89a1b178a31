"""Widgets of our own: a date as three boxes (posted as NAME_day, NAME_month, NAME_year), whole or in part."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from permis.domain.terms import MONTHS

PARTS = ("day", "month", "year")
PARTIAL = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d))?", re.ASCII)
UNKNOWN = "00"  # as identity papers print a day or a month that nobody knows
PART_WORDS = {"day": "le jour", "month": "le mois", "year": "l’année"}


class ThreePartDate(forms.MultiWidget):
    """Three text boxes. What was typed comes back as it was, even 31/02, so that it can be mended."""

    use_fieldset = True

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            part: forms.TextInput({"inputmode": "numeric", "maxlength": 4 if part == "year" else 2})
            for part in PARTS
        }
        super().__init__(boxes, dict(attrs or {}))

    def decompress(self, value: Any) -> list[str]:
        """The three texts of a date, of its ISO writing (in part too: 2000-03, 2000), or of nothing."""
        if isinstance(value, str) and value:
            if known := PARTIAL.fullmatch(value):
                return [UNKNOWN, known["month"] or UNKNOWN, known["year"]]
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return ["", "", ""]
        if isinstance(value, date):
            return [f"{value.day:02}", f"{value.month:02}", f"{value.year:04}"]
        return ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's, but ids and autocomplete end with the name of the part instead of its rank."""
        context = super().get_context(name, value, attrs)
        final = context["widget"]["attrs"]
        for part, box in zip(PARTS, context["widget"]["subwidgets"], strict=True):
            if final.get("id"):
                box["attrs"]["id"] = f"{final['id']}_{part}"
            if final.get("autocomplete") == "bday":
                box["attrs"]["autocomplete"] = f"bday-{part}"
            else:
                box["attrs"]["autocomplete"] = "off"
        return context

    def id_for_label(self, id_: str) -> str:
        """The first box: where a link to this question should lead."""
        return f"{id_}_day" if id_ else ""


def _and(words: Sequence[str]) -> str:
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _wrong(message: str, code: str, *parts: str) -> ValidationError:
    # The faulty boxes travel with the error, so that the page can mark these and not the others.
    return ValidationError(message, code=code, params={"parts": parts or PARTS})


class DateField3(forms.Field):
    """A form field that reads three boxes as one `date` and says in French which box to mend."""

    widget = ThreePartDate
    EXAMPLE = "14 03 2008"
    FIRST_YEAR, LAST_YEAR = 1900, 2100

    def __init__(self, *, example: str = EXAMPLE, **options: Any) -> None:
        self.example = example  # that of the hint: a question and its errors show one example
        messages = {
            "required": f"Écrivez la date. Exemple : {example}",
            **(options.pop("error_messages", None) or {}),
        }
        super().__init__(error_messages=messages, **options)

    def to_python(self, value: Any) -> date | None:
        """The date, or None when the three boxes are empty."""
        if value is None or isinstance(value, date):
            return value
        texts = self._texts(value)
        empty = [part for part in PARTS if not texts[part]]
        if len(empty) == len(PARTS):
            return None
        self._refuse_gaps(empty)
        self._refuse_letters(texts)
        return self._on_the_calendar(texts)

    @staticmethod
    def _texts(value: Any) -> dict[str, str]:
        boxes = ThreePartDate().decompress(value) if isinstance(value, str) else value
        return dict(zip(PARTS, ((text or "").strip() for text in boxes), strict=True))

    def _refuse_gaps(self, empty: Sequence[str]) -> None:
        if empty:
            raise _wrong(f"Écrivez aussi {_and([PART_WORDS[part] for part in empty])}.", "incomplete", *empty)

    def _refuse_letters(self, texts: Mapping[str, str]) -> None:
        letters = [
            part for part in PARTS if texts[part] and not (texts[part].isascii() and texts[part].isdigit())
        ]
        if letters:
            words = _and([PART_WORDS[part] for part in letters])
            raise _wrong(f"Écrivez {words} en chiffres. Exemple : {self.example}", "not_digits", *letters)

    def _on_the_calendar(self, texts: dict[str, str]) -> date:
        if len(texts["year"]) != 4:
            raise _wrong("Écrivez une année sur 4 chiffres. Exemple : 1998", "year", "year")
        day, month, year = (int(texts[part]) for part in PARTS)
        if not self.FIRST_YEAR <= year <= self.LAST_YEAR:
            raise _wrong(f"Vérifiez l’année : {year} n’est pas possible.", "year_range", "year")
        if not 1 <= month <= 12:
            raise _wrong("Vérifiez le mois : il va de 1 à 12.", "month", "month")
        if not 1 <= day <= 31:
            raise _wrong("Vérifiez le jour : il va de 1 à 31.", "day", "day")
        try:
            return date(year, month, day)
        except ValueError:
            pass
        if (day, month) == (29, 2):
            raise _wrong(f"Le 29 février {year} n’existe pas. Vérifiez la date.", "no_such_day")
        name = MONTHS[month - 1]
        raise _wrong(
            f"Le {day} {name} n’existe pas. Vérifiez le jour et le mois.", "no_such_day", "day", "month"
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes say another date than the first one."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class PartialDateField(DateField3):
    """A date of which only the month and the year, or only the year, may be known: kept as ISO text.

    2000-03-14, 2000-03 or 2000: a box that is left empty, or holds 00, is not known. The year always is.
    """

    def to_python(self, value: Any) -> str | None:  # type: ignore[override]  # a text, since it may be in part
        """The ISO text of what is known, or None when the three boxes are empty."""
        if value is None:
            return None
        if isinstance(value, date):
            return value.isoformat()
        texts = self._texts(value)
        if not any(texts.values()):
            return None
        unknown = [part for part in ("day", "month") if texts[part] in {"", UNKNOWN}]
        self._refuse_gaps([] if texts["year"] else ["year"])
        self._refuse_gaps(["month"] if unknown == ["month"] else [])
        self._refuse_letters(texts)
        whole = self._on_the_calendar({**texts, **dict.fromkeys(unknown, "1")}).isoformat()
        return whole[: {0: 10, 1: 7, 2: 4}[len(unknown)]]
