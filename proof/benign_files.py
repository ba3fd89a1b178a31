"""Files as people have them, given to the intake: they are taken, and stand upright.

    make proof-benign-files              one shape in seven and no very large picture, within 50 seconds
    LONG=1 make proof-benign-files       more than 300 shapes (assurance R7): 99 % at least are taken and upright

Each goes through the antivirus and the cage, as on the road. Of each page: it has the shape of our JPEG, its four quarters
have their colours (their greys, or their lightness where colours are gone), and the number of pages is right. Names of
people go through the form of a real server. Turned, mirrored, negative and empty pages are planted first, and each must
be found. Raw material: out/proof-benign-files/files.jsonl.

Not seen here: the pictures of real telephones, of which we have none; what is drawn here has their sizes and their ways.
"""

from __future__ import annotations

import io
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PIL import Image, ImageOps

from bench.client import Citizen, Letterbox, NoAnswer, answers_of
from bench.installation import installed
from bench.report import Report, json_lines, long_form, percentile, publish
from permis.adapters.antivirus import Unknown
from permis.adapters.antivirus.embedded import EmbeddedAntivirus
from permis.vision import cage, files
from proof import benign_made
from proof.benign_made import QUARTERS, Benign

SEED = 7
AIM = 0.99
NEAR = 48  # of 255: what a colour may lose to grain, to a printer's inks, to a small JPEG


def wrong_with(file: Benign, kept: list[bytes]) -> list[str]:
    """Why these pages are not this file, upright; empty when they are."""
    if len(kept) != file.pages:
        return [f"{len(kept)} pages of {file.pages}"]
    wrong = []
    for number, page in enumerate(kept, 1):
        if not cage.is_ours(page):
            wrong.append(f"page {number} has not the shape of ours")
        elif not _is_upright(file, page):
            wrong.append(f"page {number} is not upright, or not of its colours")
    return wrong


def _is_upright(file: Benign, page: bytes) -> bool:
    with Image.open(io.BytesIO(page)) as image:
        width, height = image.size
        seen = image.convert("RGB")
    quarters = [(x, y) for y in (0, 1) for x in (0, 1)]
    colours = []
    for x, y in quarters:
        # The mean of a band below the words of the quarter, away from its edges.
        box = (width * (2 * x + 1) // 4 - width // 10, height * (12 * y + 10) // 24, width * (2 * x + 1) // 4 + width // 10,
               height * (12 * y + 11) // 24)  # fmt: skip
        colours.append(seen.crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)))
    greys = [round(0.299 * r + 0.587 * g + 0.114 * b) for r, g, b in QUARTERS]
    if file.two_tones:  # black and white: the pale quarter is the lightest
        return max(range(4), key=lambda n: sum(colours[n])) == 3 and sum(colours[3]) > 600
    if file.greys:
        return all(abs(sum(colour) / 3 - grey) <= NEAR for colour, grey in zip(colours, greys, strict=True))
    return all(
        abs(a - b) <= NEAR
        for colour, wanted in zip(colours, QUARTERS, strict=True)
        for a, b in zip(colour, wanted, strict=True)
    )


def plant() -> dict[str, bool]:
    """Pages that are not as they must be, and whether each is found."""
    file = Benign("planted", "", b"")
    good = benign_made.scene((800, 600))

    def kept(image: Image.Image, **options: object) -> list[bytes]:
        return [benign_made.jpeg(image, **options)]

    faults = {name: kept(turned(good)) for name, turned in (
        ("on its side", benign_made.TURNED[6]), ("on its head", benign_made.TURNED[3]), ("mirrored", benign_made.TURNED[2]),
        ("flipped", benign_made.TURNED[4]), ("negative", ImageOps.invert), ("grey", ImageOps.grayscale),
    )}  # fmt: skip
    faults |= {"black": kept(Image.new("RGB", (800, 600))), "no page": [], "two pages": kept(good) * 2}
    faults["with a comment"] = kept(good, comment=b"x")
    found = {name: bool(wrong_with(file, pages)) for name, pages in faults.items()}
    return found | {"a good one is not blamed": not wrong_with(file, kept(good))}


def tried(file: Benign, antivirus: EmbeddedAntivirus) -> dict[str, Any]:
    """Gives one file as the road does: antivirus, then cage."""
    costs: list[cage.Cost] = []
    wrong, started = [], time.monotonic()
    try:
        verdict = antivirus.look([file.data])
        if not verdict.clean:
            wrong.append(f"the antivirus: {verdict.signature}")
    except Unknown as unknown:
        wrong.append(f"the antivirus does not know: {unknown}")
    looked = time.monotonic() - started
    try:
        pages = cage.read(file.data, told=costs.append)
    except files.Refused as refusal:
        wrong.append(f"refused: {refusal.sentence}")
    else:
        wrong += wrong_with(file, [page.jpeg for page in pages])
    cost = costs[-1] if costs else cage.Cost(0, 0, 0)
    return {
        "shape": file.shape, "variant": file.variant, "bytes": len(file.data), "pages": file.pages, "wrong": wrong,
        "peak_mb": round(cost.peak / 2**20, 1), "cpu_s": round(cost.cpu_s, 2), "antivirus_s": round(looked, 2),
    }  # fmt: skip


def decoded(rows: list[dict[str, Any]]) -> None:
    """Every file, two at a time."""
    antivirus, gate = EmbeddedAntivirus(), threading.BoundedSemaphore(4)

    def one(file: Benign) -> None:
        try:
            rows.append(tried(file, antivirus))
        finally:
            gate.release()

    with ThreadPoolExecutor(2) as threads:
        waiting = []
        for file in benign_made.files(SEED, whole=long_form()):
            gate.acquire()
            waiting.append(threads.submit(one, file))
        for done in waiting:
            done.result()


def named(report: Report, rows: list[dict[str, Any]]) -> None:
    """The names that people give, through the form of a real server, which must say them again."""
    with (
        installed(report.folder / "serve.log", web_workers=1) as here,
        Citizen(here.url, Letterbox(here.data), "benign@drill.example", patience=60) as person,
    ):
        person.sign_up()
        reference = person.begin()
        person.fill_steps(reference, answers_of("Moreau", "Léa Jeanne"))
        base = f"/demandes/{reference}/documents/"
        slot = person.slots(reference)[0]
        for file in list(benign_made.named(random.Random(SEED)))[:: 1 if long_form() else 4]:
            wrong = []
            page = person.get(base)
            try:
                page = person.send(page.form(action=f"{base}{slot}/"), file=(file.name, file.data))
                if page.status != 200:
                    wrong.append(f"answer {page.status}")
            except NoAnswer as error:
                wrong.append(f"answer {error}")
            rows.append({"shape": "names, through the form", "variant": file.name, "wrong": wrong})


def body(report: Report) -> str:
    """Plants, decodes, serves."""
    planted = plant()
    report.expect(
        all(planted.values()), f"planted and not found: {[n for n, ok in planted.items() if not ok]}"
    )
    rows: list[dict[str, Any]] = []
    decoded(rows)
    over: list[dict[str, Any]] = []
    named(report, over)
    json_lines(report.folder / "files.jsonl", [*rows, *over])
    shapes = Counter(row["shape"] for row in rows)
    good = sum(not row["wrong"] for row in rows)
    share = good / len(rows)
    report.seed, report.cases = SEED, len(rows) + len(over)
    report.expect(share >= AIM, f"{good} of {len(rows)} taken and upright")
    report.expect(not long_form() or len(rows) >= 300, f"{len(rows)} shapes")
    for row in over:
        report.expect(not row["wrong"], f"{row['variant']}: {row['wrong']}")
    for row in rows:
        if row["wrong"]:
            print(f"  {row['shape']}, {row['variant']}: {'; '.join(row['wrong'])}")
    report.figures = {
        "planted": f"{sum(planted.values())} of {len(planted)} found",
        "shapes": dict(shapes),
        "taken_and_upright": good,
        "of": len(rows),
        "share_percent": round(100 * share, 2),
        "not_taken": [f"{r['shape']}, {r['variant']}: {r['wrong'][0]}" for r in rows if r["wrong"]],
        "names_through_the_form": len(over),
        "cpu_s_half": percentile([r["cpu_s"] for r in rows], 0.5),
        "cpu_s_99": percentile([r["cpu_s"] for r in rows], 0.99),
        "highest_memory_mb": max(r["peak_mb"] for r in rows),
        "antivirus_s_99": percentile([r["antivirus_s"] for r in rows], 0.99),
    }
    return f"{good} of {len(rows)} files taken and upright ({100 * share:.1f} %), {len(over)} names through the form"


if __name__ == "__main__":
    sys.exit(publish("proof-benign-files", body, seed=SEED))
