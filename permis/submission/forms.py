"""The last form: the declaration on honour and the code."""

from django import forms

from permis.accounts.forms import CodeForm, Plain


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


class KeyForm(Plain):
    """The key of an invitation."""

    key = forms.CharField(
        label="Code d’invitation",
        help_text="12 lettres et chiffres, dans le message que vous avez reçu.",
        max_length=30,
        error_messages={"required": "Écrivez le code d’invitation du message reçu. Exemple : 4F7K-9Q2M-XT3B"},
        widget=forms.TextInput({"autocomplete": "one-time-code", "class": "tp-code"}),
    )


class SignForm(CodeForm):
    """The representative's declaration and code."""

    field_order = ("agrees", "code")
    agrees = forms.BooleanField(
        label="J’ai lu cette demande, je certifie sur l’honneur représenter cette personne, et je signe avec elle",
        help_text="Une fausse déclaration est punie de 2 ans de prison et de 4 500 € d’amende "
        "(article L224-18 du Code de la route).",
        error_messages={"required": "Cochez cette case pour signer."},
    )
