"""How many 2D-Doc are read from scans of A4 pages, and how long a page takes.

    make bench-twodoc          60 pages in less than a minute
    LONG=1 make bench-twodoc   1,000 pages: the published figures

The pages are drawn here: a letter or a bill with text, boxes and often the QR code or the second DataMatrix that bills
bear, and a 2D-Doc signed by an issuer of our own (proof/twodoc_made.py) in versions 01 to 04, with modules of 0.4 to
0.6 mm. Each is scanned at 200 dots an inch, turned by up to 10 degrees, blurred by up to one pixel, with noise, and
kept as JPEG of quality 60. Right is: this very code, byte by byte, and its signature believed. Every tenth page is
upside down or on its side. Harder ones (blur of 1.5 and 2 pixels, 150 dots an inch) are told apart and decide nothing.

The official pictures, which this project did not make, are told apart where they lie beside it. Raw material:
out/bench-twodoc/pages.jsonl.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from bench.report import ROOT, Report, json_lines, long_form, percentile, publish
from permis.standards import twodoc
from permis.vision import cage, datamatrix
from proof import twodoc_made as made

SEED = 20261123
FONT = ROOT / "permis" / "design" / "fonts" / "NotoSans-Regular.ttf"
VECTORS = ROOT.parent / "shared" / "vectors" / "2ddoc"
DPI, QUALITY = 200, 60
READ, SECONDS = 0.98, 0.5  # what is promised: share of the pages, for one page
WORDS = ["facture", "abonnement", "relevé", "montant", "euros", "période", "client", "contrat", "certificat"]
Array = np.ndarray[Any, Any]


def symbol(
    payload: bytes, mm: float, per_mm: float, kind: Any = zxingcpp.BarcodeFormat.DataMatrix
) -> Image.Image:
    """The code as it is printed, with its white rim."""
    square = {"force_square": True} if kind == zxingcpp.BarcodeFormat.DataMatrix else {}
    content: Any = payload.decode() if payload.isascii() else payload
    drawn = np.array(zxingcpp.create_barcode(content, kind, **square).to_image(scale=1, add_quiet_zones=True))
    side = round(len(drawn) * mm * per_mm)
    large = np.kron(drawn, np.ones((12, 12), np.uint8)).astype(np.uint8)
    return Image.fromarray(large).resize((side, side), Image.Resampling.BOX)


def page(rng: random.Random, payload: bytes, mm: float, dpi: int) -> Image.Image:
    """An A4 page at twice the resolution of the scan, with the code in one of the places where issuers put it."""
    per_mm = 2 * dpi / 25.4
    image = Image.new("L", (round(210 * per_mm), round(297 * per_mm)), rng.randint(244, 255))
    draw = ImageDraw.Draw(image)
    y = 70.0
    while y < 250:
        font = ImageFont.truetype(str(FONT), rng.uniform(2.4, 4.2) * per_mm)
        text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 12)))
        draw.text((18 * per_mm, y * per_mm), text, font=font, fill=rng.randint(10, 60))
        y += rng.uniform(5, 9)
    for _ in range(rng.randint(0, 4)):
        x, top = rng.uniform(15, 120), rng.uniform(80, 230)
        box = (
            x * per_mm,
            top * per_mm,
            (x + rng.uniform(20, 70)) * per_mm,
            (top + rng.uniform(5, 30)) * per_mm,
        )
        draw.rectangle(box, outline=rng.randint(0, 120), width=rng.randint(1, 6))
    places = [(20, 18), (135, 18), (20, 255), (135, 255)]
    rng.shuffle(places)
    if rng.random() < 0.5:
        other = rng.choice([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix])
        beside = symbol(b"https://exemple.fr/facture/%09d" % rng.randrange(10**9), 0.5, per_mm, other)
        image.paste(beside, tuple(round(v * per_mm) for v in places[1]))
    image.paste(symbol(payload, mm, per_mm), tuple(round(v * per_mm) for v in places[0]))
    return image


def scan(rng: random.Random, sheet: Image.Image, *, blur: float, turn: float, quarters: int) -> bytes:
    """The page as a scanner keeps it: turned on a white ground, blurred, with noise, as JPEG."""
    wide, high = sheet.size
    way = cv2.getRotationMatrix2D((wide / 2, high / 2), turn, 1)
    cos, sin = abs(way[0, 0]), abs(way[0, 1])
    room = math.ceil(high * sin + wide * cos), math.ceil(high * cos + wide * sin)
    way[:, 2] += (room[0] - wide) / 2, (room[1] - high) / 2
    turned = cv2.warpAffine(np.asarray(sheet), way, room, borderValue=255)
    small = cv2.resize(turned, (room[0] // 2, room[1] // 2), interpolation=cv2.INTER_AREA)
    pixels = np.rot90(small, quarters).astype(np.float32)
    if blur > 0.05:
        pixels = cv2.GaussianBlur(pixels, (0, 0), blur)
    pixels = (pixels - 255) * rng.uniform(0.75, 1.0) + rng.uniform(235, 255)
    pixels += np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(0, 5), pixels.shape)
    out = BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def row_of(
    rng: random.Random, issuers: list[Any], trust: Any, *, dpi: int = DPI, blur: float | None = None
) -> dict[str, Any]:
    """One page, drawn, scanned and read."""
    issuer, version = rng.choice(issuers), rng.choices(["04", "03", "02", "01"], [6, 2, 2, 1])[0]
    if version == "01" and issuer.key.curve.name != "secp256r1":
        version = "04"
    ours = version == "04" and rng.random() < 0.5
    message = made.cepc(rng) if ours else made.bill(rng, rng.randint(0, 6))
    payload = issuer.seal(message, kind="AD" if ours else "01", version=version)
    mm = rng.uniform(0.4, 0.6)
    sigma, turn = rng.uniform(0, 1) if blur is None else blur, rng.uniform(-10, 10)
    quarters = rng.randint(1, 3) if rng.random() < 0.1 else 0
    file = scan(rng, page(rng, payload, mm, dpi), blur=sigma, turn=turn, quarters=quarters)
    began = time.perf_counter()
    found = [bytes.fromhex(code) for one in datamatrix.pages(file) for code in one.said["codes"]]
    took = time.perf_counter() - began
    right = payload in found and twodoc.verify(twodoc.read(payload), trust, made.TODAY).valid
    wrong = [one for one in found if one != payload and one.startswith(b"DC")]
    return {"read": right, "other_bytes": len(wrong), "seconds": round(took, 4), "bytes": len(payload), "mm": round(mm, 2),
            "blur": round(sigma, 2), "turn": round(turn, 1), "quarters": quarters, "version": version, "dpi": dpi}  # fmt: skip


def official() -> dict[str, Any]:
    """What is read of the official pictures; empty where they are not."""
    if not VECTORS.is_dir():
        return {}
    specimens = json.loads((VECTORS / "vectors.json").read_text("utf-8"))
    read, seconds = 0, []
    for one in specimens:
        data = Path(VECTORS / (one["image"] or one["image_generated"])).read_bytes()
        began = time.perf_counter()
        found = [code for shown in datamatrix.pages(data) for code in shown.said["codes"]]
        seconds.append(time.perf_counter() - began)
        read += one["payload_hex"] in found
    return {"pictures": len(specimens), "read": read, "worst_s": round(max(seconds), 3)}


def body(report: Report) -> str:
    """Draws, reads, counts."""
    datamatrix.prepare()
    rng = random.Random(SEED)
    authority = made.Authority("FR42")
    issuers = [authority.issuer("AB01"), authority.issuer("AB01"), authority.issuer("AB02", made.P384)]
    trust = made.trusting(authority.x509, *(one.x509 for one in issuers))
    count = 1000 if long_form() else 60
    rows = [row_of(rng, issuers, trust) for _ in range(count)]
    hard = {
        "150 dpi": [row_of(rng, issuers, trust, dpi=150) for _ in range(count // 10)],
        "blur 1.5": [row_of(rng, issuers, trust, blur=1.5) for _ in range(count // 10)],
        "blur 2": [row_of(rng, issuers, trust, blur=2.0) for _ in range(count // 10)],
    }
    blank = scan(rng, page(rng, b"NOTHING", 0.5, DPI), blur=0.5, turn=1, quarters=0)
    began = time.perf_counter()
    cage.read(blank, "2ddoc")  # with the start of the cage
    first = time.perf_counter() - began
    began = time.perf_counter()
    cage.read(blank, "2ddoc")
    caged = time.perf_counter() - began
    json_lines(report.folder / "pages.jsonl", [*rows, *(row for some in hard.values() for row in some)])
    read, seconds = sum(row["read"] for row in rows) / count, [row["seconds"] for row in rows]
    report.seed, report.cases = SEED, count
    report.figures |= {
        "read": round(read, 4),
        "other_bytes": sum(row["other_bytes"] for row in rows),
        "page_p50_s": percentile(seconds, 0.5),
        "page_p95_s": percentile(seconds, 0.95),
        "page_worst_s": max(seconds),
        "caged_without_code_s": round(caged, 3),
        "caged_first_s": round(first, 3),
        "harder": {name: f"{sum(row['read'] for row in some)} of {len(some)}" for name, some in hard.items()},
        "official": official(),
    }
    told = report.figures["official"]
    report.expect(read >= READ, f"{read:.1%} of the pages read, {READ:.0%} promised")
    report.expect(not report.figures["other_bytes"], "a code was read that stands on no page")
    report.expect(percentile(seconds, 0.95) <= SECONDS, f"a page takes {percentile(seconds, 0.95)} s at p95")
    report.expect(not told or told["read"] == told["pictures"], f"official pictures: {told}")
    apart = f"{told['read']} of {told['pictures']} official pictures" if told else "no official pictures here"
    return f"{read:.1%} of {count} pages read, {percentile(seconds, 0.5)} s a page at the median; {apart}"


if __name__ == "__main__":
    sys.exit(publish("bench-twodoc", body, SEED))
