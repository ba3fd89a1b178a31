"""Forms made from table 1: one kind of question, one field; the names posted are those of the questions."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from permis.design.widgets import DateField3
from permis.domain.asked.table import Question, Step
from permis.questions.places import COUNTRIES, DEPARTMENTS, department_of

# What may be in a name: any letter of any script, marks, and the signs that civil registers know.
NAME_SIGNS = set(" '’-.·,()/")


def clean_line(text: str) -> str:
    """One line: normalised, without control or invisible direction characters, single spaces."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if c.isspace() else c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"}
    )
    return " ".join(kept.split())


class CountrySelect(forms.Select):
    """A list of 251 countries, written in one go: Django's own template for each option costs 12 ms a list."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The list, its country chosen."""
        chosen = self.format_value(value)
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, " selected" if code in chosen else "", label) for code, label in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt(final), options)


class LineField(forms.CharField):
    """One line of text, cleaned."""

    def to_python(self, value: Any) -> str:
        """The cleaned line."""
        return clean_line(super().to_python(value) or "")


class NameField(LineField):
    """A name as people write it: accents, two surnames, any script; not digits alone nor pictures."""

    def validate(self, value: str) -> None:
        """Refuses what cannot be a name, with what to type."""
        super().validate(value)
        for c in value:
            if unicodedata.category(c)[0] in "LM" or c in NAME_SIGNS:
                continue
            if c.isdigit():
                raise ValidationError(
                    "Un nom ne contient pas de chiffre. Recopiez celui de votre pièce d’identité."
                )
            raise ValidationError(f"Le signe « {c} » ne peut pas être imprimé sur la carte. Retirez-le.")
        if value and not any(unicodedata.category(c)[0] == "L" for c in value):
            raise ValidationError("Écrivez au moins une lettre.")


class PostcodeField(forms.CharField):
    """Five digits, of a department that exists."""

    def to_python(self, value: Any) -> str:
        """The five digits."""
        digits = re.sub(r"\s", "", super().to_python(value) or "")
        if digits and not re.fullmatch(r"\d{5}", digits):
            raise ValidationError("Le code postal a 5 chiffres. Exemple : 35000")
        if digits and department_of(digits) not in DEPARTMENTS:
            raise ValidationError("Ce code postal n’existe pas. Vérifiez les deux premiers chiffres.")
        return digits


class DepartmentField(forms.CharField):
    """The code of a French department."""

    def to_python(self, value: Any) -> str:
        """The code, in capitals, with its zero."""
        code = re.sub(r"\s", "", super().to_python(value) or "").upper()
        if re.fullmatch(r"\d", code):
            code = "0" + code
        if code and code not in DEPARTMENTS:
            raise ValidationError("Ce département n’existe pas. Exemples : 35, 2A, 974")
        return code


class NephField(forms.CharField):
    """The NEPH: twelve digits in general; other shapes exist (Corsica, overseas), so it warns and never blocks."""

    def to_python(self, value: Any) -> str:
        """Digits and letters, without spaces or dashes."""
        return re.sub(r"[\s.\-/]", "", super().to_python(value) or "").upper()


def _past(today: dt.date, future: str, oldest: int, too_old: str) -> Callable[[dt.date], None]:
    def validate(value: dt.date) -> None:
        if value > today:
            raise ValidationError(future)
        if value.year < today.year - oldest:
            raise ValidationError(too_old)

    return validate


@dataclass(frozen=True)
class Around:
    """What a field needs beside its question: the day, and the confirmed ways to reach the person."""

    today: dt.date
    channels: tuple[tuple[str, str], ...] = ()


def _radios(choices: tuple[tuple[str, str], ...], missing: str) -> forms.Field:
    return forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": "Choisissez une des réponses proposées."},
    )


def _text(kind: type[forms.CharField], question: Question, **messages: str) -> forms.Field:
    return kind(
        max_length=question.max_length,
        error_messages={
            "required": _write(question),
            "max_length": f"Écrivez au plus {question.max_length} caractères : il y en a %(show_value)d.",
            **messages,
        },
    )


def _date(question: Question, around: Around, future: str, oldest: int) -> forms.Field:
    too_old = "Vérifiez l’année : elle est trop ancienne."
    return DateField3(validators=[_past(around.today, future, oldest, too_old)])


# kind of question → its field. A new kind of question is a line here.
KINDS: dict[str, Callable[[Question, Around], forms.Field]] = {
    "choice": lambda q, _: _radios(q.choices, "Choisissez une réponse."),
    "yes_no": lambda _q, _: _radios((("yes", "Oui"), ("no", "Non")), "Choisissez oui ou non."),
    "channel": lambda _q, around: _radios(around.channels, "Choisissez comment vous prévenir."),
    "country": lambda _q, _: forms.ChoiceField(
        choices=COUNTRIES,
        widget=CountrySelect,
        error_messages={"invalid_choice": "Choisissez un pays de la liste."},
    ),
    "name": lambda q, _: _text(NameField, q),
    "line": lambda q, _: _text(LineField, q),
    "postal_line": lambda q, _: _text(LineField, q),
    "neph": lambda q, _: _text(NephField, q),
    "postcode": lambda _q, _: PostcodeField(
        error_messages={"required": "Écrivez votre code postal. Exemple : 35000"}, max_length=7
    ),
    "department": lambda _q, _: DepartmentField(
        error_messages={"required": "Écrivez le numéro du département. Exemples : 35, 2A, 974"}
    ),
    "past_date": lambda q, around: _date(q, around, "Cette date est dans le futur. Vérifiez l’année.", 120),
    "exam_date": lambda q, around: _date(
        q, around, "Cette date est dans le futur. La demande se fait après la réussite à l’examen.", 60
    ),
    "promise": lambda _q, _: forms.BooleanField(
        error_messages={"required": "Cochez cette case pour continuer, si c’est bien votre cas."}
    ),
}
NUMERIC = frozenset({"postcode", "neph"})


def field_for(question: Question, around: Around) -> forms.Field:
    """The form field of a question. KeyError for a kind that nobody taught us."""
    field = KINDS[question.kind](question, around)
    field.required = field.widget.is_required = question.required
    field.label, field.help_text = question.label, question.hint
    field.initial = question.default or None
    if question.autocomplete:
        field.widget.attrs["autocomplete"] = question.autocomplete
    if question.width:
        field.width = question.width.removeprefix("tp-w-")  # type: ignore[attr-defined]
    if question.kind in NUMERIC:
        field.widget.attrs["inputmode"] = "numeric"
    return field


def _write(question: Question) -> str:
    words = {
        "birth_name": "Écrivez votre nom de naissance.",
        "given_names": "Écrivez vos prénoms. Exemple : Léa Jeanne Inès",
        "birth_place": "Écrivez le nom de la commune ou de la ville. Exemple : Rennes",
        "letterbox": "Écrivez le nom qui est sur la boîte aux lettres.",
        "street": "Écrivez le numéro et la rue. Exemple : 8 rue des Lices",
        "town": "Écrivez le nom de la commune. Exemple : Rennes",
    }
    return words.get(question.name, "Écrivez une réponse.")


class StepForm(forms.Form):
    """The form of one step, made from its questions; `json()` gives the answers as they are kept."""

    def __init__(
        self,
        step: Step,
        data: Mapping[str, Any] | None = None,
        *,
        today: dt.date,
        answers: Mapping[str, Any] | None = None,
        channels: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.step = step
        initial = {q.name: answers[q.name] for q in step.questions if answers and q.name in answers}
        super().__init__(data, initial=initial, auto_id="%s", label_suffix="")
        for question in step.questions:
            field = field_for(question, Around(today, channels))
            if question.kind == "channel" and len(channels) == 1:
                field.initial = channels[0][0]
            self.fields[question.name] = field

    def json(self) -> dict[str, Any]:
        """The cleaned answers as JSON values."""
        found: dict[str, Any] = {}
        for question in self.step.questions:
            value = self.cleaned_data.get(question.name)
            if isinstance(value, dt.date):
                value = value.isoformat()
            if question.name == "categories":
                value = [value]
            found[question.name] = value
        return found
