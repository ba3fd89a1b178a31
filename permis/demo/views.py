"""The demo's page: one reads the messages, makes the factory and the postman act, and moves the clock."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from permis import clock
from permis.adapters.mail import demo as mail
from permis.adapters.plant import demo as plant
from permis.adapters.post import demo as post
from permis.adapters.sms import demo as sms
from permis.delivery.models import Letter
from permis.demo import people, world
from permis.dossier.reference import read
from permis.vault.sealing import blind

SHOWN = 15
SHIFTS = {"hour": 3600, "day": 86400, "week": 7 * 86400, "fortnight": 15 * 86400, "month": 30 * 86400}
KINDS = ("pass", "absent", "collect", "deliver", "return")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything of the outside world on one page."""
    letters = post.letters()
    references = dict(
        Letter.objects.filter(
            number_index__in=[blind("letter", letter["number"]) for letter in letters]
        ).values_list("number_index", "dossier__reference")
    )
    for letter in letters:
        letter["reference"] = references.get(blind("letter", letter["number"]), "")
        letter["ended"] = bool(post.FINAL & set(letter["history"]))
        letter["waiting"] = "absent" in letter["history"]
    context = {
        "mails": mail.read_all()[:SHOWN],
        "texts": sms.read_all()[:SHOWN],
        "orders": plant.orders()[::-1][:SHOWN],
        "letters": letters[::-1][:SHOWN],
        "now": clock.in_paris(clock.now()),
        "moved": clock.offset() != 0,
        "sign_ins": people.SIGN_INS,
    }
    return render(request, "demo/index.html", context)


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
def move_clock(request: HttpRequest) -> HttpResponse:
    """A while later, or back to now."""
    shift = request.POST.get("shift", "")
    if shift == "now":
        world.set_offset(0.0)
    elif shift in SHIFTS:
        world.set_offset(clock.offset() + SHIFTS[shift])
    messages.success(request, f"L’horloge du monde : {clock.in_paris(clock.now()):%d/%m/%Y %H:%M}.")
    return redirect("demo:index")
