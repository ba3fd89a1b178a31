"""How well photos of faces and pictures of signatures are judged, against faults of known kind and size.

    make bench-photo          about a minute
    LONG=1 make bench-photo   the published figures: a larger set

The faces are drawn here (bench/people.py): nobody's, six skins, with and without beard, glasses, hair and wrinkles. A set
has no fault: it should be called conform; none may be refused, and at most one in five may go to a person. In the other
set each has one fault, and the reason given must be that one. Figures are printed by group, for a judge that is good for
some people only is no good judge. Drawings are not a population: what real faces are still owed stands in
docs/not-done.md.

The pictures of ../shared/vectors/photo, which we did not make, are told apart, and so are changes made to the portrait
that is in conformity there. Raw material: out/bench-photo/cases.jsonl.
"""

from __future__ import annotations

import json
import random
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image

from bench import people
from bench.people import HAIR, SKINS, Person
from bench.report import ROOT, Report, json_lines, long_form, percentile, publish
from permis.vision import likeness, portrait, signature, signed_paper

SEED = 20261201  # thresholds were looked at on 20261123
SHARED = ROOT.parent / "shared" / "vectors" / "photo"
GROUNDS = [(205, 210, 216), (186, 205, 228), (214, 214, 212), (196, 208, 214)]
Array = np.ndarray[Any, Any]


def somebody(rng: random.Random) -> Person:
    """A person without any fault, lit as at home."""
    look = rng.choice(("plain", "beard", "glasses", "older", "bald"))
    return Person(
        skin=rng.choice(list(SKINS)),
        hair="grey" if look == "older" else rng.choice(list(HAIR)),
        hair_height=rng.uniform(0.01, 0.07),
        bald=look == "bald",
        beard=look == "beard",
        glasses=look == "glasses",
        wrinkles=look == "older",
        wide=rng.uniform(0.92, 1.06),
        head=rng.uniform(0.72, 0.78),
        centre=(rng.uniform(0.48, 0.52), rng.uniform(0.50, 0.54)),
        roll=rng.uniform(-3, 3),
        ground=rng.choice(GROUNDS),
        light=rng.uniform(0.92, 1.06),
        side=rng.uniform(0, 0.10),
        noise=rng.uniform(0.5, 4),
        size=rng.choice(((413, 531), (700, 900), (980, 1260))),
    )


def groups(person: Person) -> list[str]:
    """What a figure is told by."""
    looks = [name for name in ("beard", "glasses", "wrinkles", "bald") if getattr(person, name)] or ["plain"]
    return [f"skin {person.skin}", *looks]


# ── Faults ──────────────────────────────────────────────────────────────────────────────────────────────────
def _tint(picture: Array, factors: tuple[float, float, float]) -> Array:
    return np.clip(picture * np.array(factors), 0, 255).astype(np.uint8)


def _bar(picture: Array, top: float, low: float, colour: tuple[int, int, int]) -> Array:
    out = picture.copy()
    height, width = out.shape[:2]
    out[int(top * height) : int(low * height), int(0.16 * width) : int(0.84 * width)] = colour
    return out


def _tiles(picture: Array) -> Array:
    """A ground of tiles of many colours behind the head."""
    height, width = picture.shape[:2]
    make = np.random.default_rng(5)
    tiles = make.integers(60, 230, (12, 9, 3)).astype(np.uint8)
    ground = cv2.resize(tiles, (width, height), interpolation=cv2.INTER_NEAREST)
    y, x = np.mgrid[0:height, 0:width]
    head = np.hypot((x / width - 0.5) / 0.46, (y / height - 0.5) / 0.47) < 1
    head |= (y > 0.82 * height) & (np.abs(x / width - 0.5) < 0.4)
    return np.where(head[:, :, None], picture, ground)


def _two(picture: Array) -> Array:
    half = cv2.resize(picture, (picture.shape[1] // 2, picture.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return np.hstack([half, half[:, ::-1]])


def _saved(picture: Array) -> bytes:
    return people.jpeg(picture)


# name → (the person with it, what is done to the picture, the codes that are right, quality of JPEG)
Fault = tuple[Callable[[Person], Person], Callable[[Array], Array], set[str], int]
FAULTS: dict[str, Fault] = {
    "rolled": (lambda p: replace(p, roll=13.0), lambda i: i, {"tilted"}, 90),
    "far": (lambda p: replace(p, head=0.45, size=(980, 1260)), lambda i: i, {"far"}, 90),
    "near": (lambda p: replace(p, head=0.97), lambda i: i, {"near", "too_high", "too_low"}, 90),
    "off centre": (lambda p: replace(p, centre=(0.66, 0.52)), lambda i: i, {"off_centre", "cut"}, 90),
    "too low": (lambda p: replace(p, centre=(0.5, 0.75), head=0.73), lambda i: i, {"too_low", "cut"}, 90),
    "grey": (lambda p: p, lambda i: np.repeat(cv2.cvtColor(i, cv2.COLOR_RGB2GRAY)[:, :, None], 3, 2), {"grey"}, 90),
    "dark": (lambda p: replace(p, light=0.16), lambda i: i, {"dark", "ground_dark"}, 90),
    "bright": (lambda p: replace(p, skin="II", light=2.1), lambda i: i, {"bright", "ground_white"}, 90),
    "cast": (lambda p: p, lambda i: _tint(i, (1.1, 0.75, 0.32)), {"cast", "ground_colour"}, 90),
    "blurred": (lambda p: p, lambda i: cv2.GaussianBlur(i, (0, 0), 0.012 * i.shape[0]), {"blurred"}, 90),
    "small": (lambda p: p, lambda i: cv2.resize(i, (105, 135), interpolation=cv2.INTER_AREA), {"small"}, 90),
    "compressed": (lambda p: replace(p, size=(700, 900)), lambda i: i, {"compressed"}, 4),
    "eyes hidden": (lambda p: replace(p, roll=0, glasses=False), lambda i: _bar(i, 0.43, 0.58, (25, 25, 28)), {"eyes_hidden"}, 90),
    "mouth hidden": (lambda p: replace(p, roll=0), lambda i: _bar(i, 0.63, 0.93, (140, 180, 215)), {"covered", "cut"}, 90),
    "teeth": (lambda p: replace(p, mouth=0.7, teeth=True, beard=False), lambda i: i, {"teeth", "mouth_open"}, 90),
    "mouth open": (lambda p: replace(p, mouth=1.1, beard=False), lambda i: i, {"mouth_open"}, 90),
    "eyes closed": (lambda p: replace(p, eyes=0.0, glasses=False), lambda i: i, {"eyes_closed"}, 90),
    "dark ground": (lambda p: replace(p, ground=(70, 74, 80)), lambda i: i, {"ground_dark"}, 90),
    "red ground": (lambda p: replace(p, ground=(215, 70, 60)), lambda i: i, {"ground_colour", "ground_dark"}, 90),
    "white ground": (lambda p: replace(p, ground=(255, 255, 255), light=1.0, side=0.0), lambda i: i, {"ground_white"}, 90),
    "patterned ground": (lambda p: p, _tiles, {"ground_uneven", "ground_colour", "ground_dark", "ground_hidden"}, 90),
    "two faces": (lambda p: p, _two, {"several_faces"}, 90),
    "on its side": (lambda p: p, lambda i: np.ascontiguousarray(np.rot90(i)), {"turned"}, 90),
    "upside down": (lambda p: p, lambda i: np.ascontiguousarray(np.rot90(i, 2)), {"turned"}, 90),
    "wrong shape": (lambda p: replace(p, head=0.6), lambda i: i[: i.shape[1]], {"frame", "cut", "near", "far", "too_low"}, 90),
    "no face": (lambda p: p, lambda i: np.ascontiguousarray(i[: i.shape[0] // 9]), {"no_face"}, 90),
}  # fmt: skip
# What a machine may only doubt: these may go to a person, and must not be called conform.
DOUBTED = {"near", "eyes closed", "patterned ground", "white ground", "mouth open", "teeth"}


def judged(data: bytes) -> dict[str, Any]:
    """What is said of a photo."""
    before = _cpu()
    said = likeness.pages(data)[0].said["portrait"]
    verdict, reasons = portrait.judge(said)
    return {
        "verdict": verdict,
        "sure": [r.code for r in reasons if r.sure],
        "doubt": [r.code for r in reasons if not r.sure],
        "measures": said,
        "cpu_s": round(_cpu() - before, 3),
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def looked_at(count: int, each: int) -> Iterator[dict[str, Any]]:
    """The drawn sets: people without a fault, and each fault on several people."""
    rng = random.Random(SEED)
    for n in range(count):
        person = somebody(rng)
        data = people.jpeg(people.drawn(person, n), rng.randint(70, 95))
        yield {"set": "conform", "groups": groups(person), "right": [], **judged(data)}
    for name, (change, done, right, quality) in FAULTS.items():
        for n in range(each):
            person = change(somebody(rng))
            data = people.jpeg(done(people.drawn(person, n)), quality)
            yield {"set": name, "groups": groups(person), "right": sorted(right), **judged(data)}


def figures_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is published of the drawn sets."""
    good = [row for row in rows if row["set"] == "conform"]
    bad = [row for row in rows if row["set"] != "conform"]
    by_group: dict[str, Counter[str]] = defaultdict(Counter)
    for row in good:
        for group in row["groups"]:
            by_group[group][row["verdict"]] += 1
    given = [(row, code) for row in rows for code in row["sure"]]
    return {
        "conforming": dict(Counter(row["verdict"] for row in good)),
        "conforming_by_group": {name: dict(by_group[name]) for name in sorted(by_group)},
        "doubts_on_conforming": dict(Counter(code for row in good for code in row["doubt"] + row["sure"])),
        "faults": {
            name: dict(Counter(row["verdict"] for row in bad if row["set"] == name))
            for name in FAULTS
            if any(r["set"] == name for r in bad)
        },
        "reasons_given": len(given),
        "reasons_false": dict(
            Counter(f"{row['set']}: {code}" for row, code in given if code not in row["right"])
        ),
    }


def wrong_in(figures: dict[str, Any]) -> list[str]:
    """What these figures do not reach, a sentence each."""
    out = []
    good, total = figures["conforming"], sum(figures["conforming"].values())
    if good.get("not_conform"):
        out.append(f"{good['not_conform']} of {total} photos without a fault are refused")
    if good.get("to_check", 0) > 0.2 * total:
        out.append(f"{good['to_check']} of {total} photos without a fault go to a person")
    for name, verdicts in figures["faults"].items():
        if verdicts.get("conform"):
            out.append(f"{verdicts['conform']} photos with the fault '{name}' are called conform")
        if name not in DOUBTED and verdicts.get("to_check", 0) > 0.2 * sum(verdicts.values()):
            out.append(f"{verdicts['to_check']} photos with the fault '{name}' only go to a person")
    false = sum(figures["reasons_false"].values())
    if false > 0.05 * max(1, figures["reasons_given"]):
        out.append(f"{false} of {figures['reasons_given']} reasons given are false")
    return out


# ── Pictures that we did not make ───────────────────────────────────────────────────────────────────────────
def shared() -> list[dict[str, Any]]:
    """What is said of the shared pictures, beside their labels."""
    rows = []
    for label in json.loads((SHARED / "expected.json").read_text("utf-8")):
        path = SHARED / label["file"]
        if path.is_file():
            wanted = "conform" if label["expected"]["compliant_35x45"] else "not_conform"
            rows.append({"file": path.name, "wanted": wanted, **judged(path.read_bytes())})
    return rows


def changed() -> Iterator[dict[str, Any]]:
    """Small changes to the shared portrait that is in conformity: none of them is a fault."""
    with Image.open(SHARED / "01_compliant_idphoto.jpg") as opened:
        own = np.asarray(opened.convert("RGB"))
    ways: dict[str, Callable[[Array], Array]] = {
        "a little darker": lambda i: _tint(i, (0.85, 0.85, 0.85)),
        "a little lighter": lambda i: _tint(i, (1.04, 1.04, 1.04)),
        "warm light": lambda i: _tint(i, (1.03, 1.0, 0.93)),
        "cold light": lambda i: _tint(i, (0.95, 0.99, 1.03)),
        "grain": lambda i: np.clip(i + np.random.default_rng(1).normal(0, 4, i.shape), 0, 255).astype(np.uint8),
        "300 dpi": lambda i: cv2.resize(i, (413, 531), interpolation=cv2.INTER_AREA),
        "600 dpi": lambda i: cv2.resize(i, (826, 1062), interpolation=cv2.INTER_CUBIC),
        "mirrored": lambda i: np.ascontiguousarray(i[:, ::-1]),
        "a little softer": lambda i: cv2.GaussianBlur(i, (0, 0), 0.9),
        "light from the side": lambda i: np.clip(i * np.linspace(1.0, 0.9, i.shape[1])[None, :, None], 0, 255).astype(np.uint8),
    }  # fmt: skip
    for name, way in ways.items():
        yield {"change": name, **judged(people.jpeg(way(own), 88))}


# ── Signatures ──────────────────────────────────────────────────────────────────────────────────────────────
def signed(rng: random.Random, **how: Any) -> Array:
    """A sheet photographed with a signature on it; see `SHEETS`."""
    about = {"scale": 0.55, "ink": (28, 32, 60), "paper": 232, "pen": 5, "at": (0.5, 0.5), "shade": 0.3, "table": False,
             "words": 0, "swings": 1.0} | how  # fmt: skip
    width, height = 1400, 1000
    sheet = np.full((height, width, 3), float(about["paper"]))
    loops, turns = rng.randint(5, 9), [rng.uniform(0, 6.28) for _ in range(4)]
    along = np.linspace(-0.5, 0.5, loops * 10)
    up = sum(
        rng.uniform(0.03, 0.12) * np.sin((k + 1) * loops / 2 * 6.28 * along + turns[k]) for k in range(3)
    )
    across = along + 0.03 * np.sin(loops * 12 * along + turns[3])
    points = np.stack(
        [
            about["at"][0] * width + across * about["scale"] * width,
            about["at"][1] * height + about["swings"] * up * about["scale"] * width,
        ],
        axis=1,
    )
    if about["pen"]:
        cv2.polylines(
            sheet, [np.round(points * 16).astype(np.int32)], False, about["ink"], about["pen"], cv2.LINE_AA, 4
        )
    for n in range(about["words"]):
        text = " ".join(
            rng.choice(("fait", "servir", "valoir", "Rennes", "novembre", "facture")) for _ in range(7)
        )
        cv2.putText(
            sheet,
            text,
            (60, round(height * (0.06 + 0.05 * n))),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.9,
            (40, 40, 40),
            2,
        )
    if about["table"]:
        wood = np.zeros_like(sheet)
        wood[:] = (96, 72, 50)
        corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
        there = np.float32([[width * 0.08, height * 0.1], [width * 0.93, height * 0.06], [width * 0.95, height * 0.92], [width * 0.05, height * 0.95]])  # fmt: skip
        to = cv2.getPerspectiveTransform(corners, there)
        cover = cv2.warpPerspective(np.ones((height, width)), to, (width, height))[:, :, None]
        sheet = cv2.warpPerspective(sheet, to, (width, height)) * cover + wood * (1 - cover)
    sheet *= 1 - about["shade"] * np.linspace(0, 1, width)[None, :, None]
    sheet = cv2.GaussianBlur(sheet, (0, 0), 1.2)
    sheet += np.random.default_rng(rng.randrange(2**32)).normal(0, 3, (height, width, 1))
    return np.clip(sheet, 0, 255).astype(np.uint8)


# name → (how, the codes that are right; none: it is a signature that will do)
SHEETS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "black pen": ({}, set()),
    "blue pen": ({"ink": (40, 70, 170)}, set()),
    "felt pen": ({"pen": 14}, set()),
    "on a table": ({"table": True}, set()),
    "poor light": ({"paper": 170, "shade": 0.4, "ink": (20, 22, 30)}, set()),
    "large": ({"scale": 0.85}, set()),
    "empty": ({"pen": 0}, {"empty"}),
    "cut": ({"at": (0.87, 0.5)}, {"cut"}),
    "too small": ({"scale": 0.05, "pen": 2}, {"too_small", "empty"}),
    "one line": ({"swings": 0.0, "scale": 0.3}, {"a_line", "empty"}),
    "a page of text": ({"words": 18, "pen": 0}, {"other"}),
}


def signatures(each: int) -> list[dict[str, Any]]:
    """What is said of drawn sheets, and of faces given for signatures."""
    rng = random.Random(SEED + 1)
    rows = []
    cases = [(name, signed(rng, **how), right) for name, (how, right) in SHEETS.items() for _ in range(each)]
    cases += [("a face", people.drawn(somebody(rng), n), {"other", "cut"}) for n in range(each)]
    for name, picture, right in cases:
        measures = signed_paper.found(picture)[0]
        verdict, reasons = signature.judge(measures)
        rows.append(
            {"set": name, "right": sorted(right), "verdict": verdict, "codes": [r.code for r in reasons],
             "measures": measures}
        )  # fmt: skip
    return rows


def _large() -> bytes:
    """A JPEG of 12 megapixels."""
    out = BytesIO()
    picture = cv2.resize(people.drawn(Person()), (3060, 3934), interpolation=cv2.INTER_CUBIC)
    Image.fromarray(picture).save(out, "JPEG", quality=90)
    return out.getvalue()


def body(report: Report) -> str:
    """Draws, judges, compares."""
    portrait.prepare()
    rows = list(looked_at(240, 20) if long_form() else looked_at(60, 5))
    json_lines(report.folder / "cases.jsonl", rows)
    figures = figures_of(rows)
    for sentence in wrong_in(figures):
        report.expect(False, sentence)
    blind = figures_of([{**row, "verdict": "conform", "sure": [], "doubt": []} for row in rows])
    report.expect(wrong_in(blind), "an eye that finds everything fine passes: this bench measures nothing")
    harsh = figures_of([{**row, "verdict": "not_conform", "sure": ["blurred"]} for row in rows])
    report.expect(wrong_in(harsh), "an eye that refuses everything passes: this bench measures nothing")

    sheets = signatures(12 if long_form() else 3)
    json_lines(report.folder / "signatures.jsonl", sheets)
    wrong = [
        r
        for r in sheets
        if (r["verdict"] == "conform") == bool(r["right"]) or not set(r["codes"]) <= set(r["right"])
    ]
    report.expect(
        len(wrong) <= 0.05 * len(sheets),
        f"{len(wrong)} of {len(sheets)} signatures judged wrong: {sorted({r['set'] for r in wrong})}",
    )
    large = _large()
    took = sorted(judged(large)["cpu_s"] for _ in range(5))
    report.expect(took[2] <= 0.3, f"{took[2]} s of processor for a JPEG of 12 megapixels")
    report.seed, report.cases = SEED, len(rows) + len(sheets)
    report.figures |= {
        **figures,
        "signatures": {
            "right": len(sheets) - len(wrong),
            "of": len(sheets),
            "wrong": dict(Counter(r["set"] for r in wrong)),
        },
        "cpu_s_12_megapixels": took[2],
        "cpu_s_p95": percentile([row["cpu_s"] for row in rows], 0.95),
        "not_ours": "absent",
    }
    line = ""
    if (SHARED / "expected.json").is_file():
        told, small = shared(), list(changed())
        json_lines(report.folder / "shared.jsonl", [*told, *small])
        right = sum(row["verdict"] == row["wanted"] for row in told)
        report.figures["not_ours"] = {
            "as_labelled": right,
            "of": len(told),
            "refused_though_conform": [
                r["file"] for r in told if r["wanted"] == "conform" and r["verdict"] == "not_conform"
            ],
            "taken_though_not": [
                r["file"] for r in told if r["wanted"] != "conform" and r["verdict"] == "conform"
            ],
            "changed_01": {row["change"]: [row["verdict"], *row["sure"], *row["doubt"]] for row in small},
        }
        report.expect(
            not report.figures["not_ours"]["refused_though_conform"],
            "a shared photo in conformity is refused",
        )
        report.expect(
            not report.figures["not_ours"]["taken_though_not"], "a shared photo that is not is called conform"
        )
        line = f", {right} of {len(told)} shared ones as labelled"
    print(json.dumps(report.figures, ensure_ascii=False, indent=1))
    false = sum(figures["reasons_false"].values())
    return (
        f"{figures['conforming']} of those without a fault, {false} of {figures['reasons_given']} reasons false{line}, "
        f"{took[2]:.2f} s for 12 megapixels"
    )


if __name__ == "__main__":
    sys.exit(publish("bench-photo", body, SEED))
