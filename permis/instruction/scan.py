"""Photos and signatures by post: one scan of many sheets, each of which finds its dossier; the agent confirms each."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock
from permis.accounts.models import Person
from permis.adapters import adapter
from permis.adapters.antivirus import Unknown
from permis.adapters.storage import StorageDown
from permis.domain.vocabulary import State
from permis.dossier.access import dossier_for_agent, dossiers_for_agent, role_in
from permis.dossier.facts import NotNow, Stale
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier
from permis.dossier.move import Actor, Refusal
from permis.dossier.reference import read as read_reference
from permis.evidence import fps
from permis.evidence.arrivals import STORAGE_DOWN
from permis.evidence.desk import NO_FILE, jpeg
from permis.evidence.intake import DANGEROUS
from permis.evidence.views_fps import as_pdf
from permis.instruction.models import Sheet
from permis.instruction.queue import for_agents
from permis.questions import summary
from permis.vault import new_data_key, seal_value
from permis.vision import cage, files
from permis.vision.files import Made

KEPT_DAYS = 30  # a sheet that nobody confirmed; the paper is still there
SIDES = ("photo", "signature")
WHOLE = "page"

NO_ANTIVIRUS = "L’antivirus ne répond pas : rien n’a été gardé. Réessayez dans une minute."
NOT_YOURS = (
    "Page {page} : cette feuille n’est pas d’un dossier que vous pouvez ouvrir. Gardez-la à part et "
    "donnez-la à votre responsable."
)
AWAITS_NOTHING = "Page {page} : le dossier {reference} n’attend plus de photo. La feuille n’a pas été prise."
NO_SUCH = (
    "Aucun dossier de votre centre ne porte ce numéro. Vérifiez-le : il est écrit en grand sur la feuille."
)
NOT_AWAITED = "Le dossier {reference} n’attend pas de photo par courrier. Vérifiez le numéro."
DONE_ALREADY = "Cette feuille n’est plus à confirmer : c’est déjà fait."
NOTHING_TICKED = "Cochez la photo, la signature, ou les deux. Si rien n’est bon, mettez la feuille de côté."
NO_DOSSIER = "Écrivez d’abord le numéro du dossier de cette feuille."


@dataclass(frozen=True)
class Scanned:
    """What became of a scan: how many sheets wait for a word of the agent, and what is to be said of the others."""

    kept: int
    said: tuple[str, ...]


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """The sheets that wait for this agent's word; by POST, a new scan."""
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise files.Refused(NO_FILE)
        done = take(request.user, file.read())  # type: ignore[arg-type]
    except files.Busy as later:
        return _page(request, fault=later.sentence, status=503)
    except files.Refused as refusal:
        return _page(request, fault=refusal.sentence, status=422)
    except Unknown:
        return _page(request, fault=NO_ANTIVIRUS, status=503)
    for sentence in done.said:
        messages.warning(request, sentence)
    if done.kept:
        many = done.kept > 1
        messages.success(
            request,
            f"{done.kept} feuille{'s' if many else ''} à confirmer. Regardez si la photo va avec le nom.",
        )
    return redirect("instruction:scan")


def take(person: Person, data: bytes) -> Scanned:
    """Reads a scan and keeps its sheets, sealed, for this agent. Raises `files.Refused`, `files.Busy` or `Unknown`."""
    verdict = adapter("antivirus").look([data])
    if not verdict.clean:
        raise files.Refused(DANGEROUS)
    made = cage.read(data, "sheet")
    kept, said = 0, []
    for page, group in itertools.groupby(made, key=lambda one: int(one.said.get("page", 0))):
        pictures = list(group)
        reference = fps.read(str(pictures[0].said.get("code", "")))
        dossier = dossiers_for_agent(person).filter(reference=reference).first() if reference else None
        if reference and dossier is None:
            said.append(NOT_YOURS.format(page=page))
        elif dossier is not None and dossier.get_state() is not State.AWAITING_PHOTO:
            said.append(AWAITS_NOTHING.format(page=page, reference=dossier.reference))
        else:
            _keep(person, page, dossier, pictures, verdict.engine)
            kept += 1
    return Scanned(kept, tuple(said))


def _keep(person: Person, page: int, dossier: Dossier | None, pictures: Sequence[Made], engine: str) -> None:
    row = Sheet(
        scanned_by=person, page=page, dossier=dossier, by_code=dossier is not None, antivirus=engine[:60]
    )
    key, row.data_key = new_data_key(f"instruction_sheet.data_key:{row.pk}")
    row.pictures = seal_value(key, _packed(pictures), f"instruction_sheet.pictures:{row.pk}")
    with transaction.atomic():
        row.save(force_insert=True)


def _packed(pictures: Sequence[Made]) -> bytes:
    rows = [
        {
            "jpeg": base64.b64encode(one.jpeg).decode(),
            "thumb": base64.b64encode(one.thumb).decode(),
            "width": one.width,
            "height": one.height,
            "said": one.said,
        }
        for one in pictures
    ]
    return json.dumps(rows).encode()


def pictures_of(row: Sheet) -> dict[str, Made]:
    """The pictures of a sheet by side: `photo` and `signature`, or `page` alone. Raises `vault.Broken`."""
    found = {}
    for one in json.loads(row.read_pictures()):
        made = Made(
            base64.b64decode(one["jpeg"]),
            base64.b64decode(one["thumb"]),
            one["width"],
            one["height"],
            one["said"],
        )
        found[str(made.said["side"])] = made
    return found


def forget() -> int:
    """Erases the sheets that nobody confirmed for 30 days. How many."""
    old = Sheet.objects.filter(scanned_at__lt=clock.now() - dt.timedelta(days=KEPT_DAYS))
    if not old.exists():
        return 0
    with transaction.atomic():
        return old.delete()[0]


def _mine(request: HttpRequest, sheet_id: object) -> Sheet | None:
    return Sheet.objects.select_related("dossier").filter(pk=sheet_id, scanned_by=request.user).first()


def _page(
    request: HttpRequest, *, fault: str = "", wrong: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """`wrong`: the sheet on which something was typed amiss, with the sentence and what was typed."""
    person: Person = request.user  # type: ignore[assignment]
    allowed = set(dossiers_for_agent(person).filter(sheets__scanned_by=person).values_list("pk", flat=True))
    rows = []
    for row in Sheet.objects.select_related("dossier").filter(scanned_by=person):
        if row.dossier_id is not None and row.dossier_id not in allowed:
            continue  # of a centre where this person decides no more
        rows.append(_shown(row, row.dossier, wrong if wrong and wrong["sheet"] == row.pk else None))
    context = {"rows": rows, "fault": fault, "wrong": wrong, "limit": "20 Mo", "most": 10}
    return render(request, "instruction/scan.html", context, status=status)


def _shown(row: Sheet, dossier: Dossier | None, wrong: dict[str, Any] | None) -> dict[str, Any]:
    pictures = pictures_of(row)
    given = set(_given(dossier)) if dossier else set()
    return {
        "sheet": row,
        "dossier": dossier,
        "awaits": dossier is not None and dossier.get_state() is State.AWAITING_PHOTO,
        "name": summary.full_name(dossier.read_answers()) if dossier else "",
        "birth": _birth(dossier) if dossier else "",
        "sides": [
            {
                "side": side,
                "label": {"photo": "Photo", "signature": "Signature"}[side],
                "width": pictures[side].width,
                "height": pictures[side].height,
                "empty": bool(pictures[side].said["empty"]),
                "given": side in given,
            }
            for side in SIDES
            if side in pictures
        ],
        "whole": pictures.get(WHOLE),
        "sure": all(one.said["sure"] for one in pictures.values()),
        "fault": wrong["sentence"] if wrong else "",
        "typed": wrong["typed"] if wrong else "",
    }


def _given(dossier: Dossier) -> list[str]:
    lacking = fps.lacking(dossier)
    return [side for side in SIDES if side not in lacking]


def _birth(dossier: Dossier) -> str:
    day = dossier.read_answers().get("birth_date")
    return summary.birth_day(str(day)) if day else ""


@for_agents
@require_safe
def picture(request: HttpRequest, sheet_id: str, side: str) -> HttpResponse:
    """One picture of a sheet that this agent scanned."""
    row = _mine(request, sheet_id)
    if row is None:
        raise Http404
    if row.dossier is not None:
        looked_at(request, dossier_for_agent(request.user, row.dossier.reference))  # type: ignore[arg-type]
    found = pictures_of(row).get(side)
    if found is None:
        raise Http404
    return jpeg(found.jpeg, f"{side}.jpg")


@for_agents
@require_POST
def settle(request: HttpRequest, sheet_id: str) -> HttpResponse:
    """The agent's word on one sheet: `confirm`, `number` (with `reference`), or `drop`."""
    row = _mine(request, sheet_id)
    if row is None:
        messages.info(request, DONE_ALREADY)
        return redirect("instruction:scan")
    if "drop" in request.POST:
        with transaction.atomic():
            row.delete()
        messages.success(request, "La feuille est mise de côté : rien n’en est gardé.")
        return redirect("instruction:scan")
    if "number" in request.POST:
        return _number(request, row)
    return _confirm(request, row)


def _number(request: HttpRequest, row: Sheet) -> HttpResponse:
    """Writes whose sheet it is, as the agent typed it."""
    typed = request.POST.get("reference", "").strip()[:40]
    found = dossiers_for_agent(request.user).filter(reference=read_reference(typed) or "").first()  # type: ignore[arg-type]
    if found is None:
        return _amiss(request, row, NO_SUCH, typed)
    if found.get_state() is not State.AWAITING_PHOTO:
        return _amiss(request, row, NOT_AWAITED.format(reference=found.reference), typed)
    with transaction.atomic():
        Sheet.objects.filter(pk=row.pk).update(dossier=found, by_code=False)
    return redirect("instruction:scan")


def _amiss(request: HttpRequest, row: Sheet, sentence: str, typed: str = "") -> HttpResponse:
    return _page(request, wrong={"sheet": row.pk, "sentence": sentence, "typed": typed}, status=422)


def _confirm(request: HttpRequest, row: Sheet) -> HttpResponse:
    """Puts the ticked pictures into the dossier; once nothing lacks, the photo is received."""
    person: Person = request.user  # type: ignore[assignment]
    if row.dossier is None:
        return _amiss(request, row, NO_DOSSIER)
    dossier = dossier_for_agent(person, row.dossier.reference)
    looked_at(request, dossier)
    ticked = {
        side: made
        for side, made in pictures_of(row).items()
        if side in SIDES and request.POST.get(side) and not made.said["empty"]
    }
    if not ticked:
        return _amiss(request, row, NOTHING_TICKED)

    def also(complete: bool) -> None:
        Sheet.objects.filter(pk=row.pk).delete()
        if complete:  # the same sheet, scanned twice
            Sheet.objects.filter(dossier=dossier).delete()

    try:
        complete = fps.take(
            dossier,
            Actor.of(role_in(person, dossier), person),
            ticked,
            antivirus=row.antivirus,
            key=f"sheet-{row.pk}",
            also=also,
        )
    except NotNow:
        return _amiss(request, row, NOT_AWAITED.format(reference=dossier.reference))
    except (Refusal, Stale) as refusal:
        return _amiss(request, row, refusal.sentence)
    except StorageDown:
        messages.error(request, STORAGE_DOWN)
        return redirect("instruction:scan")
    if complete:
        messages.success(request, f"{dossier.reference} : la photo et la signature sont dans le dossier.")
    else:
        lacks = " et ".join(LACKS[side] for side in fps.lacking(dossier))
        messages.warning(request, f"{dossier.reference} : c’est gardé. Il manque encore {lacks}.")
    return redirect("instruction:scan")


@for_agents
@require_safe
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """The same sheet as the person prints, for whoever sent a photo without one."""
    found = dossier_for_agent(request.user, reference)  # type: ignore[arg-type]
    if not fps.printable(found):
        return redirect("instruction:dossier", found.reference)
    looked_at(request, found)
    return as_pdf(found)


LACKS = {"photo": "la photo", "signature": "la signature"}
