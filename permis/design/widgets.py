"""A date as three boxes: day, month, year (posted as NAME_day, NAME_month, NAME_year)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from permis.design.words import MONTHS

PARTS = ("day", "month", "year")
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
        """The three texts of a date, of its ISO writing, or of nothing."""
        if isinstance(value, str) and value:
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
    default_error_messages: ClassVar = {"required": "Écrivez la date. Exemple : 14 03 2008"}
    FIRST_YEAR, LAST_YEAR = 1900, 2100

    def to_python(self, value: Any) -> date | None:
        """The date, or None when the three boxes are empty."""
        if value is None or isinstance(value, date):
            return value
        if isinstance(value, str):
            value = ThreePartDate().decompress(value)
        texts = dict(zip(PARTS, ((text or "").strip() for text in value), strict=True))
        empty = [part for part in PARTS if not texts[part]]
        if len(empty) == len(PARTS):
            return None
        if empty:
            raise _wrong(f"Écrivez aussi {_and([PART_WORDS[part] for part in empty])}.", "incomplete", *empty)
        letters = [part for part in PARTS if not (texts[part].isascii() and texts[part].isdigit())]
        if letters:
            words = _and([PART_WORDS[part] for part in letters])
            raise _wrong(f"Écrivez {words} en chiffres. Exemple : 14 03 2008", "not_digits", *letters)
        return self._on_the_calendar(texts)

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
