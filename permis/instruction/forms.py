"""The agent's forms: a decision on one document, and the reasons a person will read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from permis.accounts.forms import Plain
from permis.domain.pieces import reasons_for
from permis.domain.vocabulary import Piece, Reason


class JudgeForm(Plain):
    """Accept, refuse with a reason, or decide later."""

    verdict = forms.ChoiceField(
        choices=(("accept", "Accepter"), ("refuse", "Refuser"), ("later", "À décider"))
    )
    reason = forms.ChoiceField(
        label="Motif du refus",
        required=False,
        error_messages={"invalid_choice": "Choisissez un motif de la liste : ce sont ceux de ce document."},
    )
    note = forms.CharField(
        label="Ce que la personne lira",
        help_text="Laissez vide pour envoyer la phrase proposée avec le motif.",
        widget=forms.Textarea({"rows": 3}),
        max_length=600,
        required=False,
        error_messages={"max_length": "Écrivez au plus 600 caractères."},
    )

    def __init__(self, *args: Any, piece: Piece, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = tuple((r.value, f"{r.value} · {r.label}") for r in reasons_for(piece))
        self.fields["reason"].choices = (("", "Choisir un motif"), *reasons)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("verdict") == "refuse" and not data.get("reason"):
            self.add_error("reason", "Choisissez le motif du refus : la personne doit savoir quoi refaire.")
        return data


class GrantForm(Plain):
    """What the agent says before a booklet is made: its photo is paper, and its envelope is the person's."""

    arrived = forms.BooleanField(
        label="La photo et l’enveloppe affranchie sont arrivées",
        error_messages={
            "required": "Cochez « La photo et l’enveloppe affranchie sont arrivées » avant d’accorder. "
            "Si elles ne sont pas là, attendez-les : rien n’est encore décidé."
        },
    )


class ReasonForm(Plain):
    """Why, in words that the person will read: for refusing, closing, reopening."""

    reason_code = forms.ChoiceField(
        label="Motif",
        required=False,
        error_messages={"invalid_choice": "Choisissez un motif de la liste, ou écrivez la raison."},
    )
    reason = forms.CharField(
        label="Ce que la personne lira",
        help_text="Dites ce qui ne va pas et ce qu’elle peut faire.",
        widget=forms.Textarea({"rows": 4}),
        max_length=1000,
        required=False,
        error_messages={"max_length": "Écrivez au plus 1000 caractères."},
    )

    def __init__(self, *args: Any, reasons: Iterable[Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = tuple((r.value, f"{r.value} · {r.label}") for r in reasons)
        self.fields["reason_code"].choices = (("", "Choisir un motif"), *choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two at least; the proposed sentence completes an empty text."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("reason") and data.get("reason_code"):
            data["reason"] = Reason(data["reason_code"]).sentence
        if not data.get("reason"):
            self.add_error("reason", "Écrivez le motif, ou choisissez-en un dans la liste.")
        return data
