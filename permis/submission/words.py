"""The messages that carry a code: to confirm a request, to invite a representative, to sign."""

import re
import unicodedata
from dataclasses import replace

from django.conf import settings
from django.urls import reverse

from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece
from permis.notices import Letter

QUALITIES = {
    "mother": "mère",
    "father": "père",
    "guardian": "tuteur ou tutrice",
    "institution": "service qui représente la personne",
}
HIS_REASON = "pour signer avec la personne que vous représentez"
# The same pieces, said to the representative who gives them.
HIS_PIECES = {
    Piece.REP: replace(
        PIECES[Piece.REP],
        label="Votre signature",
        what="Sur l’écran, ou à l’encre noire sur une feuille blanche.",
        example="Une signature entière, à l’encre noire.",
        instead="",
    ),
    Piece.ID_REP: replace(
        PIECES[Piece.ID_REP],
        label="Votre pièce d’identité",
        what="Votre carte d’identité ou votre passeport, en couleur, recto et verso.",
        example="Une carte d’identité ou un passeport lisible, valide ou expiré depuis moins de 5 ans.",
        instead="",
    ),
}
TOO_MANY = "Trop d’essais. Attendez un quart d’heure, puis recommencez."
TOO_MANY_INVITATIONS = (
    "Cette personne a reçu beaucoup d’invitations, ou vous en avez envoyé beaucoup. Attendez une heure ; si cela ne "
    "suffit pas, attendez demain. La dernière invitation reste valable."
)
WRONG_KEY = (
    "Ce code d’invitation n’ouvre rien. Vérifiez les 12 caractères du dernier message reçu, ou demandez une nouvelle "
    "invitation à la personne que vous représentez."
)
SOMEBODY = "Une personne"  # when the name that was typed cannot be written in a message
NAME_MOST = 30  # signs of a name in a message
IGNORE = "Si vous ne connaissez pas cette personne, ne faites rien."


def confirm(code: str, _token: str) -> Letter:
    """By e-mail."""
    return {
        "subject": f"Télépermis : votre code est {code}",
        "text": (
            "Bonjour,\n\nPour envoyer votre demande de permis de conduire, écrivez ce code sur la page :\n\n"
            f"    {code}\n\nIl vaut comme votre signature. Il est valable 15 minutes.\n"
            "Si vous n’avez rien demandé, ne faites rien : sans ce code, il ne se passe rien.\n\nTélépermis\n"
        ),
    }


def confirm_sms(code: str, _token: str) -> Letter:
    """By SMS."""
    return {
        "subject": "",
        "text": f"Télépermis : {code} est votre code pour envoyer votre demande. Il vaut signature. Valable 15 minutes.",
    }


def spaced(key: str) -> str:
    """The key as it is read: three groups of four."""
    return "-".join(key[n : n + 4] for n in range(0, len(key), 4))


def first_name(given_names: str) -> str:
    """The first given name as a message may carry it: Latin letters, hyphen, apostrophe, 30 signs at most.

    Whoever invites chooses what is typed and to whom it goes: no address and no sentence can be written there.
    """
    first = next(iter(re.split(r"[\s,;]+", unicodedata.normalize("NFC", given_names).strip())), "")
    letters = [c for c in first if c not in "-'’"]
    if not letters or not all(c.isalpha() and unicodedata.name(c, "").startswith("LATIN ") for c in letters):
        return SOMEBODY
    return first[:NAME_MOST]


def invite(channel: str, name: str, reference: str, key: str) -> Letter:
    """Invites the representative; `name` is what `first_name` gives. By SMS without a link: where to look, and what to write there."""
    if channel == "sms":
        return {
            "subject": "",
            "text": f"Télépermis : {name} vous demande de signer sa demande de permis. Sur le site Télépermis, page "
            f"« Signer pour un proche », écrivez le code {key}",
        }
    return {
        "subject": f"Télépermis : {name} vous demande de signer sa demande de permis",
        "text": (
            f"Bonjour,\n\n{name} demande un permis de conduire et dit que vous êtes son représentant légal "
            f"(demande {reference}).\n\nPour lire la demande, donner votre pièce d’identité et signer, ouvrez cette "
            f"page sur votre téléphone ou votre ordinateur :\n{settings.PERMIS_URL}{reverse('representative:link', args=[key])}\n\n"
            f"Ou allez sur le site, page « Signer pour un proche », et écrivez ce code :\n\n    {key}\n\n"
            f"Il est valable 30 jours. Vous n’avez pas besoin de compte. {IGNORE}\n\nTélépermis\n"
        ),
    }


def sign(code: str, _token: str) -> Letter:
    """The representative's code, by e-mail."""
    return {
        "subject": f"Télépermis : votre code est {code}",
        "text": (
            "Bonjour,\n\nPour signer la demande de permis de la personne que vous représentez, écrivez ce code sur la "
            f"page :\n\n    {code}\n\nIl vaut comme votre signature. Il est valable 15 minutes.\n"
            "Si vous n’avez rien demandé, ne faites rien : sans ce code, il ne se passe rien.\n\nTélépermis\n"
        ),
    }


def sign_sms(code: str, _token: str) -> Letter:
    """The representative's code, by SMS."""
    return {
        "subject": "",
        "text": f"Télépermis : {code} est votre code pour signer comme représentant. Il vaut signature. Valable 15 minutes.",
    }


def signed(channel: str, reference: str) -> Letter:
    """Tells the person that the representative has signed."""
    if channel == "sms":
        return {
            "subject": "",
            "text": f"Télépermis : votre représentant a signé la demande {reference}. Vous pouvez maintenant l’envoyer.",
        }
    return {
        "subject": "Télépermis : votre représentant a signé, vous pouvez envoyer",
        "text": (
            f"Bonjour,\n\nVotre représentant a signé votre demande {reference}. Elle n’est pas encore envoyée : "
            "relisez-la et envoyez-la ici :\n"
            f"{settings.PERMIS_URL}{reverse('submission:summary', args=[reference])}\n\nTélépermis\n"
        ),
    }
