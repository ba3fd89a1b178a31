"""An authority, issuers and 2D-Doc of our own, for drills, measures and tests: made here, signed here, trusted nowhere else."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import random
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID

from permis.standards.twodoc import CURVES, FIRST_DAY
from permis.standards.twodoc_trust import Trust

GS, RS, US = "\x1d", "\x1e", "\x1f"
TODAY = dt.date(2026, 11, 20)
SINCE, UNTIL = dt.date(2024, 1, 1), dt.date(2027, 1, 1)
P256, P384, P521 = ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.timezone.utc)  # noqa: UP017  plain, as it is read


def _name(common: str, who: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, who),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@dataclass
class Issuer:
    """One that signs documents: its key and its certificate."""

    authority: str
    certificate: str
    key: Any
    x509: x509.Certificate

    def sign(self, signed: bytes) -> bytes:
        """r and s, one after the other, as long as the curve says."""
        algorithm, size = CURVES[self.key.curve.name]
        r, s = utils.decode_dss_signature(self.key.sign(signed, ec.ECDSA(algorithm)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def sign_der(self, signed: bytes) -> bytes:
        """The same in DER, which the standard does not want."""
        return bytes(self.key.sign(signed, ec.ECDSA(CURVES[self.key.curve.name][0])))

    def seal(self, message: str, *, signed_on: dt.date = TODAY, annexe: str = "", **header: Any) -> bytes:
        """A whole code: header, message, signature, annexe."""
        signed = head(self, signed_on=signed_on, **header) + message.encode()
        if signed[2:4] == b"01":
            return signed + self.sign(signed)
        return signed + US.encode() + base32(self.sign(signed)) + (GS + annexe if annexe else "").encode()


def head(
    issuer: Issuer,
    *,
    kind: str = "AD",
    version: str = "04",
    issued_on: dt.date | None = TODAY,
    signed_on: dt.date = TODAY,
) -> bytes:
    """The header of a code."""
    issued = f"{(issued_on - FIRST_DAY).days:04X}" if issued_on else "FFFF"
    text = (
        f"DC{version}{issuer.authority}{issuer.certificate}{issued}{(signed_on - FIRST_DAY).days:04X}{kind}"
    )
    return (text + {"01": "", "02": "", "03": "01", "04": "01FR"}[version]).encode()


def base32(data: bytes) -> bytes:
    """As the standard writes a signature."""
    return base64.b32encode(data).rstrip(b"=")


@dataclass
class Authority:
    """One that gives certificates to issuers."""

    name: str
    since: dt.date = dt.date(2020, 1, 1)
    until: dt.date = dt.date(2035, 1, 1)
    key: Any = field(default_factory=lambda: ec.generate_private_key(P256))

    @functools.cached_property
    def x509(self) -> x509.Certificate:
        """Its own certificate."""
        name = _name(self.name, "AUTORITE D ESSAI")
        return self._certificate(name, self.key.public_key(), self.since, self.until, ca=True)

    def issuer(
        self, certificate: str, curve: Any = P256, since: dt.date = SINCE, until: dt.date = UNTIL
    ) -> Issuer:
        """Gives a certificate to a new key."""
        key = ec.generate_private_key(curve)
        made = self._certificate(
            _name(certificate, "EMETTEUR D ESSAI"), key.public_key(), since, until, ca=False
        )
        return Issuer(self.name, certificate, key, made)

    def _certificate(
        self, subject: x509.Name, key: Any, since: dt.date, until: dt.date, *, ca: bool
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            issuer_name=_name(self.name, "AUTORITE D ESSAI"),
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=_at(since),
            not_valid_after=_at(until),
        )
        return builder.add_extension(x509.BasicConstraints(ca, None), critical=True).sign(
            self.key, hashes.SHA256()
        )

    def revocations(self, *issuers: Issuer, until: dt.date = UNTIL) -> x509.CertificateRevocationList:
        """A list of revocation that names these."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(_name(self.name, "AUTORITE D ESSAI"))
            .last_update(_at(SINCE))
            .next_update(_at(until))
        )
        for one in issuers:
            gone = x509.RevokedCertificateBuilder(one.x509.serial_number, _at(SINCE + dt.timedelta(300)))
            builder = builder.add_revoked_certificate(gone.build())
        return builder.sign(self.key, hashes.SHA256())


def pem(one: Any) -> bytes:
    """A certificate or a list, as a file."""
    return bytes(one.public_bytes(serialization.Encoding.PEM))


def trusting(*those: Any) -> Trust:
    """A trust in these certificates and lists."""
    trust = Trust()
    for one in those:
        trust.add(pem(one))
    return trust


# ── Messages ────────────────────────────────────────────────────────────────────────────────────────────────
_GIVEN = ["LEA", "TOM", "MARIE", "JEAN", "AICHA", "PAUL", "LUCIE", "HUGO", "NINA", "KARIM", "ZOE", "IVAN"]
_NAMES = ["MARTIN", "PETIT", "DURAND", "LE GALL", "DE LA TOUR", "NGUYEN", "BENALI", "GARCIA", "DUPONT"]
_STREETS = ["RUE DES LILAS", "AVENUE DE LA GARE", "PLACE DU MARCHE", "CHEMIN VERT", "RUE DE LA PAIX"]
_TOWNS = [("75002", "PARIS"), ("57000", "METZ"), ("29200", "BREST"), ("97400", "SAINT DENIS")]


def cepc(rng: random.Random) -> str:
    """The message of a certificate of success."""
    given = "/".join(rng.sample(_GIVEN, rng.randint(1, 3)))
    born = f"{rng.randint(1, 28):02d}{rng.randint(1, 12):02d}{rng.randint(1960, 2008)}"
    day = TODAY - dt.timedelta(rng.randint(0, 200))
    file = (
        f"{rng.randint(0, 10**12):012d}"
        if rng.random() < 0.5
        else f"ABCD-EFGH {rng.randint(0, 10**9 - 1):09d}"
    )
    end = "" if len(file) == 19 else GS
    return (
        f"60{given}{GS}62{rng.choice(_NAMES)}{GS}69{born}D3{day:%Y%m%d}E9{file}{end}EA{rng.choice('TP')}"
        f"EC{day:%d%m%Y}ED{rng.choice(['B', 'A2', 'AM', 'BE'])}{GS}EF{rng.choice('01')}"
    )


def bill(rng: random.Random, lines: int = 0) -> str:
    """The message of an energy bill; with `lines`, as much again as long documents have."""
    postcode, town = rng.choice(_TOWNS)
    extra = "".join(
        f"1{sign}{rng.randint(10**9, 10**12)}{GS}" for sign, _ in zip("89ABEF", range(lines), strict=False)
    )
    return (
        f"26FR24{postcode}10{rng.choice(['M', 'MME'])}/{rng.choice(_NAMES)}/{rng.choice(_GIVEN)}{GS}"
        f"22{rng.randint(1, 199)} {rng.choice(_STREETS)}{GS}25{town}{GS}{extra}"
    )
