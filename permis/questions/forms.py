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
from django.forms.widgets import Script
from django.urls import reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from permis.design.widgets import DateField3, PartialDateField
from permis.domain.asked import applies, may_stay_empty
from permis.domain.asked.table import Question, Step
from permis.domain.territory import department_of
from permis.questions import places
from permis.questions.places import COUNTRIES, DEPARTMENTS, FRENCH_LANDS
from permis.questions.summary import address_of
from permis.standards import contact, postal_address

# What may be in a name: any letter of any script, marks, and the signs that civil registers know.
NAME_SIGNS = set(" '’-.·,()/")
# Keyboards and word processors write these for an apostrophe and a hyphen.
AS_TYPED = str.maketrans({"`": "'", "´": "'", "‘": "'", "′": "'", "‐": "-", "‑": "-", "–": "-", "−": "-"})


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


class PlaceInput(forms.TextInput):
    """A box that a script of ours helps to fill: communes of a postcode, or that begin as what is typed."""

    class Media:
        js = [Script("design/js/places.js", type="module")]


class LineField(forms.CharField):
    """One line of text, cleaned."""

    def to_python(self, value: Any) -> str:
        """The cleaned line."""
        return clean_line(super().to_python(value) or "")


class NameField(LineField):
    """A name as people write it: accents, two surnames, one letter, any script; neither digits nor pictures."""

    def to_python(self, value: Any) -> str:
        """The cleaned name, its apostrophes and hyphens of whatever keyboard made plain."""
        return super().to_python(value).translate(AS_TYPED)

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
        if digits and not re.fullmatch(r"\d{5}", digits, re.ASCII):
            raise ValidationError("Le code postal a 5 chiffres. Exemple : 35000")
        if digits and department_of(digits) not in DEPARTMENTS:
            raise ValidationError("Ce code postal n’existe pas. Vérifiez les deux premiers chiffres.")
        return digits


class DepartmentField(forms.CharField):
    """The code of a French department."""

    def to_python(self, value: Any) -> str:
        """The code, in capitals, with its zero."""
        code = re.sub(r"\s", "", super().to_python(value) or "").upper()
        if re.fullmatch(r"\d", code, re.ASCII):
            code = "0" + code
        if code and code not in DEPARTMENTS:
            raise ValidationError("Ce département n’existe pas. Exemples : 35, 2A, 974")
        return code


class NephField(forms.CharField):
    """The NEPH: twelve digits in general; other shapes exist (Corsica, overseas), so it warns and never blocks."""

    def to_python(self, value: Any) -> str:
        """Digits and letters, without spaces or dashes."""
        return re.sub(r"[\s.\-/]", "", super().to_python(value) or "").upper()


class LicenceNumberField(NephField):
    """The number of a licence: twelve digits, or YYLLNNNNN on the card; older ones have other shapes."""

    def validate(self, value: str) -> None:
        """Refuses what no licence bears, and nothing else."""
        super().validate(value)
        if value and not re.fullmatch(r"[A-Z0-9]{5,20}", value):
            raise ValidationError(
                "Recopiez le numéro du permis : des chiffres et des lettres, sans autre signe."
            )


class StampField(forms.CharField):
    """The number of a tax stamp: sixteen digits, which people copy in groups of four."""

    def to_python(self, value: Any) -> str:
        """The sixteen digits."""
        digits = re.sub(r"[\s.\-–/]", "", super().to_python(value) or "")
        if digits and not (digits.isascii() and digits.isdigit()):
            raise ValidationError("Recopiez seulement les chiffres du timbre : il y en a 16.")
        if digits and len(digits) != 16:
            raise ValidationError(f"Le numéro du timbre a 16 chiffres : vous en avez écrit {len(digits)}.")
        return digits


class EmailField(forms.CharField):
    """An e-mail address, in lower case."""

    widget = forms.EmailInput

    def to_python(self, value: Any) -> str:
        """The address."""
        return _made_one(contact.normalise_email, super().to_python(value))


class PhoneField(forms.CharField):
    """A mobile number, as E.164."""

    widget = forms.TextInput({"type": "tel"})

    def to_python(self, value: Any) -> str:
        """The number."""
        return _made_one(contact.normalise_phone, super().to_python(value))


def _made_one(normalise: Callable[[str], str], text: str) -> str:
    try:
        return normalise(text) if text else ""
    except ValueError as error:
        raise ValidationError(str(error)) from None


class LinesField(forms.CharField):
    """A few lines of text."""

    widget = forms.Textarea({"rows": 4})

    def to_python(self, value: Any) -> str:
        """The text, each line cleaned, without empty lines at its ends."""
        return "\n".join(clean_line(line) for line in (super().to_python(value) or "").splitlines()).strip()


class CountryField(forms.ChoiceField):
    """A country by its ISO code. Whoever chooses La Réunion, which the list of ISO has too, is kept as in France."""

    def to_python(self, value: Any) -> str:
        """The code."""
        code = super().to_python(value)
        return "FR" if code in FRENCH_LANDS else code


class OneOfField(forms.ChoiceField):
    """One choice that is kept as a list of one, beside others who may hold several."""

    widget = forms.RadioSelect

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """The list."""
        one = super().clean(value)
        return [one] if one else []


class TickField(forms.BooleanField):
    """A box that may stay empty: kept as "yes" or ""."""

    def clean(self, value: Any) -> str:  # type: ignore[override]
        """Whether it is ticked."""
        return "yes" if super().clean(value) else ""


def _past(today: dt.date, future: str, oldest: int) -> Callable[[dt.date | str], None]:
    def validate(value: dt.date | str) -> None:
        # Of a date that is known in part, its first day.
        first = (
            value if isinstance(value, dt.date) else dt.date.fromisoformat(value + "-01-01"[len(value) - 4 :])
        )
        if first > today:
            raise ValidationError(future)
        if first.year < today.year - oldest:
            raise ValidationError("Vérifiez l’année : elle est trop ancienne.")

    return validate


FURTHEST = 60  # years ahead: no licence and no measure of ours ends later


def _near(today: dt.date, oldest: int) -> Callable[[dt.date], None]:
    """Past or to come, within what a paper may say; `oldest` 0: to come."""

    def validate(value: dt.date) -> None:
        if not oldest and value < today:
            raise ValidationError(COMING)
        if value.year < today.year - oldest:
            raise ValidationError("Vérifiez l’année : elle est trop ancienne.")
        if value.year > today.year + FURTHEST:
            raise ValidationError("Vérifiez l’année : elle est trop lointaine.")

    return validate


@dataclass(frozen=True)
class Around:
    """What a field needs beside its question: the day, and the confirmed ways to reach the person."""

    today: dt.date
    channels: tuple[tuple[str, str], ...] = ()


def _radios(choices: tuple[tuple[str, str], ...], missing: str) -> forms.Field:
    return _choose(forms.ChoiceField, choices, missing, widget=forms.RadioSelect)


def _choose(
    kind: type[forms.ChoiceField], choices: tuple[tuple[str, str], ...], missing: str, **options: Any
) -> forms.Field:
    wrong = "Choisissez une des réponses proposées."
    messages = {"required": missing, "invalid_choice": wrong, "invalid_list": wrong}
    return kind(choices=choices, error_messages=messages, **options)


def _one(question: Question) -> str:
    return question.missing or f"Choisissez une réponse à « {question.label} »."


def _text(kind: type[forms.CharField], question: Question, missing: str = "", **options: Any) -> forms.Field:
    return kind(
        **options,
        max_length=question.max_length,
        error_messages={
            "required": question.missing or missing or f"Répondez à « {question.label} ».",
            "max_length": f"Écrivez au plus {question.max_length} caractères : il y en a %(show_value)d.",
        },
    )


def _date(
    question: Question, around: Around, future: str, oldest: int, kind: type[DateField3]
) -> forms.Field:
    shown = EXAMPLE.search(question.hint)
    example = shown[1] if shown else kind.EXAMPLE
    label = question.label
    asked = (
        f"Écrivez la {label[0].lower()}{label[1:]}."
        if label.startswith("Date ")
        else f"Répondez à « {label} »."
    )
    missing = question.missing or f"{asked} Exemple : {example}"
    return kind(
        example=example,
        error_messages={"required": missing},
        validators=[_past(around.today, future, oldest) if future else _near(around.today, oldest)],
    )


EXAMPLE = re.compile(r"Exemple : (\d\d \d\d \d{4})")
FUTURE = "Cette date est dans le futur. Vérifiez l’année."
COMING = "Cette date est passée. Vérifiez l’année."
FUTURE_EXAM = "Cette date est dans le futur. La demande se fait après la réussite à l’examen."

# kind of question → its field. A new kind of question is a line here, and its words in summary.py.
KINDS: dict[str, Callable[[Question, Around], forms.Field]] = {
    "choice": lambda q, _: _radios(q.choices, _one(q)),
    "category": lambda q, _: _choose(OneOfField, q.choices, _one(q)),
    "choices": lambda q, _: _choose(
        forms.MultipleChoiceField,
        q.choices,
        q.missing or f"Cochez au moins une réponse à « {q.label} ».",
        widget=forms.CheckboxSelectMultiple,
    ),
    "yes_no": lambda q, _: _radios(
        (("yes", "Oui"), ("no", "Non")), q.missing or f"Répondez oui ou non à « {q.label} »."
    ),
    "channel": lambda q, around: _radios(around.channels, q.missing or "Choisissez comment vous prévenir."),
    "country": lambda q, _: CountryField(
        choices=COUNTRIES if q.default else (("", "Choisissez un pays"), *COUNTRIES),
        widget=CountrySelect,
        error_messages={
            "required": q.missing or f"Choisissez un pays à « {q.label} ».",
            "invalid_choice": "Choisissez un pays de la liste.",
        },
    ),
    "licence_country": lambda q, _: forms.ChoiceField(
        choices=(("", "Choisissez un pays"), *COUNTRIES),
        widget=CountrySelect,
        error_messages={
            "required": q.missing or f"Choisissez un pays à « {q.label} ».",
            "invalid_choice": "Choisissez un pays de la liste.",
        },
    ),
    "tick": lambda q, _: TickField(error_messages={"required": q.missing or f"Cochez « {q.label} »."}),
    "promise": lambda q, _: forms.BooleanField(
        error_messages={
            "required": q.missing or f"Cochez « {q.label} » pour continuer, si c’est bien votre cas."
        }
    ),
    "name": lambda q, _: _text(NameField, q),
    "line": lambda q, _: _text(LineField, q),
    "text": lambda q, _: _text(LinesField, q),
    "postal_line": lambda q, _: _text(LineField, q),
    "town": lambda q, _: _text(
        LineField, q, "Écrivez le nom de la commune. Exemple : Rennes", widget=PlaceInput
    ),
    "birth_town": lambda q, _: _text(
        LineField, q, "Écrivez le nom de la commune ou de la ville. Exemple : Rennes", widget=PlaceInput
    ),
    "postcode": lambda q, _: PostcodeField(
        error_messages={"required": q.missing or "Écrivez votre code postal. Exemple : 35000"}
    ),
    "department": lambda q, _: DepartmentField(
        error_messages={"required": q.missing or "Écrivez le numéro du département. Exemples : 35, 2A, 974"}
    ),
    "neph": lambda q, _: _text(NephField, q),
    "licence_number": lambda q, _: _text(LicenceNumberField, q),
    "stamp_number": lambda q, _: _text(StampField, q, "Écrivez les 16 chiffres du timbre."),
    "email": lambda q, _: _text(EmailField, q, contact.NOT_EMAIL),
    "phone": lambda q, _: _text(PhoneField, q, contact.NOT_PHONE),
    "past_date": lambda q, around: _date(q, around, FUTURE, 120, DateField3),
    "birth_date": lambda q, around: _date(q, around, FUTURE, 120, PartialDateField),
    "exam_date": lambda q, around: _date(q, around, FUTURE_EXAM, 60, DateField3),
    "any_date": lambda q, around: _date(q, around, "", 120, DateField3),
    "coming_date": lambda q, around: _date(q, around, "", 0, DateField3),
}
NUMERIC = frozenset({"postcode", "neph", "stamp_number"})
# What places.js does in the box of each kind; the page works without it.
PLACES = {"town": "town", "birth_town": "birth"}
MAY_BE_UNKNOWN = "Si les papiers ne disent pas le jour ou le mois, laissez la case vide."


def field_for(question: Question, around: Around) -> forms.Field:
    """The form field of a question. KeyError for a kind that nobody taught us."""
    field = KINDS[question.kind](question, around)
    field.required = field.widget.is_required = question.required and not question.later
    field.later = question.later  # type: ignore[attr-defined]
    field.label, field.help_text = question.label, question.hint
    if question.kind == "birth_date" and "vide" not in question.hint:
        field.help_text = f"{question.hint}. {MAY_BE_UNKNOWN}" if question.hint else MAY_BE_UNKNOWN
    field.initial = question.default or None
    field.choice_hints = dict(question.choice_hints)  # type: ignore[attr-defined]
    field.groups = question.groups  # type: ignore[attr-defined]
    # A browser would cut what is pasted without a word: the length is told by the error instead.
    field.widget.attrs.pop("maxlength", None)
    if question.autocomplete:
        field.widget.attrs["autocomplete"] = question.autocomplete
    if question.width:
        field.width = question.width.removeprefix("tp-w-")  # type: ignore[attr-defined]
    if question.kind in NUMERIC:
        field.widget.attrs["inputmode"] = "numeric"
    if question.kind in PLACES:
        field.widget.attrs |= {
            "data-places": PLACES[question.kind],
            "data-places-url": reverse_lazy("questions:communes"),
        }
    return field


@dataclass(frozen=True)
class _Home:
    """The names of the three questions that are checked together: town, postcode, and « it is right »."""

    town: str
    postcode: str
    sure: str

    @classmethod
    def of(cls, question: Question) -> _Home:
        """Those that go with this question of kind `town`: `town`, or `rep_town`, and so on."""
        prefix = question.name.removesuffix("town")
        return cls(question.name, f"{prefix}postcode", f"{prefix}address_sure")


# The part of a postal address → the question whose line may be too long.
LINES = {
    "box": "letterbox",
    "extra": "address_extra",
    "street": "street",
    "place": "address_place",
    "town": "town",
}


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
        self.answers = dict(answers or {})
        self.idle: set[str] = set()  # questions of this page that do not apply with its answers
        initial = {q.name: _shown(q, self.answers[q.name]) for q in step.questions if q.name in self.answers}
        super().__init__(data, initial=initial, auto_id="%s", label_suffix="")
        here = {q.name for q in step.questions}
        for question in step.questions:
            if question.only_if and question.only_if[0] not in here and not applies(question, self.answers):
                continue
            field = field_for(question, Around(today, channels))
            if question.only_if and question.only_if[0] in here:
                name, wanted = question.only_if
                field.only_if = (name, [wanted] if isinstance(wanted, str) else list(wanted))  # type: ignore[attr-defined]
            if question.kind == "channel" and len(channels) == 1:
                field.initial = channels[0][0]
            self.fields[question.name] = field
        for question in self._of_kind("town"):
            self._offer_to_be_sure(_Home.of(question))

    def _of_kind(self, kind: str) -> list[Question]:
        return [q for q in self.step.questions if q.kind == kind and q.name in self.fields]

    def _offer_to_be_sure(self, home: _Home) -> None:
        """« My address is right » is asked only of a pair that our list does not know, and is about that pair."""
        if home.sure not in self.fields:
            return
        source = self.data if self.is_bound else self.initial
        town = clean_line(str(source.get(home.town) or ""))
        postcode = re.sub(r"\s", "", str(source.get(home.postcode) or ""))
        real = re.fullmatch(r"\d{5}", postcode, re.ASCII) and department_of(postcode) in DEPARTMENTS
        if not town or not real or _official(town, postcode):
            del self.fields[home.sure]
            return
        pair = f"{postcode} {places.fold(town)}"
        self.fields[home.sure].widget.attrs["value"] = pair
        if self.is_bound and self.data.get(home.sure) != pair:
            # Ticked for another pair, which has been changed since: the box comes back empty.
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data.pop(home.sure, None)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What one answer alone cannot tell: questions that do not apply, town and postcode, lines too long."""
        self._set_aside()
        for question in self._of_kind("town"):
            self._check_town(_Home.of(question))
        for question in self._of_kind("birth_town"):
            self._check_birth_place(question.name)
        self._check_lines()
        return self.cleaned_data

    def _set_aside(self) -> None:
        now = {**self.answers, **{name: self.cleaned_data.get(name, "") for name in self.fields}}
        for question in self.step.questions:
            if question.name in self.fields and not applies(question, now):
                self.idle.add(question.name)
                self.errors.pop(question.name, None)
            elif may_stay_empty(question, now) and self.has_error(question.name, "required"):
                del self.errors[question.name]

    def _right(self, *names: str) -> bool:
        """Whether these questions apply and their answers are right so far."""
        return all(self.cleaned_data.get(name) and name not in self.idle for name in names)

    def _check_town(self, home: _Home) -> None:
        if not self._right(home.town, home.postcode):
            return
        town, postcode = self.cleaned_data[home.town], self.cleaned_data[home.postcode]
        if official := _official(town, postcode):
            self.cleaned_data[home.town] = official
        elif self.cleaned_data.get(home.sure) != "yes":
            name, sentence = places.wrong_town(town, postcode)
            if home.sure in self.fields:
                sentence += f" Si tout est exact, cochez « {self.fields[home.sure].label} »."
            self.add_error(home.town if name == "town" else home.postcode, sentence)

    def _check_birth_place(self, name: str) -> None:
        """In France, a commune of our list, or of a department that is told; elsewhere, any text."""
        if not self._right(name):
            return
        country = name.replace("place", "country")
        where = self.cleaned_data.get(country) if country in self.fields else self.answers.get(country, "FR")
        if where == "FR":
            found = places.birth_place(self.cleaned_data[name])
            if found.error:
                self.add_error(name, found.error)
            else:
                self.cleaned_data[name] = found.text

    def _check_lines(self) -> None:
        if not {"street", "postcode", "town"} <= set(self.fields):
            return
        typed = {name: self.cleaned_data.get(name) for name in self.fields if name not in self.idle}
        for part, sentence in postal_address.too_long(address_of({**self.answers, **typed})).items():
            name = LINES.get(part, "")
            if name in self.fields and not self.errors.get(name):
                self.add_error(name, sentence)

    def json(self) -> dict[str, Any]:
        """The cleaned answers as JSON values; of a question that does not apply, only what was well typed."""
        found: dict[str, Any] = {}
        for question in self.step.questions:
            value = self.cleaned_data.get(question.name)
            if isinstance(value, dt.date):
                value = value.isoformat()
            if question.name in self.fields and (
                question.name not in self.idle or value not in (None, "", [])
            ):
                found[question.name] = value
            if question.kind == "town" and _Home.of(question).sure not in self.fields:
                found |= {q.name: "" for q in self.step.questions if q.name == _Home.of(question).sure}
        return found


def _official(town: str, postcode: str) -> str:
    """The town line to keep for this pair; empty when our list does not know it. A CEDEX is in no list."""
    return places.cedex(town) or places.town_of(town, postcode) or ""


def _shown(question: Question, value: Any) -> Any:
    """A kept answer as its box shows it."""
    return contact.spoken(value) if question.kind == "phone" and isinstance(value, str) else value
