"""What the messages of the account say. An SMS names the service and never carries a link."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from permis.notices import Letter

NEVER = "Nous ne vous demanderons jamais votre mot de passe."
IGNORE = "Si vous n’avez rien demandé, ne faites rien : sans ce code, il ne se passe rien."


def _link(name: str, *args: str) -> str:
    return settings.PERMIS_URL + reverse(name, args=args)


def sign_up(code: str, token: str) -> Letter:
    """Confirm the address of a new account."""
    return {
        "subject": f"Télépermis : votre code est {code}",
        "text": (
            "Bonjour,\n\nVous créez un compte sur Télépermis. "
            f"Pour confirmer votre adresse, écrivez ce code sur la page :\n\n    {code}\n\n"
            "Vous pouvez aussi ouvrir cette page et appuyer sur le bouton :\n"
            f"{_link('accounts:confirm_link', token)}\n\n"
            f"Le code est valable 15 minutes. {IGNORE}\n{NEVER}\n\nTélépermis\n"
        ),
    }


def sign_up_sms(code: str, _token: str) -> Letter:
    """Confirm the number of a new account."""
    return {
        "subject": "",
        "text": f"Télépermis : {code} est votre code pour créer votre compte. Valable 15 minutes.",
    }


def already(_code: str, _token: str) -> Letter:
    """Somebody, perhaps the same person, signs up with an address that has an account."""
    return {
        "subject": "Télépermis : vous avez déjà un compte",
        "text": (
            "Bonjour,\n\nUne personne vient de demander un compte avec votre adresse, et vous en avez déjà un.\n"
            f"Pour vous connecter : {_link('accounts:sign_in')}\n"
            f"Si vous avez oublié votre mot de passe : {_link('accounts:forgot')}\n\n"
            "Si ce n’était pas vous, ne faites rien.\n\nTélépermis\n"
        ),
    }


def already_sms(_code: str, _token: str) -> Letter:
    """The same by SMS."""
    return {
        "subject": "",
        "text": "Télépermis : vous avez déjà un compte avec ce numéro. Connectez-vous, ou choisissez un nouveau "
        "mot de passe sur le site. Si ce n’était pas vous, ne faites rien.",
    }


def reset(code: str, _token: str) -> Letter:
    """Choose a new password."""
    return {
        "subject": f"Télépermis : votre code est {code}",
        "text": (
            "Bonjour,\n\nPour choisir un nouveau mot de passe, écrivez ce code sur la page :\n\n"
            f"    {code}\n\nLe code est valable 15 minutes. {IGNORE}\n{NEVER}\n\nTélépermis\n"
        ),
    }


def reset_sms(code: str, _token: str) -> Letter:
    """The same by SMS."""
    return {
        "subject": "",
        "text": f"Télépermis : {code} est votre code pour un nouveau mot de passe. Valable 15 minutes.",
    }


def channel(code: str, _token: str) -> Letter:
    """Confirm a second address."""
    return {
        "subject": f"Télépermis : votre code est {code}",
        "text": f"Bonjour,\n\nPour ajouter cette adresse à votre compte, écrivez ce code sur la page :\n\n    {code}\n\n"
        f"Le code est valable 15 minutes. {IGNORE}\n\nTélépermis\n",
    }


def channel_sms(code: str, _token: str) -> Letter:
    """Confirm a number for an account that has an address."""
    return {
        "subject": "",
        "text": f"Télépermis : {code} est votre code pour ajouter ce numéro. Valable 15 minutes.",
    }
