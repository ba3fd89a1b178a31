"""The demo's page: who can sign in, the messages, the factory, the postman, the shop of stamps, the photographer, the clock."""

from __future__ import annotations

import secrets
from email.utils import parsedate_to_datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from permis import clock
from permis.accounts.models import Partner, Person
from permis.adapters.mail import demo as mail
from permis.adapters.plant import demo as plant
from permis.adapters.post import demo as post
from permis.adapters.sms import demo as sms
from permis.adapters.stamps import FINE, LICENCE, RESERVED, UNUSED, USED
from permis.adapters.stamps import demo as shop
from permis.delivery.models import Letter
from permis.demo import people, pictures, population, world
from permis.demo.applicants import applicants
from permis.demo.forms import EPhotoForm
from permis.demo.models import Arrival
from permis.domain.vocabulary import Piece, Role
from permis.dossier.access import dossiers_of
from permis.dossier.reference import read
from permis.evidence import ephoto
from permis.vault.sealing import blind

SHOWN = 15
SHIFTS = {"hour": 3600, "day": 86400, "week": 7 * 86400, "fortnight": 15 * 86400, "month": 30 * 86400}
KINDS = ("pass", "absent", "collect", "deliver", "return")
# What the shop sells: cents, kind, and how it is called.
STAMPS = {
    "licence": (2500, LICENCE, "Timbre de 25 €"),
    "guyane": (1250, LICENCE, "Timbre de 12,50 €"),
    "fine": (3500, FINE, "Timbre d’amende de 35 €"),
}
STAMP_WORDS = {UNUSED: "n’a pas servi", RESERVED: "gardé pour une demande", USED: "a servi"}
PHOTOGRAPHER = "Photographe de la démonstration"
# Mail boxes that can be opened one by one: those of the citizens, and of who signs with them.
RELATED = {
    "tom.moreau": ("anne.moreau", "Messages de sa mère"),
    "jeanne.roy": ("paul.vergne", "Messages de son tuteur"),
}
BOXES = {
    name: people.address_of(name)
    for name in (*(name for name, *_ in people.CITIZENS), *(box for box, _ in RELATED.values()))
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything of the outside world on one page."""
    return _page(request, EPhotoForm())


def _page(request: HttpRequest, form: EPhotoForm, status: int = 200) -> HttpResponse:
    box = request.GET.get("boite", "")
    if box and box not in BOXES:
        raise Http404
    phone = next((phone for name, _, phone in people.CITIZENS if name == box), None)
    context = {
        "mails": _dated(mail.read_all(BOXES.get(box), SHOWN)),
        "texts": sms.read_all(phone if box and phone else None)[:SHOWN],
        "box": BOXES.get(box, ""),
        "orders": plant.orders()[::-1][:SHOWN],
        "letters": _letters()[:SHOWN],
        "now": clock.in_paris(clock.now()),
        "moved": clock.offset() != 0,
        "staff": [{"who": who, "login": email} for who, email, *_ in people.STAFF],
        "citizens": _citizens(),
        "password": people.PASSWORD,
        "here": Arrival.objects.count(),
        "expected": len(applicants(clock.today())),
        "arriving": population.arriving(),
        "for_sale": [{"slug": slug, "label": label} for slug, (_, _, label) in STAMPS.items()],
        "stamps": [_stamp(stamp) for stamp in shop.stamps()[::-1][:5]],
        "form": form,
    }
    return render(request, "demo/index.html", context, status=status)


def _letters() -> list[dict[str, Any]]:
    """The letters, newest first, with their request and what can be done with them."""
    letters = post.letters()[::-1][:SHOWN]
    references = dict(
        Letter.objects.filter(
            number_index__in=[blind("letter", letter["number"]) for letter in letters]
        ).values_list("number_index", "dossier__reference")
    )
    for letter in letters:
        letter["reference"] = references.get(blind("letter", letter["number"]), "")
        letter["ended"] = bool(post.FINAL & set(letter["history"]))
        letter["waiting"] = "absent" in letter["history"]
    return letters


def _dated(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "day": clock.in_paris(parsedate_to_datetime(one["date"])).date()} for one in found]


def _citizens() -> list[dict[str, Any]]:
    """Who can sign in among the citizens, and how their newest request stands."""
    found = []
    for name, who, phone in people.CITIZENS:
        person = Person.objects.by_identifier(phone or people.address_of(name))
        dossier = dossiers_of(person).order_by("-created_at").first() if person else None
        related, words = RELATED.get(name, ("", ""))
        found.append(
            {
                "who": who,
                "login": people.login_of(name, phone),
                "reference": dossier.reference if dossier else "",
                "motive": dossier.get_motive().label if dossier else "",
                "state": dossier.state_label() if dossier else "",
                "box": name,
                "related": related,
                "related_words": words,
            }
        )
    return found


def _stamp(stamp: dict[str, Any]) -> dict[str, str]:
    number = str(stamp["number"])
    label = next(
        (label for cents, kind, label in STAMPS.values() if (cents, kind) == (stamp["cents"], stamp["kind"])),
        "Timbre",
    )
    return {
        "number": " ".join(number[at : at + 4] for at in range(0, 16, 4)),
        "label": label,
        "state": STAMP_WORDS.get(stamp["state"], "remboursé"),
    }


@require_POST
def factory(request: HttpRequest) -> HttpResponse:
    """The factory makes or rejects a card."""
    kind = "rejected" if request.POST.get("act") == "reject" else "made"
    done = plant.answer(kind, read(request.POST.get("reference", "")))
    if done:
        word = "fabriquée" if kind == "made" else "rejetée"
        messages.success(
            request, f"L’usine : carte {word} pour {', '.join(done)}. La suite arrive dans 2 secondes."
        )
    else:
        messages.info(request, "L’usine n’a rien à faire.")
    return redirect("demo:index")


@require_POST
def postman(request: HttpRequest) -> HttpResponse:
    """The postman does something with a letter."""
    act = request.POST.get("act", "")
    if act in KINDS and post.scan(act, {request.POST.get("number", "")}):
        messages.success(request, "Le facteur est passé. La suite arrive dans 2 secondes.")
    else:
        messages.info(request, "Le facteur n’a rien à faire avec cette lettre.")
    return redirect("demo:index")


@require_POST
def buy_stamp(request: HttpRequest) -> HttpResponse:
    """The shop sells a stamp, and says its 16 digits."""
    asked = request.POST.get("stamp", "")
    if asked not in STAMPS:
        messages.info(request, "La boutique ne vend pas ce timbre. Choisissez-en un autre.")
        return redirect("demo:index")
    cents, kind, label = STAMPS[asked]
    number = shop.sell(cents, kind)
    shown = " ".join(number[at : at + 4] for at in range(0, 16, 4))
    messages.success(request, f"{label} acheté. Son numéro : {shown}")
    return redirect(f"{reverse('demo:index')}#timbres")


@require_POST
def photograph(request: HttpRequest) -> HttpResponse:
    """The photographer deposits a photo and a signature, and gives the code."""
    form = EPhotoForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    typed = form.cleaned_data
    holder = ephoto.Holder(typed["birth_name"], typed["given_names"], typed["birth_date"])
    drawn = pictures.Holder(holder.birth_name, holder.given_names, "", "", "", "", "")
    shots = {side: pictures.page(Piece.PHOTO, side, drawn).jpeg for side in ephoto.SIDES}
    with transaction.atomic():
        partner, _ = Partner.objects.get_or_create(name=PHOTOGRAPHER, defaults={"role": Role.PHOTOGRAPHER})
    row, _ = ephoto.deposit(partner, secrets.token_hex(16), holder, shots)
    messages.success(
        request,
        f"Le photographe a déposé la photo et la signature. Le code e-photo : {ephoto.grouped(row.read_code())}",
    )
    return redirect(f"{reverse('demo:index')}#photo")


@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """A while later, or back to now."""
    shift = request.POST.get("shift", "")
    if shift == "now":
        world.set_offset(0.0)
    elif shift in SHIFTS:
        world.set_offset(clock.offset() + SHIFTS[shift])
    messages.success(request, f"L’horloge du monde : {clock.in_paris(clock.now()):%d/%m/%Y %H:%M}.")
    return redirect("demo:index")
