"""2D-Doc, the signed code on French documents: its header, its fields, and whether the signature can be believed.

Versions 01 to 04 of the specification of France Titres (ANTS). `read` says what stands there, `verify` whether an
authority that we trust signed it. What is not verified proves nothing, however well it reads. Of the binary form of
version 04 the header is known here, and nothing more. Codes that go over several symbols (prefix E) are not joined.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from permis.standards.twodoc_fields import LENGTHS, MANDATORY, OPTIONAL, TYPES
from permis.standards.twodoc_trust import Trust

GS, RS, US = 0x1D, 0x1E, 0x1F  # end of a field, of a field that was cut, of what is signed
_ENDS = re.compile(rb"[\x1d\x1e]")
FIRST_DAY = dt.date(2000, 1, 1)
HEADER_LENGTH = {"01": 22, "02": 22, "03": 24, "04": 26}
V01_SIGNATURE = 64  # bytes at the end, as they are
MOST = 4096  # bytes; the largest DataMatrix holds 2335 signs
_HEADER = re.compile(rb"DC(\d\d)([A-Z]{2}[A-Z0-9]{2})([A-Z0-9]{4})([0-9A-F]{4})([0-9A-F]{4})([A-Z0-9]{2})")
_PERIMETER, _COUNTRY, _IDENTIFIER = (
    re.compile(rb"[A-Z0-9]{2}"),
    re.compile(rb"[A-Z]{2}"),
    re.compile(rb"[A-Z0-9]{2}"),
)
_MESSAGE = re.compile(rb"[\x1d\x1e\x20-\x7e]*")
# The curve of the certificate says the hash and how long r and s are, in bytes each.
CURVES: dict[str, tuple[hashes.HashAlgorithm, int]] = {
    "secp256r1": (hashes.SHA256(), 32),
    "secp384r1": (hashes.SHA384(), 48),
    "secp521r1": (hashes.SHA512(), 66),
}

NOT_ONE = "Ce n’est pas un 2D-Doc : un 2D-Doc commence par DC et le numéro de sa version."
VERSION = "Ce 2D-Doc est d’une version que nous ne lisons pas : nous lisons les versions 01 à 04."
BROKEN_HEADER = "L’en-tête de ce 2D-Doc est abîmé : prenez une nouvelle photo du document, bien à plat."
REASONS = {
    "cut": "Il manque la fin du code : la signature n’est pas entière.",
    "signature_form": "La signature n’est pas écrite comme le veut la norme.",
    "binary": "Ce code est écrit sous la forme binaire de la norme, que nous ne lisons pas.",
    "perimeter": "Ce code n’est pas du domaine de France Titres : ses champs ont un autre sens.",
    "country": "Le pays d’émission n’est pas écrit comme le veut la norme.",
    "characters": "Le code contient des signes que la norme ne permet pas.",
    "structure": "Les champs du code ne sont pas écrits comme le veut la norme.",
    "unknown_field": "Le code contient un champ que nous ne connaissons pas.",
    "missing_field": "Il manque au code un champ obligatoire pour ce document.",
    "forbidden_field": "Le code contient un champ interdit pour ce document.",
    "test_issuer": "Ce document est signé par un émetteur d’essai : il ne prouve rien.",
    "unknown_authority": "L’autorité qui a émis le certificat n’est pas dans la liste de confiance.",
    "withdrawn_authority": "L’autorité qui a émis le certificat a été retirée de la liste de confiance.",
    "unknown_certificate": "Le certificat qui a signé ce document n’est pas connu.",
    "other_authority": "Le certificat ne vient pas de l’autorité qu’il nomme.",
    "revoked": "Le certificat qui a signé ce document a été révoqué.",
    "dates": "Le document a été signé en dehors de la période de validité du certificat.",
    "future": "La date de signature est dans l’avenir.",
    "key": "La clé du certificat n’est pas d’une sorte que la norme permet.",
    "signature": "La signature ne correspond pas à ce qui est écrit : le document a été modifié, ou le code est mal lu.",
}  # fmt: skip
NOTES = {
    "issued_after_signed": "La date d’émission est après la date de signature.",
    "annexe": "Le code a une annexe, qui n’est pas signée : elle n’est pas lue.",
    "truncated": "Un champ a été raccourci par l’émetteur.",
    "revocation_unknown": "Nous n’avons pas de liste de révocation à jour pour cette autorité.",
    "list_expired": "La liste de confiance n’est plus à jour.",
    "structure": "Certains champs ne sont pas écrits comme le veut la norme.",
}


class NotOne(ValueError):
    """What was given is no 2D-Doc; the sentence says so in French."""


@dataclass(frozen=True)
class Header:
    """What stands before the fields. Dates that are absent, or that no calendar has, are None."""

    version: str
    authority: str  # FR05
    certificate: str
    issued_on: dt.date | None
    signed_on: dt.date | None
    kind: str  # AD
    perimeter: str  # 01 where the version has none
    country: str  # empty before version 04

    @property
    def of_tests(self) -> bool:
        """Whether the specification reserves this issuer for tests."""
        return self.authority[2:] == "00" or self.certificate == "0000"


@dataclass(frozen=True)
class Seal:
    """A 2D-Doc as read, before anybody believes it."""

    header: Header
    fields: dict[str, str]  # in their order, as written
    signed: bytes  # exactly what the signature is about
    signature: bytes  # r and s, one after the other; empty when it cannot be read
    annexe: bytes = b""  # not signed: to be believed for nothing
    truncated: frozenset[str] = frozenset()  # fields that the issuer cut
    faults: tuple[str, ...] = ()  # codes of REASONS: what is wrong with the form
    loose: tuple[str, ...] = ()  # the same, for a type of document that we do not use: told, not refused

    @property
    def kind_in_words(self) -> str:
        """The type of document as a person calls it; empty when we have no word for it."""
        return TYPES.get(self.header.kind, "")


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: valid or why not, as codes of REASONS; what else a person should know, of NOTES."""

    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    issuer: str = ""  # the name of who signed, from the certificate

    @property
    def valid(self) -> bool:
        """Whether everything was found right."""
        return not self.reasons


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────
def read(payload: bytes) -> Seal:
    """The header, the fields and the signature of a code. Raises `NotOne` when it is no 2D-Doc that we know.

    A form that is not as it should be does not raise: it is told in `faults`, and `verify` refuses it.
    """
    if payload[:2] == b"\xdc\x04":
        return _binary(payload)
    if payload[:2] != b"DC" or not payload[2:4].isdigit() or len(payload) > MOST:
        raise NotOne(NOT_ONE)
    header = _header(payload)
    start = HEADER_LENGTH[header.version]
    faults: list[str] = []
    annexe = b""
    if header.version == "01":
        signed, signature = payload[:-V01_SIGNATURE], payload[-V01_SIGNATURE:]
        if len(signed) < start:
            signed, signature = payload, b""
            faults.append("cut")
    else:
        signed, found, rest = payload.partition(bytes([US]))
        written, mark, annexe = rest.partition(bytes([GS])) if header.version == "04" else (rest, b"", b"")
        annexe = mark + annexe
        signature = _base32(written)
        if not found or not written:
            faults.append("cut")
        elif not signature:
            faults.append("signature_form")
    if header.perimeter != "01":
        faults.append("perimeter")
    if header.version == "04" and not _COUNTRY.fullmatch(payload[24:26]):
        faults.append("country")
    message = signed[start:]
    if not _MESSAGE.fullmatch(message):
        faults.append("characters")
    fields, truncated, wrong = _fields(message) if header.perimeter == "01" else ({}, set(), set())
    wrong |= _lacks(header.kind, fields)
    used = header.kind in MANDATORY
    faults += [code for code in REASONS if code in wrong and used]
    loose = tuple(code for code in REASONS if code in wrong and not used)
    return Seal(header, fields, signed, signature, annexe, frozenset(truncated), tuple(faults), loose)


def _header(payload: bytes) -> Header:
    version = payload[2:4].decode()
    if version not in HEADER_LENGTH:
        raise NotOne(VERSION)
    found = _HEADER.match(payload)
    length = HEADER_LENGTH[version]
    if not found or len(payload) < length:
        raise NotOne(BROKEN_HEADER)
    _, authority, certificate, issued, signed, kind = (part.decode() for part in found.groups())
    perimeter = payload[22:24] if length > 22 else b"01"
    country = payload[24:26] if length > 24 else b""
    if not _PERIMETER.fullmatch(perimeter):
        raise NotOne(BROKEN_HEADER)
    return Header(
        version,
        authority,
        certificate,
        days(issued),
        days(signed),
        kind,
        perimeter.decode(),
        country.decode("ascii", "replace"),
    )


def days(text: str) -> dt.date | None:
    """A date written as a number of days since 2000-01-01, four hexadecimal signs. None for FFFF, or for no such number."""
    if not re.fullmatch(r"[0-9A-F]{4}", text) or text == "FFFF":
        return None
    return FIRST_DAY + dt.timedelta(days=int(text, 16))


def _base32(written: bytes) -> bytes:
    """The signature. Empty unless it is written in the one way that RFC 4648 has for these bytes, without padding."""
    missing = -len(written) % 8
    if missing not in {0, 1, 3, 4, 6}:
        return b""
    try:
        found = base64.b32decode(written + b"=" * missing)
    except (binascii.Error, ValueError):
        return b""
    # The last sign has bits to spare: another sign would give the same bytes.
    return found if base64.b32encode(found).rstrip(b"=") == written else b""


def _fields(message: bytes) -> tuple[dict[str, str], set[str], set[str]]:
    """The fields, those that were cut, and what is wrong with how they are written."""
    fields: dict[str, str] = {}
    truncated, wrong = set(), set()
    at = 0
    while at < len(message):
        name = message[at : at + 2]
        at += 2
        if not _IDENTIFIER.fullmatch(name):
            wrong.add("structure")
            break
        identifier = name.decode()
        shortest, longest = LENGTHS.get(identifier, (0, None))
        if identifier not in LENGTHS:
            wrong.add("unknown_field")
        end = _ENDS.search(message, at, len(message) if longest is None else at + longest + 1)
        if end:
            value, mark, after = message[at : end.start()], message[end.start()], end.end()
        else:
            after = len(message) if longest is None else min(len(message), at + longest)
            value, mark = message[at:after], 0
        if mark == RS:
            truncated.add(identifier)
        elif len(value) < shortest and (value or shortest == longest):
            wrong.add(
                "structure"
            )  # an empty field is one that the issuer leaves out, unless its length is fixed
        if identifier in fields:
            wrong.add("structure")
        fields[identifier] = value.decode("ascii", "replace")
        at = after
    return fields, truncated, wrong


def _lacks(kind: str, fields: Mapping[str, str]) -> set[str]:
    """What the type of document demands and is not there, or is there and forbidden."""
    wrong = set()
    for needed in MANDATORY.get(kind, ()):
        if not any(one in fields for one in ((needed,) if isinstance(needed, str) else needed)):
            wrong.add("missing_field")
    if kind in OPTIONAL and set(fields) - OPTIONAL[kind] - set(MANDATORY[kind]):
        wrong.add("forbidden_field")
    return wrong


# ── The binary form of version 04 ───────────────────────────────────────────────────────────────────────────
_C40_BASIC = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_C40_SECOND = "!\"#$%&'()*+,-./:;<=>?@[\\]^_"
BINARY_HEADER = 19  # bytes


def c40(data: bytes) -> str:
    """The text of C40 pairs of bytes (ISO/IEC 16022): three signs for two bytes. Raises ValueError for anything else."""
    values: list[int] = []
    if len(data) % 2:
        raise ValueError("C40 goes by pairs of bytes")
    for n in range(0, len(data), 2):
        number = int.from_bytes(data[n : n + 2], "big") - 1
        if not 0 <= number < 64000:
            raise ValueError("no such pair in C40")
        values += [number // 1600, number // 40 % 40, number % 40]
    text, shift = "", 0
    for value in values:
        if shift == 0 and value < 3:
            shift = value + 1
            continue
        table = (
            "~~~" + _C40_BASIC,
            "".join(map(chr, range(32))),
            _C40_SECOND,
            "".join(map(chr, range(96, 128))),
        )[shift]
        if value >= len(table):
            raise ValueError("no such sign in C40")
        text += table[value]
        shift = 0
    return text


def _binary(payload: bytes) -> Seal:
    """The header of a code in binary form, and that nothing more of it is read."""
    if len(payload) < BINARY_HEADER:
        raise NotOne(BROKEN_HEADER)
    try:
        country, names = c40(payload[2:4]), c40(payload[4:10])
    except ValueError:
        raise NotOne(BROKEN_HEADER) from None
    header = Header(
        "04",
        names[:4],
        names[4:],
        _day_of(payload[10:13]),
        _day_of(payload[13:16]),
        f"{payload[16]:02X}",
        f"{int.from_bytes(payload[17:19], 'big'):02d}",
        country,
    )
    return Seal(header, {}, payload, b"", faults=("binary",))


def _day_of(data: bytes) -> dt.date | None:
    """MMDDYYYY as a number of three bytes; None when there is none."""
    text = f"{int.from_bytes(data, 'big'):08d}"
    return _calendar(text[4:], text[:2], text[2:4])


def _calendar(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


# ── Believing ───────────────────────────────────────────────────────────────────────────────────────────────
def verify(seal: Seal, trust: Trust, today: dt.date, *, test_issuers: bool = False) -> Verdict:
    """Whether an authority of `trust` signed this. `test_issuers`: those that the specification keeps for tests too.

    A certificate that is revoked is refused whatever the day of the signature; one that has run out is good for what
    was signed before. The certificate that the specification publishes signed specimens long after its end: of that
    one alone, and only with `test_issuers`, the dates are not looked at.
    """
    header, reasons = seal.header, list(seal.faults)
    if header.of_tests and not test_issuers:
        reasons.append("test_issuer")
    notes = [code for code in NOTES if code in _notes(seal)]
    if header.signed_on is None or header.signed_on > today + dt.timedelta(days=1):
        reasons.append("future" if header.signed_on else "dates")
    found = trust.signers(header.authority, header.certificate, test_issuers=test_issuers)
    tried = [(signer, _against(seal, signer.key, reasons)) for signer in found.signers]
    # Of certificates that bear the same name, the one whose key fits is meant; without any, the newest is judged.
    tried.sort(key=lambda one: (one[1] == "", one[0].until), reverse=True)
    if not tried:
        reasons.append(found.why)
        return Verdict(tuple(dict.fromkeys(reasons)), tuple(notes))
    signer, wrong = tried[0]
    if signer.revoked:
        reasons.append("revoked")
    if signer.authority_withdrawn(header.signed_on):
        reasons.append("withdrawn_authority")
    if header.signed_on and not signer.timeless and not signer.since <= header.signed_on <= signer.until:
        reasons.append("dates")
    if wrong:
        reasons.append(wrong)
    notes += [code for code, so in (("revocation_unknown", not trust.revocation_known(header.authority, today)),
                                    ("list_expired", trust.expired(today))) if so]  # fmt: skip
    return Verdict(tuple(dict.fromkeys(reasons)), tuple(notes), signer.name)


def _notes(seal: Seal) -> set[str]:
    found = {"annexe"} if seal.annexe else set()
    if seal.truncated:
        found.add("truncated")
    if seal.loose:
        found.add("structure")
    issued, signed = seal.header.issued_on, seal.header.signed_on
    if issued and signed and issued > signed:
        found.add("issued_after_signed")
    return found


def _against(seal: Seal, key: object, reasons: list[str]) -> str:
    """Empty when the signature is right; otherwise the code of what is wrong with it."""
    curve = CURVES.get(key.curve.name) if isinstance(key, ec.EllipticCurvePublicKey) else None
    if curve is None or not isinstance(key, ec.EllipticCurvePublicKey):
        return "key"
    algorithm, size = curve
    if {"cut", "signature_form", "binary"} & set(reasons):
        return "signature"
    if len(seal.signature) != 2 * size:
        return "signature_form"
    r, s = (int.from_bytes(part, "big") for part in (seal.signature[:size], seal.signature[size:]))
    try:
        key.verify(utils.encode_dss_signature(r, s), seal.signed, ec.ECDSA(algorithm))
    except InvalidSignature:
        return "signature"
    return ""
