"""Asks a cage to read the machine-readable zone of a file, and says in words why a reading is not certain.

The reader has a cage of its own: its model weighs sixty megabytes, which other decoders do not need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from permis.standards.mrz import Reason
from permis.vision.cage import Cage, Limits

# With the model, 600 MB at most; a PDF may have twenty pages.
LIMITS = Limits(memory=448 << 20, cpu_s=50)
TASKS = {"mrz": "permis.vision.mrz_reader:pages"}
ABSENT = "La lecture des pièces d’identité n’est pas installée sur ce serveur."
NONE = (
    "Aucune zone de lecture n’a été trouvée. Prenez une photo plus nette, où les lignes du bas sont entières."
)
DOUBTS = {
    "check": "Un chiffre de contrôle ne correspond pas à ce qui a été lu.",
    "grammar": "Ce qui a été lu ne peut pas être juste partout.",
    "unsure": "Un caractère au moins se lit mal : vérifiez ce qui a été lu.",
    "twin": "Le chiffre 0 et la lettre O, ou 1 et I, ne se distinguent pas ici : vérifiez ce qui a été lu.",
    "second_reading": "Deux lectures ne donnent pas le même texte : vérifiez ce qui a été lu.",
    "repaired": "Un caractère a été corrigé d’après les chiffres de contrôle : vérifiez ce qui a été lu.",
}


def cage() -> Cage:
    """A cage that reads zones and nothing else. It is started by its first file, and closed by who made it."""
    return Cage(TASKS, LIMITS)


def best(said: Sequence[dict[str, Any] | None]) -> dict[str, Any] | None:
    """Of what was read on the pages of a file, the reading to believe most."""
    found = [one for one in said if one]
    return max(
        found, key=lambda one: (one["certain"], not one["repaired"], -len(one["doubts"])), default=None
    )


def reasons(doubts: Sequence[str]) -> list[Reason]:
    """Why a reading is not certain, in words."""
    return [Reason(code, DOUBTS[code]) for code in doubts]
