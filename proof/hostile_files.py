"""Files that attack, sent to the intake: each is refused with a sentence, or what is kept of it is ours alone.

    make proof-hostile-files             a few of each family, within 50 seconds
    LONG=1 make proof-hostile-files      more than 1,000 files of 30 families (assurance R6)

First part, every file: the antivirus looks, and whatever it says the cage decodes. Nothing but `Refused`, with a
sentence that exists; at most 512 MB and 10 s of processor; what is kept has the shape of our JPEG (no segment where
anything could be told) and none of the bytes that were hidden. Second part, a real server: names that attack, a sample
of each family through the plain form, uploads that never end: no answer of 500, and what is served is ours. Faults are
planted first, and each must be found. Raw material: out/proof-hostile-files/files.jsonl and served.jsonl.

Not seen here: an attack on a decoder that nobody knows yet. What it would find is in tests/vision/test_cage.py.
"""

from __future__ import annotations

import html
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.client import Citizen, Letterbox, NoAnswer, answers_of
from bench.installation import HOST, Installation, installed
from bench.report import Report, json_lines, long_form, publish
from permis.adapters.antivirus import Unknown
from permis.adapters.antivirus.embedded import EmbeddedAntivirus
from permis.vision import cage, files, warm
from proof import hostile_made
from proof.hostile_made import Hostile

SEED = 7
MEMORY, CPU_S = 512 << 20, 10.0
FEW = 2  # of each family, in the short form
NAMES = "names that attack"  # through the form alone: the file itself is good
ENDLESS = "uploads that never end"  # made below, on the wire
SAMPLE = 4  # of each family, through the form, in the long form
LINES = 8  # at once that trickle: a web process has 16 threads, and more is the business of the proxy (docs/operate.md)
SEEN = re.compile(r'"(/demandes/[^"]+/documents/voir/[^"]+)"')


@dataclass
class Outcome:
    """What became of one file."""

    sentence: str = ""  # that refused it; empty: it was taken
    raised: str = ""  # anything else that came out
    kept: list[bytes] = field(default_factory=list)
    cost: cage.Cost | None = None
    antivirus: str = ""  # clean, the name of what was found, or unknown

    @property
    def word(self) -> str:
        """In one word."""
        return "raised" if self.raised else "refused" if self.sentence else "neutralised"


def wrong_with(file: Hostile, found: Outcome) -> list[str]:
    """Why this is not as it must be; empty when it is."""
    wrong = []
    if found.raised:
        wrong.append(f"raised {found.raised}")
    if found.sentence and found.sentence not in files.SENTENCES:
        wrong.append(f"an unknown sentence: {found.sentence[:60]}")
    if not found.sentence and not found.kept and not found.raised:
        wrong.append("neither refused nor kept")
    if found.cost and found.cost.peak > MEMORY:
        wrong.append(f"{found.cost.peak >> 20} MB of memory")
    if found.cost and found.cost.cpu_s > CPU_S:
        wrong.append(f"{found.cost.cpu_s:.1f} s of processor")
    for kept in found.kept:
        if not cage.is_ours(kept):
            wrong.append("kept bytes that have not the shape of ours")
        wrong += [f"kept {hidden[:12]!r}" for hidden in file.hidden if hidden in kept]
        if kept in file.data:
            wrong.append("kept the file itself")
    return wrong


def tried(file: Hostile, antivirus: EmbeddedAntivirus) -> Outcome:
    """Gives one file to the antivirus, then to the cage whatever was said."""
    found = Outcome()
    costs: list[cage.Cost] = []
    try:
        if file.data:
            verdict = antivirus.look([file.data])
            found.antivirus = "clean" if verdict.clean else verdict.signature
    except Unknown as unknown:
        found.antivirus = f"unknown: {unknown}"
    try:
        pages = cage.read(file.data, told=costs.append)
    except files.Busy as busy:
        found.raised = type(busy).__name__  # the file is not to blame: the drill is
    except files.Refused as refusal:
        found.sentence = refusal.sentence
    except Exception as error:  # noqa: BLE001  what it is there to find
        found.raised = f"{type(error).__name__}: {error}"[:200]
    else:
        found.kept = [part for page in pages for part in (page.jpeg, page.thumb)]
    found.cost = costs[-1] if costs else None
    return found


def plant() -> dict[str, bool]:
    """Faults of each sort, and whether each is found."""
    file = next(hostile_made.files(SEED))
    good = cage.read(hostile_made.benign("JPEG"))[0].jpeg
    comment = b"\xff\xfe\x00\x1b" + hostile_made.CANARY
    faults = {
        "an exception": Outcome(raised="ZeroDivisionError"),
        "a sentence of nobody": Outcome(sentence="Erreur 500"),
        "nothing": Outcome(),
        "too much memory": Outcome(kept=[good], cost=cage.Cost(MEMORY + 1, 0, 0)),
        "too much time": Outcome(kept=[good], cost=cage.Cost(0, CPU_S + 0.1, 0)),
        "a comment kept": Outcome(kept=[good[:2] + comment + good[2:]]),
        "a tail kept": Outcome(kept=[good + b"\0"]),
        "the file itself": Outcome(kept=[file.data]),
    }
    return {name: bool(wrong_with(file, fault)) for name, fault in faults.items()} | {
        "a good one is not blamed": not wrong_with(file, Outcome(kept=[good]))
    }


def decoded(report: Report, rows: list[dict[str, Any]]) -> None:
    """The first part: every file, two at a time."""
    antivirus = EmbeddedAntivirus()
    gate = threading.BoundedSemaphore(4)  # files are made one by one, and not all held

    def one(file: Hostile) -> None:
        try:
            start = time.monotonic()
            found = tried(file, antivirus)
            wrong = wrong_with(file, found)
            rows.append({
                "family": file.family, "variant": file.variant[:80], "bytes": len(file.data), "outcome": found.word,
                "sentence": found.sentence, "antivirus": found.antivirus, "pages": len(found.kept) // 2,
                "peak_mb": round(found.cost.peak / 2**20, 1) if found.cost else 0,
                "cpu_s": round(found.cost.cpu_s, 2) if found.cost else 0,
                "ended_by": found.cost.ended if found.cost else 0,
                "seconds": round(time.monotonic() - start, 2), "wrong": wrong,
            })  # fmt: skip
        finally:
            gate.release()

    with ThreadPoolExecutor(2) as threads:
        waiting: list[Future[None]] = []
        for file in hostile_made.files(SEED, few=0 if long_form() else FEW):
            if file.family != NAMES:
                gate.acquire()
                waiting.append(threads.submit(one, file))
        for done in waiting:
            done.result()
    for row in rows:
        for sentence in row["wrong"]:
            report.expect(False, f"{row['family']}, {row['variant']}: {sentence}")


def sample() -> Iterator[Hostile]:
    """What goes through the form."""
    counts: Counter[str] = Counter()
    for file in hostile_made.files(SEED, few=0 if long_form() else 1):
        counts[file.family] += 1
        if file.family in {NAMES, "wrong lengths"} or counts[file.family] <= SAMPLE:
            yield file


def given(here: Installation, rows: list[dict[str, Any]], report: Report) -> None:
    """The second part: a person gives them on the page of the documents of a real server."""
    with Citizen(here.url, Letterbox(here.data), "hostile@drill.example", patience=90) as person:
        person.sign_up()
        reference = person.begin()
        person.fill_steps(reference, answers_of("Moreau", "Léa Jeanne"))
        slot = person.slots(reference)[0]
        base = f"/demandes/{reference}/documents/"
        for file in sample():
            name = file.variant if file.family == NAMES else "photo.jpg"
            page = person.get(base)
            start = time.monotonic()
            try:
                page = person.send(page.form(action=f"{base}{slot}/"), file=(name, file.data))
            except NoAnswer as error:
                rows.append({"family": file.family, "variant": file.variant[:80], "status": error.status,
                             "wrong": [f"answer {error}"]})  # fmt: skip
                continue
            # No system of files has a name of more than 255 characters: such a request may be refused without a word.
            known = {200, 413, 422, 503} | ({400} if len(name) > 255 else set())
            wrong = [] if page.status in known else [f"answer {page.status}"]
            if page.status == 503:
                wrong.append("not kept: the storage was there")
            never = (file.hidden[0], b"<script>alert", b"<img src=x")
            wrong += [
                f"the page shows {what[:20]!r} as it came" for what in never if what in page.text.encode()
            ]
            wrong += served(person, page.text, file)
            rows.append({"family": file.family, "variant": file.variant[:80], "status": page.status,
                         "seconds": round(time.monotonic() - start, 2), "wrong": wrong})  # fmt: skip
        rows.extend(endless(here, person, f"{base}{slot}/"))
    for row in rows:
        for sentence in row["wrong"]:
            report.expect(False, f"served: {row['family']}, {row['variant']}: {sentence}")


def served(person: Citizen, text: str, file: Hostile) -> list[str]:
    """What is wrong with the pictures that the page leads to."""
    wrong = []
    for address in dict.fromkeys(SEEN.findall(text)):
        answer = person._http.get(html.unescape(address))
        if answer.headers.get("content-type", "").startswith("text/html"):
            continue  # a page that shows it
        body = answer.content
        if answer.status_code >= 500:
            wrong.append(f"answer {answer.status_code} at a picture")
        elif answer.status_code == 200:
            if not cage.is_ours(body):
                wrong.append("served bytes that have not the shape of ours")
            if answer.headers.get("x-content-type-options") != "nosniff":
                wrong.append("served without nosniff")
            if any(hidden in body for hidden in file.hidden) or body in file.data:
                wrong.append("served bytes of the original")
    return wrong


def endless(here: Installation, person: Citizen, path: str) -> list[dict[str, Any]]:
    """Uploads that never end or lie about their length, on the bare wire: the service answers others meanwhile."""
    cookie = "; ".join(f"{name}={value}" for name, value in person._http.cookies.items())
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}:{here.port}\r\nCookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + files.JPEG
    kinds = {
        "chunks without end": (head + "Transfer-Encoding: chunked\r\n\r\n", True),
        "a length of 10 GB": (head + "Content-Length: 10000000000\r\n\r\n", True),
        "a length below nothing": (head + "Content-Length: -1\r\n\r\n", True),
        "a length that never comes": (head + "Content-Length: 5000000\r\n\r\n", False),
        "a head that never ends": (head, False),
        "chunks of no length": (head + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n", False),
    }
    rows = []
    for name, (start, floods) in kinds.items():
        wrong: list[str] = []
        sent, status = 0, 0
        lines = [
            socket.create_connection((HOST, here.port), timeout=10) for _ in range(1 if floods else LINES)
        ]
        try:
            for line in lines:
                line.sendall(start.encode() + (b"" if floods else part[:10]))
            if floods:
                status, sent = _flooded(lines[0], part, chunked="chunks" in name)
            began = time.monotonic()
            if httpx.get(f"{here.url}/readyz", timeout=10).status_code != 200:
                wrong.append("nobody else is answered meanwhile")
            if time.monotonic() - began > 5:
                wrong.append("others wait")
        except httpx.TransportError as error:
            wrong.append(f"nobody else is answered meanwhile: {type(error).__name__}")
        finally:
            for line in lines:
                line.close()
        if status >= 500:
            wrong.append(f"answer {status}")
        rows.append(
            {"family": ENDLESS, "variant": name, "status": status, "sent_mb": sent >> 20, "wrong": wrong}
        )
    return rows


def _flooded(line: socket.socket, part: bytes, *, chunked: bool) -> tuple[int, int]:
    """Sends up to 200 MB, or until the server says or cuts something. The status, and the bytes that went."""
    block, sent = bytes(1 << 20), 0
    line.settimeout(5)
    try:
        for rank in range(200):
            body = part if rank == 0 else block
            line.sendall(b"%x\r\n%s\r\n" % (len(body), body) if chunked else body)
            sent += len(body)
    except OSError:
        pass  # it was cut, or nobody takes any more
    try:
        answer = line.recv(200)
    except OSError:
        return 0, sent
    return (int(answer.split()[1]) if answer.startswith(b"HTTP/") else 0), sent


def body(report: Report) -> str:
    """Plants, decodes, serves."""
    planted = plant()
    report.expect(
        all(planted.values()), f"planted and not found: {[n for n, ok in planted.items() if not ok]}"
    )
    rows: list[dict[str, Any]] = []
    decoded(report, rows)
    json_lines(report.folder / "files.jsonl", rows)
    over: list[dict[str, Any]] = []
    with installed(report.folder / "serve.log", web_workers=1) as here:
        given(here, over, report)
    json_lines(report.folder / "served.jsonl", over)
    names = sum(row["family"] == NAMES for row in over)
    families = {row["family"] for row in (*rows, *over)}
    words = Counter(row["outcome"] for row in rows)
    peak, cpu = max(row["peak_mb"] for row in rows), max(row["cpu_s"] for row in rows)
    report.seed, report.cases = SEED, len(rows) + names
    report.expect(len(families) == 30, f"{len(families)} families of 30")
    report.expect(not long_form() or report.cases >= 1000, f"{report.cases} files")
    tree = (report.folder / "serve.log").read_bytes()
    report.expect(hostile_made.CANARY not in tree, "the log holds the canary")
    report.figures = {
        "planted": f"{sum(planted.values())} of {len(planted)} found",
        "families": len(families),
        "decoded": len(rows),
        "refused": words["refused"],
        "neutralised": words["neutralised"],
        "by_family": {
            name: dict(Counter(row["outcome"] for row in rows if row["family"] == name))
            for name in sorted({row["family"] for row in rows})
        },
        "found_by_the_antivirus": sum(
            row["antivirus"] not in {"clean", ""} and "unknown" not in row["antivirus"] for row in rows
        ),
        "antivirus_unknown": sum("unknown" in row["antivirus"] for row in rows),
        "highest_memory_mb": peak,
        "longest_processor_s": cpu,
        "ended_by_a_limit": sum(row["ended_by"] != 0 for row in rows),
        "through_the_form": len(over),
        "names": names,
        "answers_of_500": sum((row.get("status") or 0) >= 500 for row in over),
        "kernel_filter": warm._rules(threads=False) is not None,
    }
    return (
        f"{report.cases} files of {len(families)} families: {words['refused']} refused, {words['neutralised']} neutralised, "
        f"at most {peak:.0f} MB and {cpu:.1f} s; {len(over)} through the form, {report.figures['answers_of_500']} answers of 500"
    )


if __name__ == "__main__":
    sys.exit(publish("proof-hostile-files", body, seed=SEED))
