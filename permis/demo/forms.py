"""The photographer's form on the demo's page: whose photo it is."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

from permis import clock
from permis.accounts.forms import Plain
from permis.design.widgets import DateField3
from permis.questions.forms import NameField


class EPhotoForm(Plain):
    """The name and the birth date, as the photographer reads them on the identity document."""

    birth_name = NameField(
        label="Nom de naissance",
        max_length=120,
        error_messages={"required": "Écrivez le nom de naissance. Exemple : Moreau"},
    )
    given_names = NameField(
        label="Prénoms",
        max_length=200,
        error_messages={"required": "Écrivez les prénoms. Exemple : Léa Jeanne Inès"},
    )
    birth_date = DateField3(label="Date de naissance", help_text="Exemple : 14 03 2008")

    def clean_birth_date(self) -> dt.date:
        """Somebody who is born."""
        born: dt.date = self.cleaned_data["birth_date"]
        if born > clock.today():
            raise ValidationError("Cette date est dans le futur. Vérifiez l’année.")
        return born


EPhotoForm.base_fields["birth_name"].widget = forms.TextInput({"autocomplete": "off"})
EPhotoForm.base_fields["given_names"].widget = forms.TextInput({"autocomplete": "off"})
