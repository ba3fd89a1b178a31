"""The partners' door: an approved photographer or booth deposits a photo and a signature, and gets a code."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from typing import Annotated, Any

import pydantic
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Router, Schema, Status
from ninja.errors import AuthorizationError, HttpError
from ninja.errors import ValidationError as BadFields
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle
from pydantic import ConfigDict

from permis import clock
from permis.accounts import partners, throttle
from permis.accounts.models import Partner
from permis.adapters.antivirus import Unknown
from permis.adapters.storage import StorageDown
from permis.domain.vocabulary import Role
from permis.evidence import ephoto, intake
from permis.questions.forms import NameField

router = Router(tags=["e-photo"])

LIMIT = 6 * 1024 * 1024  # bytes of a call: two pictures of two megabytes, in base64
TOO_BIG = "Cet appel pèse plus de 6 Mo. Envoyez des images plus légères : 2 Mo chacune suffisent."
NOT_JSON = "Le corps de l’appel n’est pas du JSON lisible. Envoyez un objet JSON en UTF-8."

KEY_MISSING = "Cette clé n’ouvre rien : elle manque, elle est fausse ou elle a été retirée. Écrivez « Authorization: Bearer » puis votre clé."
TOO_MANY = (
    "Trop d’appels avec une clé fausse depuis votre adresse. Attendez 15 minutes, et vérifiez votre clé."
)
WRONG_ROLE = "Votre organisation n’est pas enregistrée comme photographe : elle ne peut pas déposer de photo."
LATER = "Nous ne pouvons pas vérifier ces images en ce moment. Renvoyez le même appel dans une minute."
OTHER_DEPOSIT = (
    "Cette clé « Idempotency-Key » a déjà servi à un autre dépôt. Prenez-en une nouvelle pour chaque dépôt."
)
NOT_BASE64 = "Ce champ doit être une image en base64 (RFC 4648), sans préfixe « data: »."
NO_SUCH_DAY = "Cette date n’existe pas, ou elle est dans le futur. Exemple : 2000-03-14"


class NotTaken(Exception):
    """A field of the deposit is wrong: `field` is its place, `sentence` says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class PartnerKey(HttpBearer):
    """The key of a partner. Whoever guesses is slowed down by network address; a good key always passes."""

    def __call__(self, request: HttpRequest) -> Any:
        """The partner; None makes a 401."""
        found = super().__call__(request)
        if found is None:
            who = f"api-{throttle.network_address(request)}"
            if throttle.too_many(request, who):
                raise HttpError(429, TOO_MANY)
            throttle.failed(request, who)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Partner | None:
        """The partner who holds this key."""
        return partners.holder(token.strip())


BASE64 = {"contentEncoding": "base64", "contentMediaType": "image/jpeg"}


class Deposit(Schema):
    """A photo and a signature taken together, and whose they are, as on the identity document."""

    model_config = ConfigDict(extra="forbid")
    birth_name: str = Field(min_length=1, max_length=120, description="Nom de naissance")
    given_names: str = Field(
        min_length=1, max_length=200, description="Prénoms, dans l’ordre de l’état civil"
    )
    birth_date: Annotated[
        str,
        Field(
            pattern=r"^\d{4}-\d{2}-\d{2}$",
            description="Date de naissance",
            json_schema_extra={"format": "date"},
        ),
    ]
    photo: str = Field(description="La photo, JPEG ou PNG, en base64", json_schema_extra=BASE64)
    signature: str = Field(description="La signature, JPEG ou PNG, en base64", json_schema_extra=BASE64)


class Deposited(Schema):
    """The code to print on the sheet: 22 letters and digits, good for one request until that day included."""

    code: str = Field(pattern=r"^[A-Z0-9]{22}$")
    expires_on: dt.date


class Problem(Schema):
    """What went wrong (RFC 9457), in French, with what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default=[], description="Par champ : « pointer » et « detail »")


PACE = AuthRateThrottle("300/m")  # a partner: two hundred booths, each with somebody in it
PROBLEMS = dict.fromkeys((400, 401, 403, 413, 422, 429), Problem)


@router.post(
    "/ephotos",
    auth=PartnerKey(),
    throttle=[PACE],
    response={201: Deposited, **PROBLEMS},
    summary="Déposer une photo et une signature",
    operation_id="deposit_ephoto",
    url_name="ephotos",
    # The body is read by `_read`, up to a limit of its own: two pictures weigh more than a form may.
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": Deposit.model_json_schema()}},
        }
    },
)
def deposit(
    request: HttpRequest,
    response: HttpResponse,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=100)],
) -> Status[dict[str, Any]]:
    """Deposits a photo and a signature; answers with the code that the person types in the request.

    The same call sent again with the same `Idempotency-Key` answers with the same code. The pictures are made
    anew from their pixels: the files themselves are not kept.
    """
    partner: Partner = request.auth  # type: ignore[attr-defined]
    if partner.role != Role.PHOTOGRAPHER:
        raise AuthorizationError(403, WRONG_ROLE)
    body = _read(request)
    holder = ephoto.Holder(
        _name("birth_name", body.birth_name, 120),
        _name("given_names", body.given_names, 200),
        _day(body.birth_date),
    )
    pictures = {"photo": _bytes("photo", body.photo), "signature": _bytes("signature", body.signature)}
    try:
        row, _new = ephoto.deposit(partner, idempotency_key, holder, pictures)
    except (Unknown, intake.Busy, StorageDown) as later:
        # Nothing was kept: the same call with the same Idempotency-Key is made again.
        raise HttpError(503, LATER) from later
    except intake.Refused as refusal:
        raise NotTaken(f"/{getattr(refusal, 'side', '')}", refusal.sentence) from refusal
    except ephoto.OtherDeposit:
        raise HttpError(422, OTHER_DEPOSIT) from None
    response.headers["Cache-Control"] = "no-store"
    return Status(201, {"code": row.read_code(), "expires_on": row.expires_on})


def _read(request: HttpRequest) -> Deposit:
    """The deposit that the body describes. Raises HttpError 400 or 413, or ninja's ValidationError."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdigit() or int(announced) > LIMIT:
        raise HttpError(413, TOO_BIG)
    try:
        found = json.loads(request.read(LIMIT))
    except (ValueError, RecursionError):
        raise HttpError(400, NOT_JSON) from None
    try:
        return Deposit.model_validate(found)
    except pydantic.ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise BadFields([{**fault, "loc": ("body", "deposit", *fault["loc"])} for fault in faults]) from None


def _name(field: str, typed: str, length: int) -> str:
    try:
        cleaned: str = NameField(max_length=length).clean(typed)
    except ValidationError as error:
        raise NotTaken(f"/{field}", " ".join(error.messages)) from error
    return cleaned


def _day(typed: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(typed)
    except ValueError:
        day = None
    if day is None or not dt.date(1900, 1, 1) <= day <= clock.today():
        raise NotTaken("/birth_date", NO_SUCH_DAY)
    return day


def _bytes(field: str, typed: str) -> bytes:
    try:
        return base64.b64decode(typed, validate=True)
    except (binascii.Error, ValueError):
        raise NotTaken(f"/{field}", NOT_BASE64) from None
