"""Uploads that go on where they were cut: the tus protocol 1.0.0, as its public clients speak it.

Extensions: creation, creation-with-upload, expiration, checksum, termination. Who may give what is decided by the
caller, which hands over a slot or an arrival that it fetched with the person's own right.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from email.utils import format_datetime

from django.http import HttpRequest, HttpResponse, UnreadablePostError

from permis.domain.vocabulary import Role
from permis.dossier.facts import NotNow, may_give
from permis.dossier.models import Slot
from permis.evidence import arrivals
from permis.evidence.arrivals import Elsewhere, NotKept
from permis.evidence.models import Arrival, Outcome, PhoneLink
from permis.evidence.words import SHUT
from permis.vision import files

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
OFFSET = "application/offset+octet-stream"
READ = 1 << 20

GONE = "Cet envoi n’existe plus. Choisissez le fichier à nouveau."
WRONG_OFFSET = "Cet envoi n’est pas à cet endroit. Demandez où il en est, puis continuez."
WRONG_SUM = "Une partie du fichier est arrivée abîmée. Envoyez-la à nouveau."
NO_LENGTH = "Dites la longueur de ce que vous envoyez (Content-Length)."
NOT_SO = "Cet envoi n’a pas la bonne forme : voyez le protocole tus 1.0.0."

Where = Callable[[Arrival], str]  # the address of an arrival
Named = Callable[
    [str], None
]  # raises `files.Refused` unless the paper that is named is one that the rule allows


def options() -> HttpResponse:
    """What this server speaks."""
    response = _answer(204)
    return _with(
        response,
        {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(files.LIMIT),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


def _with(response: HttpResponse, headers: dict[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response.headers[name] = value
    return response


def create(
    request: HttpRequest,
    slot: Slot,
    role: Role,
    where: Where,
    named: Named,
    *,
    channel: str = "tus",
    phone: PhoneLink | None = None,
    adds: bool | None = None,
) -> HttpResponse:
    """Opens an arrival; its first bytes may come with it. `adds`: what the caller decided, instead of the sender."""
    if request.method == "OPTIONS":
        return options()
    if wrong := _wrong_version(request):
        return wrong
    length = _number(request.headers.get("Upload-Length", ""))
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    if length is None or said is None:
        return problem(400, NOT_SO)
    with_bytes = request.content_type == OFFSET
    number = _chosen(said.get("id", ""))
    if number and (here := Arrival.objects.filter(pk=number).first()):
        return _begun(here, slot, role, phone, where)
    try:
        named(said.get("given_as", ""))
        row = arrivals.begin(
            slot,
            role,
            name=said.get("filename", "") or said.get("name", ""),
            length=length,
            channel=channel,
            given_as=said.get("given_as", ""),
            adds=said.get("how") == "add" if adds is None else adds,
            phone=phone,
            number=number,
            with_bytes=with_bytes,
        )
    except files.Refused as refusal:
        return problem(413 if refusal.sentence == files.TOO_BIG else 422, refusal.sentence)
    except NotNow:
        return problem(403, SHUT)
    except Elsewhere:
        return problem(409, NOT_SO)
    response = _take(request, row, 0) if with_bytes else _answer(201)
    if response.status_code == 204:
        response.status_code = 201
    elif response.status_code != 201 and not number:
        arrivals.drop(row, only_coming=True)  # nobody can find it again, whatever of it is kept
    if response.status_code == 201:
        response.headers["Location"] = where(row)
        _with(response, _expires(row))
    return response


def _chosen(text: str) -> uuid.UUID | None:
    """The number that a sender chose for its file, of 128 bits of chance; None when it chose none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _begun(row: Arrival, slot: Slot, role: Role, phone: PhoneLink | None, where: Where) -> HttpResponse:
    """The answer to an announcement that was made already, and whose first answer was lost: where the file is."""
    if (row.slot_id, row.role, row.phone_id) != (slot.pk, role.value, phone.pk if phone else None):
        return problem(409, NOT_SO)
    if row.done and (not row.whole_at or row.outcome == Outcome.DROPPED):
        return problem(410, GONE)
    response = _offset(row)
    response.status_code = 201
    response.headers["Location"] = where(row)
    return response


def one(request: HttpRequest, row: Arrival, role: Role) -> HttpResponse:
    """HEAD: where it is. PATCH: goes on. DELETE: gives it up. Only in the name of who began it."""
    if request.method == "OPTIONS":
        return options()
    if wrong := _wrong_version(request):
        return wrong
    if row.role != role.value or (row.done and (not row.whole_at or row.outcome == Outcome.DROPPED)):
        return problem(410, GONE)
    if request.method == "DELETE":
        sent = row.whole_at and not row.done and not may_give(row.slot, role)
        if not sent and arrivals.drop(row):
            return _answer(204)
        row.refresh_from_db()  # it may have left with the request this very moment
        return problem(410, GONE) if row.done else problem(403, SHUT)
    if request.method == "PATCH":
        offset = _number(request.headers.get("Upload-Offset", ""))
        if request.content_type != OFFSET:
            return problem(415, NOT_SO)
        if offset is None:
            return problem(400, NOT_SO)
        return _take(request, row, offset)
    response = _answer(200)
    _with(response, {"Upload-Offset": str(row.offset), "Upload-Length": str(row.length), **_expires(row)})
    return response


def _take(request: HttpRequest, row: Arrival, offset: int) -> HttpResponse:
    if row.whole_at and offset == row.length:  # the answer to the last part was lost: it is told again
        return _offset(row)
    if not request.META.get("CONTENT_LENGTH"):
        return problem(411, NO_LENGTH)  # what comes in chunks of unknown length would be taken for nothing
    try:
        arrivals.append(row, offset, _body(request))
    except _WrongSum:
        return problem(460, WRONG_SUM)
    except Elsewhere:
        row.refresh_from_db()
        response = problem(409, WRONG_OFFSET)
        response.headers["Upload-Offset"] = str(row.offset)
        return response
    except UnreadablePostError:  # the line was cut: what came is kept, and nobody reads this answer
        return problem(400, NOT_SO)
    except files.Refused as refusal:
        return problem(413, refusal.sentence)
    except NotKept as fault:
        response = problem(503, fault.sentence)
        response.headers["Retry-After"] = "5"
        return response
    except NotNow:
        arrivals.drop(row, only_coming=True)
        return problem(403, SHUT)
    return _offset(row)


class _WrongSum(Exception):
    pass


def _body(request: HttpRequest) -> Iterator[bytes]:
    """What the request carries, as it comes; whole and verified first when it comes with a checksum."""
    said = request.headers.get("Upload-Checksum", "").split()
    if not said:
        while chunk := request.read(READ):
            yield chunk
        return
    data = request.read(files.LIMIT + 1)
    try:
        right = (
            len(said) == 2 and base64.b64decode(said[1], validate=True) == ALGORITHMS[said[0]](data).digest()
        )
    except (KeyError, ValueError):  # an algorithm that nobody knows, or no base 64
        right = False
    if not right:
        raise _WrongSum
    yield data


def _offset(row: Arrival) -> HttpResponse:
    response = _answer(204)
    _with(response, {"Upload-Offset": str(row.offset), **_expires(row)})
    return response


def _expires(row: Arrival) -> dict[str, str]:
    """Until when it may go on; nothing once it is whole."""
    if row.whole_at:
        return {}
    return {"Upload-Expires": format_datetime(row.began_at + arrivals.LIFE, usegmt=True)}


def _wrong_version(request: HttpRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    response = problem(412, NOT_SO)
    response.headers["Tus-Version"] = VERSION
    return response


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 32 else None


def _metadata(text: str) -> dict[str, str] | None:
    """The pairs of Upload-Metadata, decoded; None when they cannot be."""
    found = {}
    for pair in text.split(",") if text.strip() else ():
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except ValueError:
            return None
    return found


def _answer(status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    del response.headers["Content-Type"]
    return response


def problem(status: int, detail: str) -> HttpResponse:
    """A refusal as RFC 9457 wants it, with the sentence that the person may read."""
    response = HttpResponse(
        json.dumps({"type": "about:blank", "status": status, "detail": detail}, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
    )
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response
