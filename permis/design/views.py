"""Two pages of the look itself: the living list of components, and what to say of a request that cannot be read."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from permis.design.widgets import DateField3

PHOTO_HINTS = {"code": "Donné par un photographe ou une cabine agréés", "papier": "Comptez 10 jours de plus"}


class Everything(forms.Form):
    """One question of each kind, for the page of components and for tests."""

    sexe = forms.ChoiceField(
        label="Sexe", choices=[("F", "Féminin"), ("M", "Masculin")], widget=forms.RadioSelect
    )
    nom = forms.CharField(
        label="Nom de naissance",
        help_text="Celui de votre acte de naissance, même si vous en utilisez un autre.",
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    usage = forms.CharField(
        label="Nom d’usage", required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    prenoms = forms.CharField(
        label="Prénoms",
        help_text="Tous, dans l’ordre de votre pièce d’identité, séparés par une espace.",
        widget=forms.TextInput({"autocomplete": "given-name"}),
        error_messages={"required": "Écrivez vos prénoms. Exemple : Léa Jeanne Inès"},
    )
    naissance = DateField3(label="Date de naissance", help_text="Exemple : 14 03 2008")
    naissance.widget.attrs["autocomplete"] = "bday"
    pays = forms.ChoiceField(label="Pays de naissance", choices=[("FR", "France"), ("DZ", "Algérie")])
    courriel = forms.EmailField(
        label="Adresse e-mail",
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"invalid": "Il manque une partie de l’adresse. Exemple : lea.moreau@exemple.fr"},
    )
    telephone = forms.CharField(
        label="Téléphone", required=False, widget=forms.TextInput({"type": "tel", "autocomplete": "tel"})
    )
    photo = forms.ChoiceField(
        label="Votre photo",
        choices=[("code", "J’ai un code de photo numérique"), ("papier", "J’enverrai une photo papier")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    categories = forms.MultipleChoiceField(
        label="Catégories",
        choices=[("B", "Voiture (B)"), ("A2", "Moto (A2)"), ("C", "Poids lourd (C)")],
        widget=forms.CheckboxSelectMultiple,
    )
    lettre = forms.FileField(
        label="Ajouter un fichier",
        help_text="Photo ou PDF, 10 Mo au plus. Sur téléphone, l’appareil photo s’ouvre.",
        widget=forms.FileInput({"accept": "image/*,application/pdf"}),
        error_messages={"required": "Choisissez un fichier, ou prenez une photo."},
    )
    message = forms.CharField(label="Votre message", required=False, widget=forms.Textarea({"rows": 3}))
    compte = forms.CharField(label="Adresse connue de votre compte", disabled=True, required=False)
    sincere = forms.BooleanField(
        label="Tout ce que j’ai écrit est exact",
        help_text="Une fausse déclaration est punie par la loi (article 441-6 du Code pénal).",
        error_messages={"required": "Cochez cette case pour continuer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What `field` reads beside Django's own attributes; `questions` sets them the same way.
        vars(self.fields["telephone"]).update(width=10)
        vars(self.fields["photo"]).update(rich=True, choice_hints=PHOTO_HINTS)
        vars(self.fields["categories"]).update(disabled_choices=("C",))


LONG_ROAD = (
    "Vous avez envoyé votre demande",
    "Un agent a lu votre demande",
    "Un agent vous a demandé un document",
    "Vous avez renvoyé un document",
    "Votre demande a été acceptée",
    "Votre carte a été fabriquée",
)
WRONG = {
    "sexe": "F",
    "nom": "Moreau",
    "naissance_day": "31",
    "naissance_month": "02",
    "naissance_year": "2008",
    "pays": "FR",
    "courriel": "lea.moreau",
    "categories": ["B"],
}


def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    first = {
        "nom": "Moreau",
        "naissance": date(2008, 3, 14),
        "photo": "code",
        "compte": "8 rue des Lices, Rennes",
    }
    context = {
        "calm": Everything(initial=first, prefix="a"),
        "wrong": Everything(WRONG),
        "checked": Everything(initial={"nom": "QX7T 4M2P 9KDA", "usage": "3500"}, prefix="b"),
        "deadline": date(2026, 12, 11),
        "examples": ("ID", "ADDR", "CEPC", "PHOTO", "HEB", "ASSR2", "LIC", "MED", "STAMP"),
        "long_road": [
            *({"title": said, "date": date(2026, 11, 2 + day)} for day, said in enumerate(LONG_ROAD)),
            {"title": "La Poste apporte votre permis", "date": "Maintenant", "is_now": True},
            {"title": "Vous avez votre permis", "is_next": True, "mark_icon": "fr-icon-mail-line"},
        ],
        "road": [
            {"title": "Vous avez envoyé votre demande", "date": date(2026, 11, 23)},
            {"title": "Un agent lit votre demande", "date": "Maintenant", "is_now": True},
            {"title": "Vous avez votre permis", "text": "Entre le 8 et le 15 décembre", "is_next": True,
             "mark_icon": "fr-icon-mail-line"},
        ],
        "road_you": [
            {"title": "Votre lettre est au bureau de poste", "text": "À vous d’agir.", "is_now": True,
             "is_you": True, "mark_icon": "fr-icon-mail-line"},
        ],
        "facts": [
            ("Prix", "0 €", "C’est votre premier permis."),
            ("Délai", "2 à 3 semaines", "Moyenne des 30 derniers jours."),
            ("En attendant", "Vous pouvez conduire", "Jusqu’au 12 mars 2027."),
        ],
        "recap": [
            {"label": "Prénoms", "value": "Léa, Jeanne, Inès", "url": "#", "what": "les prénoms"},
            {"label": "Adresse", "value": ["8 rue des Lices", "35000 Rennes"], "url": "#", "what": "l’adresse"},
        ],
    }  # fmt: skip
    return render(request, "design/components.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read; one that is too big says so, and what to do."""
    if isinstance(exception, (RequestDataTooBig, TooManyFilesSent, TooManyFieldsSent)):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)
