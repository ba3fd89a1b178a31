"""The forms of the account: one box for an e-mail or a mobile number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from permis.accounts.identifier import normalise

HINT = "Exemples : lea@exemple.fr ou 06 12 34 56 78"


class IdentifierField(forms.CharField):
    """An e-mail or a mobile number; cleans to (channel, address)."""

    def to_python(self, value: Any) -> Any:
        """(channel, address), or None when empty."""
        text = super().to_python(value)
        return normalise(text) if text else None


def _identifier() -> IdentifierField:
    field = IdentifierField(
        label="Adresse e-mail ou numéro de mobile",
        help_text=HINT,
        max_length=254,
        error_messages={"required": f"Écrivez votre adresse e-mail ou votre numéro de mobile. {HINT}"},
    )
    field.widget.attrs.update({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
    return field


def _password(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput({"autocomplete": autocomplete}),
        error_messages={"required": "Écrivez votre mot de passe."},
    )


LONG = "12 caractères au moins. Une phrase que vous retenez convient très bien."


class Plain(forms.Form):
    """What all our forms share: ids equal to names, no colon added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class SignIn(Plain):
    """Sign in."""

    identifier = _identifier()
    password = _password("Mot de passe", "current-password")


class NewPassword(Plain):
    """Choose a password."""

    password = _password("Nouveau mot de passe", "new-password", LONG)

    def clean_password(self) -> str:
        """Refuses what is short or known."""
        password: str = self.cleaned_data["password"]
        try:
            password_validation.validate_password(password)
        except ValidationError as error:
            short = any(e.code == "password_too_short" for e in error.error_list)
            raise ValidationError(
                "Ce mot de passe est trop court : il faut 12 caractères au moins."
                if short
                else "Ce mot de passe est trop connu. Choisissez-en un autre, par exemple une phrase."
            ) from error
        return password


class SignUp(NewPassword):
    """Create an account."""

    field_order = ("identifier", "password")
    identifier = _identifier()
    password = _password("Choisissez un mot de passe", "new-password", LONG)


class Forgot(Plain):
    """Ask for a code to choose a new password."""

    identifier = _identifier()


class CodeForm(Plain):
    """The six digits."""

    code = forms.CharField(
        label="Code à 6 chiffres",
        max_length=20,
        error_messages={"required": "Écrivez les 6 chiffres du code."},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "tp-code"}),
    )


class ResetForm(NewPassword, CodeForm):
    """The six digits and a new password."""

    field_order = ("code", "password")
    password = _password("Nouveau mot de passe", "new-password", LONG)


class Confirm(Plain):
    """The button of the link: the password, since anybody may have opened the link."""

    password = _password("Mot de passe choisi à l’inscription", "current-password")


class AddChannel(Plain):
    """A second way to be reached."""

    identifier = _identifier()
