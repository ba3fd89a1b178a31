"""Spoils 2D-Doc in every way that we could think of, and has each judged: not one may be believed.

    make proof-twodoc             as many as 30 seconds allow, at least 10,000
    LONG=1 make proof-twodoc      100,000
    SEED=7 make proof-twodoc      other ones

The documents are made here (proof/twodoc_made.py): an authority with issuers on the three curves, one revoked, one
whose certificate has run out, one of tests, and a rogue authority that bears the same name. Each case starts from a
genuine code, which must be believed, and is spoilt in one way of FAMILIES. A verifier that looks at no signature, one
that knows no dates and one that knows no revocation are then put in place of ours: if none of the spoilt codes is
believed then, the drill measures nothing and fails. Raw material: out/proof-twodoc/, one line a family, and every
payload wrongly believed.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

from bench.report import Report, json_lines, long_form, publish
from permis.standards import twodoc, twodoc_trust
from permis.standards.twodoc_trust import Trust
from proof import twodoc_made as made
from proof.twodoc_made import GS, RS, TODAY, US, Authority, Issuer

SEED = 20261123
LONG, SHORT, SHORT_S = 100_000, 10_000, 30.0
DAY = dt.timedelta(days=1)


@dataclass
class World:
    """Whom we believe in this drill, and those who want to be believed."""

    good: list[Issuer]
    revoked: Issuer
    over: Issuer  # its certificate has run out; what it signed before is good
    outside: Issuer  # of an authority that nobody knows
    impostor: Issuer  # same names as a good one, another key, no place in the folder
    rogue: Issuer  # certificate in the folder, from an authority that only bears the name of ours
    test: Issuer
    trust: Trust


def world() -> World:
    """Keys and certificates, fresh each time."""
    authority, other, rogue, of_tests = (Authority(name) for name in ("FR42", "FR43", "FR42", "FR00"))
    good = [
        authority.issuer("AB01"),
        authority.issuer("AB02", made.P384),
        authority.issuer("AB03", made.P521),
        other.issuer("AB01"),
    ]
    revoked, over = authority.issuer("AB09"), authority.issuer("AB08", until=dt.date(2025, 6, 1))
    outside, impostor = Authority("FR77").issuer("AB01"), Authority("FR42").issuer("AB01")
    forged, test = rogue.issuer("AB07"), of_tests.issuer("0001")
    certificates = [one.x509 for one in (authority, other, *good, revoked, over, outside, forged, test)]
    trust = made.trusting(*certificates, authority.revocations(revoked), other.revocations())
    return World(good, revoked, over, outside, impostor, forged, test, trust)


def genuine(
    rng: random.Random, issuer: Issuer, *, signed_on: dt.date | None = None, version: str = ""
) -> bytes:
    """A code that is what it says."""
    version = version or rng.choices(["04", "03", "02", "01"], [6, 2, 2, 1])[0]
    if version == "01" and issuer.key.curve.name != "secp256r1":
        version = "04"
    kind, message = (
        ("AD", made.cepc(rng)) if version == "04" and rng.random() < 0.5 else ("01", made.bill(rng))
    )
    day = signed_on or TODAY - DAY * rng.randint(0, 300)
    return issuer.seal(message, kind=kind, version=version, signed_on=day, issued_on=day)


# ── How a code is spoilt: each gives bytes that nobody has signed, or that nobody may sign ──────────────────────
Spoil = Callable[[random.Random, World], bytes]


def _split(payload: bytes) -> tuple[bytes, bytes]:
    """What is signed with its mark, and the signature."""
    at = len(payload) - 64 if payload[2:4] == b"01" else payload.index(US.encode()) + 1
    return payload[:at], payload[at:]


def _good(rng: random.Random, w: World, **how: Any) -> bytes:
    return genuine(rng, rng.choice(w.good), **how)


def field_edited(rng: random.Random, w: World) -> bytes:
    signed, signature = _split(_good(rng, w))
    start = twodoc.HEADER_LENGTH[signed[2:4].decode()]
    at = rng.randrange(start, len(signed) - 1)
    new = rng.choice([sign for sign in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /" if sign != signed[at]])
    return signed[:at] + bytes([new]) + signed[at + 1 :] + signature


def word_put_in(rng: random.Random, w: World) -> bytes:
    signed, signature = _split(_good(rng, w))
    at = rng.randrange(22, len(signed))
    extra = rng.choice(["ABC", f"{GS}62MARTIN{GS}", "ED", "A2", f"69{rng.randint(10**7, 10**8 - 1)}", " "])
    return signed[:at] + extra.encode() + signed[at:] + signature


def header_edited(rng: random.Random, w: World) -> bytes:
    signed, signature = _split(_good(rng, w))
    at = rng.randrange(4, twodoc.HEADER_LENGTH[signed[2:4].decode()])
    new = rng.choice([sign for sign in b"ABCDEF0123456789" if sign != signed[at]])
    return signed[:at] + bytes([new]) + signed[at + 1 :] + signature


def signature_edited(rng: random.Random, w: World) -> bytes:
    signed, signature = _split(_good(rng, w))
    at = rng.randrange(len(signature))
    letters = bytes(range(256)) if signed[2:4] == b"01" else b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=01abz "
    new = rng.choice([sign for sign in letters if sign != signature[at]])
    return signed + signature[:at] + bytes([new]) + signature[at + 1 :]


def spare_bits(rng: random.Random, w: World) -> bytes:
    """The last sign of the signature exchanged for one that a careless reader takes for the same bytes."""
    signed, signature = _split(genuine(rng, w.good[0], version=rng.choice(["02", "03", "04"])))
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    last = alphabet.index(signature[-1])
    return signed + signature[:-1] + bytes([alphabet[last ^ rng.randint(1, 7)]])


def signature_dressed(rng: random.Random, w: World) -> bytes:
    """Padding, small letters, blanks, zeros before the numbers: the same numbers, not as the standard writes them."""
    issuer = rng.choice(w.good)
    signed, signature = _split(genuine(rng, issuer, version=rng.choice(["02", "03", "04"])))
    size = 2 * twodoc.CURVES[issuer.key.curve.name][1]
    raw = issuer.sign(signed[:-1])
    wide = b"".join(b"\0" + part for part in (raw[: size // 2], raw[size // 2 :]))
    return signed + rng.choice(
        [
            signature + b"=" * (-len(signature) % 8 or 8),
            signature.lower(),
            signature[:10] + b" " + signature[10:],
            b" " + signature,
            signature + b"\n",
            made.base32(wide),
            made.base32(raw + b"\0"),
            raw,
            raw.hex().upper().encode(),
        ]
    )  # fmt: skip


def der(rng: random.Random, w: World) -> bytes:
    issuer = rng.choice(w.good)
    signed, _ = _split(genuine(rng, issuer))
    if signed[2:4] == b"01":
        return signed + issuer.sign_der(signed)
    return signed + made.base32(issuer.sign_der(signed[:-1]))


def nothing_signed(rng: random.Random, w: World) -> bytes:
    """Numbers that a careless library takes: zero, one, the order of the curve."""
    issuer = w.good[0]
    signed, _ = _split(genuine(rng, issuer))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    numbers = [0, 1, order, order - 1, order + 1, 2**256 - 1]
    raw = b"".join(rng.choice(numbers).to_bytes(32, "big") for _ in range(2))
    return signed + (raw if signed[2:4] == b"01" else made.base32(raw))


def cut(rng: random.Random, w: World) -> bytes:
    payload = _good(rng, w)
    return payload[: rng.randrange(len(payload))]


def longer(rng: random.Random, w: World) -> bytes:
    payload = _good(rng, w)
    extra = bytes(rng.choice(b"ABCXYZ234567") for _ in range(rng.randint(1, 40)))
    return extra + payload if rng.random() < 0.2 else payload + extra


def version_changed(rng: random.Random, w: World) -> bytes:
    payload = _good(rng, w)
    other = rng.choice([v for v in ("01", "02", "03", "04", "05", "00", "4 ") if v.encode() != payload[2:4]])
    return payload[:2] + other.encode() + payload[4:]


def version_rewritten(rng: random.Random, w: World) -> bytes:
    """Another version, and the header made to fit it; the signature is the old one."""
    signed, signature = _split(genuine(rng, rng.choice(w.good), version="04"))
    version = rng.choice(["03", "02"])
    return b"DC" + version.encode() + signed[4 : twodoc.HEADER_LENGTH[version]] + signed[26:] + signature


def separators(rng: random.Random, w: World) -> bytes:
    """A separator put in, taken out, or exchanged for another."""
    payload = _good(rng, w)
    signed, signature = _split(payload)
    marks = [n for n, sign in enumerate(signed) if sign in (GS + RS + US).encode()]
    way = rng.randrange(3) if marks else 0
    if way == 0:
        at = rng.randrange(4, len(signed))
        return signed[:at] + rng.choice([GS, RS, US]).encode() + signed[at:] + signature
    at = rng.choice(marks)
    if way == 1:
        return signed[:at] + signed[at + 1 :] + signature
    other = rng.choice([m for m in (GS + RS + US).encode() if m != signed[at]])
    return signed[:at] + bytes([other]) + signed[at + 1 :] + signature


def from_another(rng: random.Random, w: World) -> bytes:
    """The signature of another document of the same issuer."""
    issuer, version = rng.choice(w.good), rng.choice(["02", "03", "04"])
    one, two = (genuine(rng, issuer, version=version) for _ in range(2))
    while _split(one)[0] == _split(two)[0]:
        two = genuine(rng, issuer, version=version)
    return _split(one)[0] + _split(two)[1]


def annexe_taken_in(rng: random.Random, w: World) -> bytes:
    """A field that nobody signed, put before the mark, or put after it with the mark moved."""
    signed, signature = _split(genuine(rng, rng.choice(w.good), version="04"))
    extra = rng.choice([f"62MARTIN{GS}", f"ED{rng.choice(['B', 'C', 'D'])}{GS}", f"25PARIS{GS}"]).encode()
    if rng.random() < 0.5:
        return signed[:-1] + extra + US.encode() + signature
    return signed + GS.encode() + extra + US.encode() + signature


def other_key(rng: random.Random, w: World) -> bytes:
    return genuine(rng, w.impostor)


def key_of_another(rng: random.Random, w: World) -> bytes:
    """Signed by a good issuer, in the name of another."""
    one, two = rng.sample(w.good, 2)
    return genuine(rng, replace(one, authority=two.authority, certificate=two.certificate))


def other_hash(rng: random.Random, w: World) -> bytes:
    """The right key with a hash that its curve does not go with."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    issuer = rng.choice(w.good)
    signed, _ = _split(genuine(rng, issuer, version=rng.choice(["02", "03", "04"])))
    right, size = twodoc.CURVES[issuer.key.curve.name]
    wrong = rng.choice(
        [h for h in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()) if h.name != right.name]
    )
    r, s = utils.decode_dss_signature(issuer.key.sign(signed[:-1], ec.ECDSA(wrong)))
    return signed + made.base32(r.to_bytes(size, "big") + s.to_bytes(size, "big"))


def unknown_authority(rng: random.Random, w: World) -> bytes:
    return genuine(rng, w.outside)


def rogue_authority(rng: random.Random, w: World) -> bytes:
    return genuine(rng, w.rogue)


def unknown_certificate(rng: random.Random, w: World) -> bytes:
    issuer = rng.choice(w.good)
    return genuine(rng, replace(issuer, certificate=rng.choice(["ZZ99", "AB04", "0001"])))


def revoked(rng: random.Random, w: World) -> bytes:
    """Before or after the day of the revocation."""
    return genuine(rng, w.revoked, signed_on=made.SINCE + DAY * rng.randint(0, 1000))


def before_its_time(rng: random.Random, w: World) -> bytes:
    return _good(rng, w, signed_on=made.SINCE - DAY * rng.randint(1, 3000))


def after_its_time(rng: random.Random, w: World) -> bytes:
    return genuine(rng, w.over, signed_on=dt.date(2025, 6, 2) + DAY * rng.randint(0, 500))


def in_the_future(rng: random.Random, w: World) -> bytes:
    return _good(rng, w, signed_on=TODAY + DAY * rng.randint(2, 3000))


def issuer_of_tests(rng: random.Random, w: World) -> bytes:
    return genuine(rng, w.test if rng.random() < 0.5 else replace(rng.choice(w.good), certificate="0000"))


def forbidden_field(rng: random.Random, w: World) -> bytes:
    """Rightly signed, and not what such a document may hold: a field too many, or one too few, or an unknown one."""
    message = made.cepc(rng)
    way = rng.choice(["forbidden", "twice", "unknown", "missing"])
    if way == "missing":
        message = re.sub("EA[TP]EC", "EC", message)
    else:
        message += {"forbidden": "2475002", "twice": "6901012001", "unknown": "QQ75002"}[way]
    return rng.choice(w.good).seal(message, kind="AD")


FAMILIES: tuple[Spoil, ...] = (
    field_edited, word_put_in, header_edited, signature_edited, spare_bits, signature_dressed, der, nothing_signed, cut,
    longer, version_changed, version_rewritten, separators, from_another, annexe_taken_in, other_key, key_of_another,
    other_hash, unknown_authority, rogue_authority, unknown_certificate, revoked, before_its_time, after_its_time,
    in_the_future, issuer_of_tests, forbidden_field,
)  # fmt: skip


def believed(payload: bytes, trust: Trust) -> tuple[bool, tuple[str, ...]]:
    """What the product says of a payload. Anything but a verdict or `NotOne` is a fault of ours, and goes up."""
    try:
        verdict = twodoc.verify(twodoc.read(payload), trust, TODAY)
    except twodoc.NotOne:
        return False, ("not_one",)
    return verdict.valid, verdict.reasons


@contextmanager
def blinded(what: str) -> Any:
    """A verifier that lacks one thing."""
    if what == "signatures":
        patch = mock.patch.object(twodoc, "_against", return_value="")
    elif what == "dates":
        asked = Trust._signer
        patch = mock.patch.object(Trust, "_signer", lambda *about: replace(asked(*about), timeless=True))
    else:
        patch = mock.patch.object(twodoc_trust, "_revokes", return_value=False)
    with patch:
        yield


def blind_spots(rng: random.Random, w: World, families: Sequence[Spoil]) -> dict[str, int]:
    """How many spoilt codes each blinded verifier believes: none may be zero."""
    found = {}
    for what in ("signatures", "dates", "revocations"):
        with blinded(what):
            w.trust._known.clear()
            found[what] = sum(believed(spoil(rng, w), w.trust)[0] for spoil in families for _ in range(20))
        w.trust._known.clear()
    return found


def body(report: Report) -> str:
    """Spoils and judges until there are enough."""
    report.seed = int(os.environ.get("SEED") or SEED)
    rng, w = random.Random(report.seed), world()
    wanted = LONG if long_form() else SHORT
    told: dict[str, Counter[str]] = {spoil.__name__: Counter() for spoil in FAMILIES}
    wrong: list[dict[str, str]] = []
    good = refused_good = cases = 0
    while cases < wanted or (not long_form() and report.seconds < SHORT_S and cases < LONG):
        for spoil in FAMILIES:
            payload = spoil(rng, w)
            valid, reasons = believed(payload, w.trust)
            told[spoil.__name__][reasons[0] if reasons else "believed"] += 1
            cases += 1
            if valid:
                wrong.append({"family": spoil.__name__, "payload_hex": payload.hex()})
        for issuer in (*w.good, w.over):
            day = dt.date(2025, 3, 1) if issuer is w.over else None
            right = believed(genuine(rng, issuer, signed_on=day), w.trust)
            good += 1
            refused_good += not right[0]
    json_lines(
        report.folder / "families.jsonl", [{"family": name, **counts} for name, counts in told.items()]
    )
    json_lines(report.folder / "wrong.jsonl", wrong)
    blind = blind_spots(rng, w, FAMILIES)
    report.cases = cases
    report.figures |= {"families": len(FAMILIES), "believed": len(wrong), "genuine": good,
                       "genuine_refused": refused_good, "blind": blind}  # fmt: skip
    report.expect(not wrong, f"{len(wrong)} spoilt codes believed: {sorted({w['family'] for w in wrong})}")
    report.expect(not refused_good, f"{refused_good} of {good} genuine codes refused")
    for what, count in blind.items():
        report.expect(count, f"a verifier without {what} believes nothing more: this drill measures nothing")
    return f"{len(wrong)} of {cases} spoilt codes believed, {refused_good} of {good} genuine ones refused"


if __name__ == "__main__":
    sys.exit(publish("proof-twodoc", body, SEED))
