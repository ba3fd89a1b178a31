"""E-photo: a photo and a signature deposited by a photographer under a code, and taken once by the person.

The code has 22 letters and digits. It is kept sealed, found by a blind index, and good for six months, date to date.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from permis import clock
from permis.accounts.models import Partner
from permis.adapters import adapter
from permis.design.words import french_day
from permis.domain.terms import months
from permis.domain.vocabulary import Piece, Role, SlotStatus, State, Verb
from permis.dossier.facts import NotNow, decide, lock
from permis.dossier.models import Dossier, Slot
from permis.evidence import arrivals, intake, keep
from permis.evidence.models import WITHOUT_CARD, EPhoto, Source
from permis.vault import new_data_key, open_stream, seal_stream, seal_value
from permis.vault.keys import keyring
from permis.vault.sealing import blind, fold

LENGTH = 22
LIFE_MONTHS = 6  # as long as an identity photo may be used: service-public.fr, F10619
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # ours are drawn from these: nobody takes 0 for O, 1 for I
SIDES = {"photo": "Photo du code e-photo", "signature": "Signature du code e-photo"}

NO_CODE = "Écrivez le code e-photo. Il est sur la planche ou le ticket donné avec la photo."
BAD_SIGN = "Un code e-photo n’a que des lettres sans accent et des chiffres. Vérifiez le signe « {} »."
UNKNOWN = (
    "Nous ne trouvons pas ce code. Vérifiez chaque lettre et chaque chiffre sur la planche ou le ticket. S’ils sont "
    "justes, demandez à votre photographe, ou donnez une photo et une signature sur la page des documents."
)
OTHERS = (
    "Ce code n’est pas à votre nom. Vérifiez le nom de naissance et la date de naissance de votre demande. S’ils sont "
    "justes, demandez à votre photographe de refaire le code à votre nom."
)
USED = (
    "Ce code sert déjà à une autre demande, et un code ne sert qu’une fois. Retirez la photo de cette autre demande "
    "si vous ne l’avez pas envoyée, ou faites faire une nouvelle photo."
)
NAMELESS = "Répondez d’abord à l’étape « Votre identité » : nous vérifions que le code est bien à votre nom."


class NotGood(Exception):
    """This code cannot be used here; `sentence` says why and what to do. `guess`: it may be a guess."""

    def __init__(self, sentence: str, *, guess: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.guess = guess


class OtherDeposit(Exception):
    """The partner's key was already used for another deposit."""


@dataclass(frozen=True)
class Holder:
    """Whose photo it is."""

    birth_name: str
    given_names: str
    birth_date: dt.date


def read(typed: str) -> str:
    """The code as we keep it, whatever the case, spaces and dashes. Raises `NotGood` when it is no code."""
    code = "".join(c for c in typed if not c.isspace() and c not in "-‐‑–—._").upper()
    if not code:
        raise NotGood(NO_CODE)
    for sign in code:
        if not (sign.isascii() and sign.isalnum()):
            raise NotGood(BAD_SIGN.format(sign))
    if len(code) != LENGTH:
        many = "trop" if len(code) > LENGTH else "manque"
        gap = abs(len(code) - LENGTH)
        what = f"il y en a {gap} de trop" if many == "trop" else f"il en manque {gap}"
        raise NotGood(f"Un code e-photo a {LENGTH} lettres et chiffres : {what}. Recopiez-le à nouveau.")
    return code


def grouped(code: str) -> str:
    """The code by groups of four, as it is printed."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def place(deposit: EPhoto, side: str) -> str:
    """What a sealed picture is bound to."""
    return f"evidence_ephoto.files:{deposit.pk}:{side}"


def _digest(*parts: bytes) -> str:
    keyed = hmac.new(keyring().index, b"ephoto-deposit", hashlib.sha256)
    for part in parts:
        keyed.update(len(part).to_bytes(8, "big") + part)
    return keyed.hexdigest()


def deposit(
    partner: Partner, request_key: str, holder: Holder, pictures: Mapping[str, bytes]
) -> tuple[EPhoto, bool]:
    """Keeps a photo and a signature (JPEG or PNG, by side), and draws their code. With whether it is new.

    The same `request_key` of the same partner with the same content answers with the first deposit; with another
    content it raises `OtherDeposit`. Raises `intake.Refused` (with `side`) for a picture that cannot be taken, and
    `antivirus.Unknown` or `intake.Busy` when nobody could look at it: to be deposited again a little later.
    """
    who = json.dumps(
        {
            "birth_name": holder.birth_name,
            "given_names": holder.given_names,
            "birth_date": holder.birth_date.isoformat(),
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    digest = _digest(who, *(pictures[side] for side in SIDES))
    index = blind("ephoto-request", _digest(request_key.encode()))
    if before := _before(partner, index, digest):
        return before, False
    pages = {side: _picture(side, pictures[side]) for side in SIDES}
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    now = clock.now()
    row = EPhoto(
        code_index=blind("ephoto", code),
        partner=partner,
        request_index=index,
        request_digest=digest,
        deposited_at=now,
        expires_on=months(clock.in_paris(now).date(), LIFE_MONTHS),
        files={},
    )
    key, row.data_key = new_data_key(f"evidence_ephoto.data_key:{row.pk}")
    row.code = seal_value(key, code.encode(), f"evidence_ephoto.code:{row.pk}")
    row.holder = seal_value(key, who, f"evidence_ephoto.holder:{row.pk}")
    storage = adapter("storage")
    try:
        for side, page in pages.items():
            path = f"{str(row.pk)[:2]}/{row.pk}.{side}"
            row.files[side] = {
                "key": path,
                "width": page.width,
                "height": page.height,
                "bytes": len(page.jpeg),
            }
            storage.put(path, seal_stream(key, [page.jpeg], place(row, side)))
        with transaction.atomic():
            row.save(force_insert=True)
    except Exception as error:
        twice = isinstance(error, IntegrityError)
        if twice or arrivals.undone(error):
            for file in row.files.values():  # nothing points to them
                with contextlib.suppress(OSError):
                    storage.delete(file["key"])
        if twice and (before := _before(partner, index, digest)):
            return before, False  # the same deposit, sent twice at once: the first one won
        raise
    return row, True


def _before(partner: Partner, index: str, digest: str) -> EPhoto | None:
    found = EPhoto.objects.filter(partner=partner, request_index=index).first()
    if found is not None and found.request_digest != digest:
        raise OtherDeposit
    return found


def _picture(side: str, data: bytes) -> intake.Page:
    try:
        if data and not data.startswith((intake.JPEG, intake.PNG)):
            raise intake.Refused(intake.WRONG_TYPE)
        if not adapter("antivirus").look([data]).clean:
            raise intake.Refused(intake.DANGEROUS)
        return intake.read(data)[0]
    except intake.Busy:
        raise
    except intake.Refused as refusal:
        refusal.side = side  # type: ignore[attr-defined]
        raise


def picture(row: EPhoto, side: str) -> bytes:
    """One of the two pictures as JPEG. Raises KeyError, FileNotFoundError or `vault.Broken`."""
    file: dict[str, Any] = row.files[side]
    return b"".join(open_stream(row.key(), adapter("storage").get(file["key"]), place(row, side)))


def find(dossier: Dossier, typed: str) -> EPhoto:
    """The deposit with this code, if this dossier may use it today. Raises `NotGood`."""
    code = read(typed)
    row = EPhoto.objects.select_related("dossier").filter(code_index=blind("ephoto", code)).first()
    if row is None:
        raise NotGood(UNKNOWN, guess=True)
    check(row, dossier)
    return row


def check(row: EPhoto, dossier: Dossier) -> None:
    """Raises `NotGood` unless it is this person's, still young, and used by no other request.

    Whose it is comes first: nobody else learns anything of the code.
    """
    answers = dossier.read_answers()
    if not answers.get("birth_name") or not answers.get("birth_date"):
        raise NotGood(NAMELESS)
    holder = row.read_holder()
    if (fold(holder["birth_name"]), holder["birth_date"]) != (
        fold(str(answers["birth_name"])),
        answers["birth_date"],
    ):
        raise NotGood(OTHERS, guess=True)
    if clock.today() > row.expires_on:
        raise NotGood(
            f"Ce code a expiré : il était valable 6 mois, jusqu’au {french_day(row.expires_on)} inclus. Faites faire une "
            "nouvelle photo, ou donnez une photo récente et une signature sur la page des documents."
        )
    if row.used_at is not None and row.dossier_id != dossier.pk and not _without_card(row.dossier):
        raise NotGood(USED)


def _without_card(dossier: Dossier | None) -> bool:
    """Whether the request that used it ended and made no card: the same person may use it again.

    The state alone does not say so: a request is also closed when its card was made and nobody asked for it.
    """
    if dossier is None or dossier.get_state() not in WITHOUT_CARD:
        return False
    return not dossier.events.filter(verb=Verb.MAKE_CARD).exists()


def take(dossier: Dossier, role: Role, row_id: object) -> int:
    """Both pictures fill the sides that are open, and the code is used. How many sides it filled.

    Two requests that race: one wins, the other gets `NotGood`. Raises `NotNow` when no side is open any more.
    """
    row = EPhoto.objects.select_related("dossier").get(pk=row_id)
    check(row, dossier)
    slots = [slot for slot in dossier.slots.filter(asked=True, piece=Piece.PHOTO) if _is_open(dossier, slot)]
    if not slots:
        raise NotNow
    with contextlib.ExitStack() as files:
        uploads = []
        for slot in slots:
            jpeg, about = picture(row, slot.side), row.files[slot.side]
            page = intake.Page(jpeg, about["width"], about["height"])
            given = keep.stored(
                slot, [page], name=SIDES[slot.side], size=len(jpeg), source=Source.EPHOTO, ephoto=row
            )
            uploads.append((slot, files.enter_context(given)))
        with transaction.atomic():
            lock(dossier.pk)  # before the e-photo's own row: everybody locks in this order
            now = EPhoto.objects.select_for_update(of=("self",)).get(pk=row.pk)
            check(now, dossier)
            EPhoto.objects.filter(pk=now.pk).update(dossier=dossier, used_at=clock.now())
            for slot, upload in uploads:
                decide(slot, SlotStatus.READY, role, also=keep.upload_for(upload))
    return len(uploads)


def _is_open(dossier: Dossier, slot: Slot) -> bool:
    return dossier.get_state() is State.DRAFT or slot.asked_again


def release(dossier: Dossier) -> int:
    """Frees what this dossier uses, whatever became of it: before it is erased. How many.

    A dossier that is refused, closed or cancelled without a card needs no call: what it used may be used again.
    """
    with transaction.atomic():
        return EPhoto.objects.filter(dossier=dossier).update(dossier=None, used_at=None)
