"""`permis 2ddoc FILE|-`: reads the 2D-Doc of a document and says whether its signature can be believed. No Django."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permis.cli import NO, YES, Fault

if TYPE_CHECKING:
    from permis.standards.twodoc import Seal, Verdict

NO_FILE = "Ce fichier ne peut pas être lu : donnez le chemin d’une image ou d’un PDF, ou - pour le contenu d’un 2D-Doc."
NO_CODE = (
    "Aucun 2D-Doc n’a été trouvé : prenez une photo plus nette et de plus près, ou donnez le PDF d’origine."
)
NO_FOLDER = "Le dossier des certificats ne peut pas être lu : donnez avec --trust un dossier qui existe."


def arguments(parser: argparse.ArgumentParser) -> None:
    """One file, or `-` for the bytes of the code; whom to believe."""
    parser.add_argument(
        "file", metavar="FILE|-", help="a picture or a PDF; - for the raw payload on standard input"
    )
    parser.add_argument(
        "--trust", metavar="DIR", help="folder of certificates, lists and revocations ($PERMIS_DATA/2ddoc)"
    )
    parser.add_argument(
        "--test-issuers",
        action="store_true",
        help="believe issuers that the specification reserves for tests",
    )


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when the signature is believed, 1 when it is not, 2 when there is no 2D-Doc. Several: the first believed."""
    from permis import clock  # noqa: PLC0415  other commands need none of these
    from permis.standards import twodoc  # noqa: PLC0415
    from permis.standards.twodoc_trust import Trust  # noqa: PLC0415

    try:
        trust = Trust.of(_folder(args.trust))
    except OSError:
        raise Fault(NO_FOLDER) from None
    today, why = clock.day_in_paris(), NO_CODE
    judged = []
    for payload in _payloads(args.file):
        try:
            seal = twodoc.read(payload)
        except twodoc.NotOne as not_one:
            if args.file == "-" or payload.startswith(b"DC0"):  # otherwise another code that the page bears
                why = str(not_one)
            continue
        judged.append((seal, twodoc.verify(seal, trust, today, test_issuers=args.test_issuers)))
    if not judged:
        raise Fault(why)
    seal, verdict = next((one for one in judged if one[1].valid), judged[0])
    return (YES if verdict.valid else NO), _answer(seal, verdict)


def _answer(seal: Seal, verdict: Verdict) -> dict[str, Any]:
    from permis.standards.twodoc import REASONS  # noqa: PLC0415

    header = seal.header
    return {
        "valid": verdict.valid,
        "version": header.version,
        "type": header.kind,
        "issuer": header.authority,
        "certificate": header.certificate,
        "issued_on": header.issued_on,
        "signed_on": header.signed_on,
        "fields": seal.fields,
        "reasons": [{"code": code, "message": REASONS[code]} for code in verdict.reasons],
    }


def _folder(asked: str | None) -> Path | None:
    """Where the certificates are: as asked, or those of this installation if it has any."""
    if asked is not None:
        return Path(asked)
    ours = Path(os.environ.get("PERMIS_DATA") or Path(__file__).resolve().parents[2] / "data") / "2ddoc"
    return ours if ours.is_dir() else None


def _payloads(name: str) -> list[bytes]:
    """The bytes of the codes in a file, or what came on standard input."""
    from permis.standards import twodoc  # noqa: PLC0415
    from permis.vision import files  # noqa: PLC0415

    try:
        if name == "-":
            raw = sys.stdin.buffer.read(twodoc.MOST + 1) if sys.stdin else b""
            return (
                [raw] if raw[2:4] == b"01" else [raw.rstrip(b"\r\n")]
            )  # version 01 may end with such a byte
        if not Path(name).is_file():  # a pipe without a writer would be waited for
            raise OSError(name)
        with Path(name).open("rb") as file:
            data = file.read(files.LIMIT + 1)
    except (OSError, ValueError):  # no such file, a folder, a name with a null byte
        raise Fault(NO_FILE) from None
    from permis.vision import cage  # noqa: PLC0415

    try:
        made = cage.read(data, "2ddoc")
    except files.Refused as refused:
        raise Fault(refused.sentence) from None
    return [bytes.fromhex(code) for page in made for code in page.said["codes"]]
