"""The message that carries the code which confirms a request."""

from permis.notices import Letter


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
