"""The last form: the declaration on honour and the code."""

from django import forms

from permis.accounts.forms import CodeForm


class SubmitForm(CodeForm):
    """The six digits, worth a signature, and the declaration."""

    field_order = ("sincere", "code")
    sincere = forms.BooleanField(
        label="Je certifie sur l’honneur que tout ce que j’ai écrit est exact",
        help_text="Une fausse déclaration est punie de 2 ans de prison et de 4 500 € d’amende "
        "(article L224-18 du Code de la route).",
        error_messages={
            "required": "Cochez cette case pour envoyer : nous avons besoin de votre déclaration."
        },
    )
