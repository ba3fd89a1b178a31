"""Whom we believe for 2D-Doc: authorities, the certificates that they issued, and what they revoked, from a folder.

An operator puts there what the trusted list of France Titres names: the list itself (TSL, XML), the certificates of
authorities and of issuers (PEM, DER, PKCS#7, or several in a multipart message), and lists of revocation (CRL).
Whatever else lies there is passed over. The folder is believed: the signature of the list (XAdES) is not checked here,
that of every issuer's certificate by its authority is.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime as dt
import email
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

LARGEST, MOST_FILES = 8 << 20, 20_000  # bytes of a file of the folder; files
AUTHORITY = re.compile(r"[A-Z]{2}[A-Z0-9]{2}")
CERTIFICATE = re.compile(r"[A-Z0-9]{4}")
TSL = "http://uri.etsi.org/02231/v2# "
# The last word of a status of the list: in force; or over, but what was signed before stays good. Any other: refused.
IN_FORCE = frozenset({"inaccord", "granted", "accredited", "undersupervision", "supervisionincessation", "recognisedatnationallevel"})  # fmt: skip
OVER = frozenset({"expired", "supervisionceased", "accreditationceased"})
# The certificate of tests FR00/0001 that annex 16 of the specification publishes, by its public key.
PUBLISHED = ("FR00", "0001")
PUBLISHED_POINT = bytes.fromhex(
    "04a98f0d7ccd62808893bec4d436e79d1834a1d6e001d70f1c4cdccd9d9e2fe2"
    "29f7240514e8ddc0ca98d0c7440c9cc492849a0fbda73fc392f4da0ae07f84c23c"
)
PUBLISHED_SINCE, PUBLISHED_UNTIL = dt.date(2012, 11, 1), dt.date(2015, 11, 1)


@dataclass(frozen=True)
class Status:
    """What the trusted list says of an authority."""

    word: str
    since: dt.date

    def refuses(self, signed_on: dt.date | None) -> bool:
        """Whether what was signed on this day is no longer believed."""
        if self.word in IN_FORCE:
            return False
        return self.word not in OVER or signed_on is None or signed_on >= self.since


@dataclass(frozen=True)
class Signer:
    """The certificate of an issuer, whose authority was found right."""

    key: Any
    since: dt.date
    until: dt.date
    name: str
    revoked: bool = False
    status: Status | None = None
    timeless: bool = False  # the published certificate of tests: see `permis.standards.twodoc.verify`

    def authority_withdrawn(self, signed_on: dt.date | None) -> bool:
        """Whether its authority was no longer believed on that day."""
        return self.status is not None and self.status.refuses(signed_on)


@dataclass(frozen=True)
class Found:
    """The certificates that may have signed, or why there is none (a code of `permis.standards.twodoc.REASONS`)."""

    signers: tuple[Signer, ...] = ()
    why: str = ""


@dataclass
class Trust:
    """Everything that is believed."""

    authorities: dict[str, list[x509.Certificate]] = field(default_factory=lambda: defaultdict(list))
    issued: dict[tuple[str, str], list[x509.Certificate]] = field(default_factory=lambda: defaultdict(list))
    revocations: dict[str, list[x509.CertificateRevocationList]] = field(
        default_factory=lambda: defaultdict(list)
    )
    statuses: dict[str, Status] = field(default_factory=dict)
    sequence: int = -1  # of the list
    next_update: dt.date | None = None
    _known: dict[tuple[str, str], tuple[tuple[Signer, ...], str]] = field(default_factory=dict, repr=False)

    # ── Filling ──
    @classmethod
    def of(cls, folder: Path | None) -> Trust:
        """What a folder holds, with its subfolders. Nothing without a folder. Raises OSError when it cannot be listed."""
        trust = cls()
        if folder is None:
            return trust
        next(folder.iterdir(), None)  # a folder that is not there must be told, not be taken for an empty one
        lists: list[tuple[int, bytes]] = []
        for n, path in enumerate(sorted(folder.rglob("*"))):
            if n >= MOST_FILES:
                break
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_size <= LARGEST:
                    data = path.read_bytes()
                    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
                        lists.append((_List.of(data).sequence, data))
                    else:
                        trust.add(data)
        if lists and max(lists)[0] >= 0:
            trust.add_list(max(lists)[1])
        return trust

    def add(self, data: bytes) -> None:
        """Believes what a file holds: certificates, revocations. A file of another kind adds nothing."""
        for one in _pieces(data):
            if isinstance(one, x509.CertificateRevocationList):
                self.revocations[_common_name(one.issuer)].append(one)
            elif _is_authority(one):
                self.add_authority(one)
            else:
                names = _common_name(one.issuer), _common_name(one.subject)
                ours = AUTHORITY.fullmatch(names[0]) and CERTIFICATE.fullmatch(names[1])
                if ours and one not in self.issued[names]:
                    self.issued[names].append(one)
        self._known.clear()

    def add_authority(self, one: x509.Certificate) -> None:
        """Believes an authority by its certificate, under the name that it bears."""
        name = _common_name(one.subject)
        if AUTHORITY.fullmatch(name) and one not in self.authorities[name]:
            self.authorities[name].append(one)
        self._known.clear()

    def add_list(self, data: bytes) -> None:
        """Believes the authorities of a trusted list, unless a newer one is already here."""
        found = _List.of(data)
        if found.sequence <= self.sequence:
            return
        self.sequence, self.next_update, self.statuses = found.sequence, found.next_update, {}
        for word, since, certificates in found.services:
            for der in certificates:
                one = _one(x509.load_der_x509_certificate, der)
                if one is not None:
                    self.statuses[_common_name(one.subject)] = Status(word, since)
                    self.add_authority(one)
        self._known.clear()

    # ── Asking ──
    def signers(self, authority: str, certificate: str, *, test_issuers: bool = False) -> Found:
        """The certificates of this name that this authority issued, or the code of why there is none."""
        of_tests = authority[2:] == "00" or certificate == "0000"
        if of_tests and not test_issuers:
            return Found(why="test_issuer")
        if (authority, certificate) not in self._known:
            if len(self._known) > 10_000:  # names are drawn by whoever made the codes
                self._known.clear()
            self._known[authority, certificate] = self._signers(authority, certificate, pinned=of_tests)
        signers, why = self._known[authority, certificate]
        return Found(signers, why)

    def _signers(self, authority: str, certificate: str, *, pinned: bool) -> tuple[tuple[Signer, ...], str]:
        above = self.authorities.get(authority, [])
        here = self.issued.get((authority, certificate), [])
        found = [self._signer(one, authority) for one in here if _from(one, above) or (pinned and not above)]
        if (authority, certificate) == PUBLISHED:
            found = [one for one in found if not one.timeless] + [published()]
        if found:
            return tuple(found), ""
        if not above and not pinned:
            return (), "unknown_authority"
        return (), "other_authority" if here else "unknown_certificate"

    def _signer(self, one: x509.Certificate, authority: str) -> Signer:
        key = _one(lambda _: one.public_key(), b"")
        return Signer(
            key,
            one.not_valid_before_utc.date(),
            one.not_valid_after_utc.date(),
            _called(one.subject),
            any(_revokes(crl, one) for crl in self.revocations.get(authority, ())),
            self.statuses.get(authority),
            timeless=_is_published(key, authority, _common_name(one.subject)),
        )

    def revocation_known(self, authority: str, today: dt.date) -> bool:
        """Whether a list of revocation of this authority is there, and still holds."""
        return any(
            crl.next_update_utc is None or crl.next_update_utc.date() >= today
            for crl in self.revocations.get(authority, ())
        )

    def expired(self, today: dt.date) -> bool:
        """Whether the trusted list says that a newer one should have come."""
        return self.next_update is not None and today > self.next_update


def published() -> Signer:
    """The certificate of tests that the specification publishes."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), PUBLISHED_POINT)
    return Signer(key, PUBLISHED_SINCE, PUBLISHED_UNTIL, "CERTIFICAT DE TEST", timeless=True)


def _is_published(key: object, authority: str, certificate: str) -> bool:
    if (authority, certificate) != PUBLISHED or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    return bool(key == published().key)


# ── Certificates ────────────────────────────────────────────────────────────────────────────────────────────
def _one(load: Any, data: bytes) -> Any:
    """What a loader gives, or None when it takes it for nothing of its kind."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old certificates are told about, and judged here
            return load(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _pieces(data: bytes, deep: int = 0) -> Iterator[x509.Certificate | x509.CertificateRevocationList]:
    """Every certificate and list of revocation in a file."""
    if b"-----BEGIN" in data:
        blocks = re.findall(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", data, re.DOTALL)
        for name, body in blocks:
            with contextlib.suppress(binascii.Error):
                der = base64.b64decode(b"".join(body.split()))
                if name in {b"CERTIFICATE", b"X509 CRL", b"PKCS7"}:
                    yield from _der(der)
    elif data[:1] == b"\x30":
        yield from _der(data)
    elif deep < 2 and re.match(rb"(?i)(mime-version|content-type|date|from|message-id):|--", data):
        headed = data if not data.startswith(b"--") else _with_boundary(data)
        for part in email.message_from_bytes(headed).walk():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield from _pieces(body, deep + 1)


def _with_boundary(data: bytes) -> bytes:
    """A multipart message that lost its header: its first line is the boundary."""
    boundary = data.split(b"\n", 1)[0].strip()[2:]
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n' + data


def _der(data: bytes) -> Iterable[x509.Certificate | x509.CertificateRevocationList]:
    for load in (x509.load_der_x509_certificate, x509.load_der_x509_crl):
        found = _one(load, data)
        if found is not None:
            return [found]
    return _one(pkcs7.load_der_pkcs7_certificates, data) or []


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[-1].value) if found else ""


def _called(name: x509.Name) -> str:
    """Who it is, as people read it: the organisation, or what stands there."""
    found = name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value) if found else _common_name(name)


def _is_authority(one: x509.Certificate) -> bool:
    """Whether a certificate may issue others. One that does not say so is believed only of itself (an old root)."""
    try:
        return bool(one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return one.issuer == one.subject
    except (ValueError, x509.DuplicateExtension):
        return False


def _from(one: x509.Certificate, authorities: Iterable[x509.Certificate]) -> bool:
    """Whether one of these authorities issued the certificate while its own was good."""
    for authority in authorities:
        try:
            one.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        if one.not_valid_before_utc <= authority.not_valid_after_utc:
            return True
    return False


def _revokes(crl: x509.CertificateRevocationList, one: x509.Certificate) -> bool:
    """Whether the list names the certificate. Believed unproven: a list can only make us refuse more."""
    return crl.get_revoked_certificate_by_serial_number(one.serial_number) is not None


# ── The trusted list ────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class _List:
    """What matters of a trusted list (ETSI TS 102 231): services with their status and certificates."""

    sequence: int = -1
    next_update: dt.date | None = None
    services: list[tuple[str, dt.date, list[bytes]]] = field(default_factory=list)

    @classmethod
    def of(cls, data: bytes) -> _List:
        """Reads the XML. What is no trusted list, or is not well formed, gives an empty one."""
        found = cls()
        parser = expat.ParserCreate(namespace_separator=" ")
        path: list[str] = []
        text: list[str] = []
        service: dict[str, Any] = {}

        def opened(name: str, _attributes: Any) -> None:
            path.append(name.removeprefix(TSL))
            text.clear()
            if path[-1] == "TSPService":
                service.clear()
                service.update(word="", since=dt.date.min, certificates=[])

        def closed(_name: str) -> None:
            name, said = path.pop(), "".join(text).strip()
            text.clear()
            inside = "ServiceInformation" in path
            if name == "TSLSequenceNumber" and said.isdecimal():
                found.sequence = int(said)
            elif name == "dateTime" and path[-1:] == ["NextUpdate"]:
                found.next_update = _day(said)
            elif name == "ServiceStatus" and inside:
                service["word"] = said.rstrip("/").rpartition("/")[2].lower()
            elif name == "StatusStartingTime" and inside:
                service["since"] = _day(said) or dt.date.min
            elif name == "X509Certificate" and inside:
                with contextlib.suppress(binascii.Error):
                    service["certificates"].append(base64.b64decode("".join(said.split())))
            elif name == "TSPService":
                found.services.append((service["word"], service["since"], service["certificates"]))

        def refuse(*_: Any) -> None:
            raise ValueError("a trusted list declares no entities")

        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        parser.CharacterDataHandler = text.append
        parser.StartDoctypeDeclHandler = refuse
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError):
            return cls()
        return found


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError:
        return None
