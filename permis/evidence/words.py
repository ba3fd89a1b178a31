"""What people read about declarations made online."""

from __future__ import annotations

from dataclasses import dataclass

from permis.domain.legal import F2828, Source
from permis.domain.vocabulary import Piece


@dataclass(frozen=True)
class Declaration:
    """A declaration on honour that may be written online: what it stands for, and its exact sentence."""

    title: str
    sentence: str  # after “Je déclare sur l’honneur”
    source: Source


# By the usual paper that it replaces.
DECLARATIONS: dict[Piece, Declaration] = {
    Piece.ASSR2: Declaration(
        "Déclaration sur l’honneur : attestation de sécurité routière",
        "avoir obtenu l’attestation scolaire de sécurité routière de second niveau (ASSR2) ou l’attestation de "
        "sécurité routière (ASR), et ne plus pouvoir la présenter",
        F2828,
    ),
}
FALSE = "Une fausse déclaration est punie par la loi (article L224-18 du Code de la route), et la demande est refusée."
NAME = "Déclaration sur l’honneur"
SHUT = "Ce document ne peut plus être remplacé : il est déjà accepté, ou la demande est envoyée."
