"""Documents that arrive while everything fails: nothing acknowledged is lost, nothing unknown becomes safe, nothing lies bare.

    make proof-intake           one network, kills, every fault of antivirus and storage, within 50 seconds
    LONG=1 make proof-intake    more cuts and kills, faults that last, a lease that runs out
    SEED=7 make proof-intake    other documents and moments

The network is cut at every boundary of a chunk and inside it, for our own sender and for the public client tuspy;
web processes are killed in mid-chunk, the worker in mid-check, everything at once; the antivirus is absent, silent,
slow, garbled or full (and a real clamd is paused, where the machine has one); the storage is absent, full, or an S3
server that is killed. At the end marks of the documents are looked for in the data folder, the temporary folders
and the logs, and planted faults must be found. SQLite. Raw material: out/proof-intake/.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import socket
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.client import AGENTS, Agent, NoAnswer, Unexpected
from bench.installation import temporary_data
from bench.report import Report, long_form, publish
from bench.sending import OFFSET, Answer
from proof import crash_checks
from proof.intake_canary import Brood, Canary, Traces, temporary_folders
from proof.intake_faults import (
    CLOSED,
    DOWN,
    FULL,
    GARBLED,
    HOLE,
    OK,
    REAL,
    RESET,
    SILENT,
    SLOW,
    UNANSWERED,
    Engine,
    Network,
    Settled,
)
from proof.intake_people import Given, Ledger, Scene, wait_for

CHUNK = 1 << 17
NO_ROOM = "900T"  # of a disk that has less: it is full
READY_S = 60.0
FIRST = 6


# --- the network ------------------------------------------------------------------------------------------


def network(scene: Scene, brood: Brood) -> None:
    """Cuts every chunk of a file at its boundaries and inside, in turn; the file goes on each time and arrives once."""
    line = Network(scene.here.port)
    kept_inside = 0
    try:
        for canary in (brood.jpeg(), *([brood.pdf(), brood.jpeg()] if long_form() else [])):
            kept_inside += _cut_everywhere(scene, line, canary)
        _public_client(scene, line, brood.pdf())
        _form_cut(scene, brood.jpeg())
    finally:
        line.close()
    scene.report.figures["cuts"] = dict(line.cuts)
    scene.report.figures["cuts_inside_a_chunk_that_kept_bytes"] = kept_inside
    scene.report.cases += line.cuts.total()
    scene.report.expect(
        all(line.cuts[how] for how in (RESET, CLOSED, UNANSWERED, SILENT)),
        f"a cut did not happen: {dict(line.cuts)}",
    )
    scene.report.expect(kept_inside, "no byte of a chunk that was cut inside was kept")


def _cut_everywhere(scene: Scene, line: Network, canary: Canary) -> int:
    """One file, every chunk cut in four ways. Returns how many chunks kept something of what had come."""
    slot, kept = scene.paper, 0
    where, safe, answer = scene.announce(canary, slot, line.url), 0, None
    while safe < len(canary.data):
        end = min(safe + CHUNK, len(canary.data))
        faults = [(0.0, RESET), (0.5, CLOSED), (0.5, RESET), (1.0, UNANSWERED), (1.0, "")]
        if line.cuts[SILENT] < (8 if long_form() else 2):  # each keeps a thread of the service waiting
            faults.insert(1, (0.5, SILENT))
        for share, how in faults:
            chunk = canary.data[safe:end]
            if not chunk:
                break
            if how:
                line.cut_next(int(share * len(chunk)), how)
            answer = _try(scene, line, where, safe, chunk)
            said, after = scene_offset(scene, where), safe + len(chunk)
            scene.report.expect(safe <= said <= after, f"at {safe}, {how}: the file is said to be at {said}")
            if how and answer is not None:
                scene.report.expect(False, f"the line was not cut at {safe}, {how}: {answer.status}")
            if not how and answer is not None:
                scene.report.expect(
                    answer.status in {204, 409}, f"at {safe}: {answer.status} {answer.text[:80]}"
                )
            kept += how == CLOSED and safe < said < after
            safe = said
    with scene.sender() as sender:
        final = sender.head(where)
    given = scene.ledger.add(canary, slot, "tus, cut", where.rstrip("/").rpartition("/")[2])
    scene.report.expect(final.offset == len(canary.data), "a file that was cut did not arrive whole")
    scene.taken(given, "after every cut")
    return kept


def _form_cut(scene: Scene, canary: Canary) -> None:
    """The plain form, cut in the middle of its file: a piece of a document is not a document."""
    slot = scene.paper
    page = scene.citizen.get(scene.base)
    form = page.form(action=f"{scene.base}{slot}/")
    asked = scene.citizen._http.build_request(
        "POST", form.action, data=form.hidden, files={"file": (canary.name, canary.data, "image/jpeg")}
    )
    body = asked.read()
    headers = {name: value for name, value in asked.headers.items() if name.lower() != "connection"}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "cookie": scene.who.cookies}.items())
    count = "SELECT count(*) AS n FROM evidence_arrival"
    before, status = scene.sight.rows(count)[0]["n"], scene.sight.slot(slot)
    with socket.create_connection(("127.0.0.1", scene.here.port), timeout=30) as line:
        line.sendall(f"POST {form.action} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body[: len(body) // 2])
        time.sleep(0.1)
        line.shutdown(socket.SHUT_WR)
        said = line.recv(100).decode("latin-1").partition("\r\n")[0]
    after = scene.sight.rows(count)[0]["n"]
    scene.report.expect(after == before, f"half a form was taken for a document ({said})")
    scene.report.expect(scene.sight.slot(slot) == status, "half a form changed the slot")
    scene.report.figures["form_cut_answered"] = said


def _try(scene: Scene, line: Network, where: str, at: int, chunk: bytes) -> Answer | None:
    with scene.sender(line.url) as sender:
        try:
            return sender.patch(where, at, chunk)
        except NoAnswer:
            return None


def scene_offset(scene: Scene, where: str) -> int:
    """Where the file is once the server has done with what was cut: what it says twice."""
    before = -1
    for _ in range(200):
        with scene.sender() as sender:
            said = sender.head(where).offset
        if said == before:
            return said
        before = said
        time.sleep(0.03)
    raise Unexpected("a file goes on arriving by itself")


def _public_client(scene: Scene, line: Network, canary: Canary) -> None:
    """The same with tuspy, which knows nothing of us; every second request is cut."""
    from tusclient.client import TusClient

    slot = scene.paper
    client = TusClient(f"{line.url}{scene.base}{slot}/envois/", headers=dict(scene.who.headers))
    uploader = client.uploader(
        file_stream=io.BytesIO(canary.data),
        chunk_size=CHUNK,
        metadata={"filename": canary.name},
        retries=8,
        retry_delay=0,
    )
    uploader.set_url(uploader.create_url())
    turn = 0
    while uploader.offset < len(canary.data):
        turn += 1
        line.cut_next(CHUNK // 2, (CLOSED, RESET)[turn % 2])
        uploader.upload_chunk()
        scene.report.expect(not line.waiting, "tuspy: a cut did not happen")
    where = urlsplit(uploader.url).path
    given = scene.ledger.add(canary, slot, "tuspy", where.rstrip("/").rpartition("/")[2])
    scene.taken(given, "sent by tuspy")
    scene.report.figures["tuspy_chunks_cut"] = turn


# --- processes that die -----------------------------------------------------------------------------------


def kills(scene: Scene, brood: Brood, engine: Engine, rng: random.Random) -> None:
    """kill -9: web processes in mid-chunk, the worker in mid-check."""
    figures = scene.report.figures
    figures["killed_in_mid_chunk"] = figures["killed_in_mid_check"] = 0
    for _ in range(4 if long_form() else 1):
        _web_in_mid_chunk(scene, brood)
    for turn in range(8 if long_form() else 2):
        _worker_in_mid_check(scene, brood, engine, None if turn == 0 else rng.uniform(0.0, 0.5))
    scene.report.expect(figures["killed_in_mid_check"], "no check was under way when the worker died")
    if long_form():
        _web_in_mid_check(scene, brood, engine)


def _half_a_chunk(scene: Scene, where: str, offset: int, chunk: bytes) -> socket.socket:
    """A PATCH of which one half was sent; the server waits for the rest."""
    line = socket.create_connection(("127.0.0.1", scene.here.port), timeout=30)
    headers = {
        **scene.who.headers, "Host": f"127.0.0.1:{scene.here.port}", "Upload-Offset": str(offset),
        "Content-Type": OFFSET, "Content-Length": str(len(chunk)),
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.sendall(f"PATCH {where} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + chunk[: len(chunk) // 2])
    return line


def _web_in_mid_chunk(scene: Scene, brood: Brood) -> None:
    canary, slot = brood.jpeg(), scene.paper
    where = scene.announce(canary, slot)
    with scene.sender() as sender:
        first = sender.patch(where, 0, canary.data[:CHUNK])
    scene.report.expect(first.status == 204 and first.offset == CHUNK, f"the first chunk: {first.status}")
    with _half_a_chunk(scene, where, CHUNK, canary.data[CHUNK : 5 * CHUNK]):
        time.sleep(0.3)
        traces = Traces(brood, [canary.data])
        pids = [p.pid for p in scene.here.processes()]
        for found in traces.in_open_files(pids):
            scene.report.expect(False, f"in mid-chunk, a file without a name holds {found}")
        killed = scene.here.kill("web worker")
        scene.report.figures["killed_in_mid_chunk"] += killed
        scene.report.expect(killed, "there was no web process to kill")
    scene.here.wait_ready(READY_S)
    said = scene_offset(scene, where)
    scene.report.expect(
        CHUNK <= said <= 3 * CHUNK, f"{CHUNK} bytes were acknowledged, and the file is at {said}"
    )
    scene.taken(scene.go_on(canary, slot, where, 4 * CHUNK), "its web process was killed in mid-chunk")
    scene.report.cases += 1


def _worker_in_mid_check(scene: Scene, brood: Brood, engine: Engine, after: float | None) -> None:
    """`after`: seconds after the antivirus answered, for the decoder and the writing; None: while it is asked."""
    canary = brood.pdf() if after else brood.jpeg()
    engine.become(HOLE if after is None else OK)
    asked = engine.asked[OK]
    given = scene.send(canary, scene.paper)
    if after is None:
        scene.waits(lambda: engine.holding, "the worker asks the antivirus")
    else:
        scene.waits(lambda: engine.asked[OK] > asked, "the worker asks the antivirus")
        time.sleep(after)
    under_way = not scene.ended(given)
    killed = scene.here.kill("worker")
    engine.become(OK)
    scene.report.expect(killed == 1, f"{killed} workers were killed")
    scene.report.figures["killed_in_mid_check"] += under_way
    scene.taken(given, "its worker was killed in mid-check")
    if under_way:
        attempts = scene.sight.arrival(given.arrival)["attempts"]
        scene.report.expect(attempts >= 2, f"it was said to be under way, and was tried {attempts} times")
    scene.report.cases += 1


def _web_in_mid_check(scene: Scene, brood: Brood, engine: Engine) -> None:
    """The plain form is checked by the web process itself: killed there, the worker takes it up when its lease ends."""
    canary = brood.jpeg()
    engine.become(HOLE)
    status: list[int] = []
    thread = threading.Thread(target=lambda: status.append(scene.give(canary, scene.paper)))
    thread.start()
    scene.waits(lambda: engine.holding, "the web process asks the antivirus")
    scene.here.kill("web worker")
    thread.join()
    engine.become(OK)
    scene.here.wait_ready(READY_S)
    # Nothing was answered; what had been sealed is checked all the same.
    scene.report.expect(status == [0], f"a killed process answered {status}")
    given = scene.ledger.add(canary, scene.paper, "form, killed", scene.sight.last_arrival(scene.paper))
    scene.taken(given, "its web process was killed in mid-check", 150)
    scene.report.cases += 1


def everything_and_a_full_disk(scene: Scene, brood: Brood, engine: Engine) -> None:
    """All dies with a check and a file under way, and starts again on a full disk; then on one with room."""
    report, slot = scene.report, scene.paper
    engine.become(HOLE)
    checked = scene.send(brood.jpeg(), slot)
    scene.waits(lambda: engine.holding, "a check is under way")
    half = brood.pdf()
    where = scene.announce(half, slot)
    with scene.sender() as sender:
        safe = sender.patch(where, 0, half.data[:CHUNK]).offset
    left = scene.here.kill_all()
    report.expect(not left, f"{left} processes outlived the supervisor")
    engine.become(OK)
    scene.here.settings["PERMIS_ROOM"] = NO_ROOM
    scene.here.start()
    scene.here.wait_ready(READY_S)
    scene.taken(checked, "everything was killed in mid-check, and the disk is full")
    _refuses(scene, brood, where, safe, half, "the disk is full")
    report.expect(scene.here.kill_all() == 0, "a process outlived the supervisor")
    del scene.here.settings["PERMIS_ROOM"]
    scene.here.start()
    scene.here.wait_ready(READY_S)
    scene.taken(scene.go_on(half, slot, where), "there is room again")
    report.figures["killed_everything"] = 2
    report.cases += 2


def _refuses(scene: Scene, brood: Brood, where: str, safe: int, half: Canary, what: str) -> None:
    """Chunk and form are refused with a sentence and a moment, and nothing that was acknowledged is lost."""
    from permis.evidence.arrivals import STORAGE_DOWN

    with scene.sender() as sender:
        answer = sender.patch(where, safe, half.data[safe : safe + CHUNK])
    scene.report.expect(answer.status == 503, f"{what}: a chunk is answered {answer.status}")
    scene.report.expect(answer.headers.get("retry-after"), f"{what}: nobody says when to try again")
    with contextlib.suppress(ValueError):
        said = json.loads(answer.text or "null")
        scene.report.expect(said and said["detail"] == STORAGE_DOWN, f"{what}: the sentence is not there")
    with scene.sender() as sender:
        at = sender.head(where).offset
    scene.report.expect(at == safe, f"{what}: {safe} bytes were acknowledged, and the file is at {at}")
    canary = brood.jpeg((620, 877))
    page = scene.citizen.get(scene.base)
    form = page.form(action=f"{scene.base}{scene.paper}/")
    response = scene.citizen._http.post(
        form.action, data=form.hidden, files={"file": (canary.name, canary.data, "image/jpeg")}
    )
    scene.report.expect(response.status_code == 503, f"{what}: the form is answered {response.status_code}")
    scene.report.expect(
        response.headers.get("retry-after"), f"{what}: the form does not say when to try again"
    )
    scene.report.expect(
        "Nous ne pouvons pas garder votre fichier" in response.text, f"{what}: the form does not say so"
    )
    faults = scene.report.figures.setdefault("storage_refusals", {})
    faults[what] = {"chunk": answer.status, "form": response.status_code}


# --- the storage ------------------------------------------------------------------------------------------


def storage_away(scene: Scene, brood: Brood, engine: Engine) -> None:
    """The folder of the files is away (a disk that is not mounted), then there again; nothing is restarted."""
    slot, half = scene.paper, brood.jpeg()
    where = scene.announce(half, slot)
    with scene.sender() as sender:
        safe = sender.patch(where, 0, half.data[:CHUNK]).offset
    away = [("the disk is away", lambda path: path.symlink_to(path.with_name("nowhere")))]
    if long_form():
        away.append(("a file stands in the way", lambda path: path.write_bytes(b"")))
    for what, put in away:
        engine.become(HOLE)
        waiting = scene.send(brood.jpeg(), scene.paper)
        scene.waits(lambda: engine.holding, "a check is under way")
        folder = scene.here.data / "files"
        aside = folder.with_name("files.aside")
        folder.rename(aside)
        put(folder)
        engine.become(OK)
        try:
            _refuses(scene, brood, where, safe, half, what)
            scene.unknown_is_not_safe(waiting, what)
            asked = scene.sight.arrival(waiting.arrival)["attempts"]
            scene.waits(
                lambda n=asked, w=waiting: scene.sight.arrival(w.arrival)["attempts"] > n,  # type: ignore[misc]
                f"{what}: it is tried again",
            )
            scene.report.expect(not scene.ended(waiting), f"{what}: a file that cannot be read was checked")
        finally:
            folder.unlink()
            aside.rename(folder)
        scene.taken(waiting, f"{what}, and is there again")
        scene.report.cases += 1
    scene.taken(scene.go_on(half, slot, where), "the disk is there again")


def s3(report: Report, folder: Path, data: Path, brood: Brood, done: dict[str, Any]) -> None:
    """Another installation, whose files stand on a real S3 server that is killed and started again."""
    from tests.services import Unavailable
    from tests.services.s3 import running_s3

    try:
        with contextlib.ExitStack() as stack:
            try:
                server = stack.enter_context(running_s3())
            except Unavailable as missing:
                done["not_run"] = f"S3: {missing}"
                return
            engine = Engine()
            stack.callback(engine.close)
            settings = {"STORAGE_URL": server.url, "CLAMD_URL": engine.url}
            here = Settled(data, folder / "serve-s3.log", web_workers=1, settings=settings)
            stack.callback(here.stop)
            here.start()
            here.wait_ready(READY_S)
            ledger = Ledger(folder / "acknowledged-s3.jsonl")
            scene = Scene.open(report, here, ledger, "s3@drill.example", "Martin")
            _s3_dies(scene, server, brood, engine)
            report.cases += 1
            for path, found in Traces(brood, [c.data for c in brood.born]).under(server.home):
                report.expect(False, f"the S3 server holds {found} in {path.suffix}")
            code, said = crash_checks.verify(here)
            report.expect(code == 0, f"S3: verify exits {code}: {said['faults'][:3]} {said.get('error', '')}")
            _content(report, here, "S3")
            done["acknowledged"] = len(ledger.rows)
    except Exception as error:  # noqa: BLE001  the drill reports it
        report.expect(False, f"S3: {type(error).__name__}: {error}")
    finally:
        done["ended"] = True


def _s3_dies(scene: Scene, server: Any, brood: Brood, engine: Engine) -> None:
    slot, half = scene.paper, brood.pdf()
    scene.taken(scene.send(brood.jpeg(), slot), "on S3")
    where = scene.announce(half, slot)
    with scene.sender() as sender:
        safe = sender.patch(where, 0, half.data[:CHUNK]).offset
    engine.become(HOLE)
    waiting = scene.send(brood.jpeg(), slot)
    scene.waits(lambda: engine.holding, "a check is under way")
    server.stop()
    engine.become(OK)
    _refuses(scene, brood, where, safe, half, "S3 is down")
    scene.unknown_is_not_safe(waiting, "S3 is down")
    server.start()
    scene.taken(waiting, "S3 is there again")
    scene.taken(scene.go_on(half, slot, where), "S3 is there again")


# --- the antivirus ----------------------------------------------------------------------------------------


def antivirus(scene: Scene, brood: Brood, engine: Engine) -> None:
    """Every way in which it gives no answer, one after the other: the file stays, counts nowhere, and is checked once there is one."""
    done = scene.report.figures["antivirus_faults"] = {}
    waiting: list[tuple[str, Given]] = []
    for mode in (DOWN, GARBLED, FULL, HOLE, SLOW):
        if mode == SLOW:  # it does answer: what the others left waiting is answered first
            engine.become(OK)
            _answered(scene, waiting)
        engine.become(mode)
        before = engine.asked[mode]
        given = scene.send(brood.jpeg(), scene.paper)
        waiting.append((mode, given))
        if mode == DOWN:
            so: Callable[[], object] = lambda g=given: _failed(scene, g)  # noqa: E731
        elif mode in {HOLE, SLOW}:
            so = lambda: engine.holding  # noqa: E731
        else:
            so = lambda m=mode, n=before, g=given: engine.asked[m] > n and _failed(scene, g)  # noqa: E731
        done[mode] = scene.waits(so, f"the antivirus is asked while it is {mode}")
        for was, one in waiting:
            scene.unknown_is_not_safe(one, f"the antivirus is {mode}, and was {was}")
        scene.report.cases += 1
    _answered(scene, waiting)
    engine.become(OK)
    if long_form():
        engine.become(HOLE)
        canary = brood.jpeg()
        start = time.monotonic()
        status = scene.give(canary, scene.paper)
        scene.report.figures["form_while_the_antivirus_is_silent_s"] = round(time.monotonic() - start, 1)
        scene.report.expect(status == 200, f"the form, while the antivirus is silent: {status}")
        if status == 200:
            scene.unknown_is_not_safe(scene.ledger.rows[-1], "the form, while the antivirus is silent")
            engine.become(OK)
            scene.taken(scene.ledger.rows[-1], "the form, after the antivirus was silent", 60)
    engine.become(OK)


def _answered(scene: Scene, waiting: list[tuple[str, Given]]) -> None:
    """There is an answer now: all that waited is checked by itself."""
    for was, given in waiting:
        scene.waits(lambda g=given: scene.ended(g), f"the check ends: the antivirus was {was}", 60)  # type: ignore[misc]
    for was, given in waiting:
        scene.taken(given, f"the antivirus was {was}")
    waiting.clear()


def real_clamd(scene: Scene, brood: Brood, engine: Engine) -> None:
    """The real server, where there is one: it finds its test file, and is paused and killed."""
    from permis.adapters.antivirus import TEST_FILE
    from permis.evidence.intake import DANGEROUS
    from tests.services import Unavailable
    from tests.services.clamd import running_clamd

    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running_clamd())
        except Unavailable as missing:
            scene.report.figures.setdefault("not_run", []).append(f"clamd: {missing}")
            return
        engine.real_port = server.port
        engine.become(REAL)
        sick = brood.jpeg()
        sick.data += TEST_FILE  # after the end of the picture, where a viewer sees nothing
        before = len(scene.sight.uploads(scene.paper))
        given = scene.send(sick, scene.paper, refused=True)
        scene.waits(lambda: scene.ended(given), "clamd has looked")
        row = scene.sight.arrival(given.arrival)
        scene.report.expect(
            row["outcome"] == "refused", f"a virus: the file is {row['outcome'] or 'nowhere'}"
        )
        scene.report.expect(row["said"] == DANGEROUS, "a virus: the sentence is not kept")
        scene.report.expect(
            "Notre antivirus a reconnu" in scene.citizen.get(scene.base).text,
            "a virus: the page does not say so",
        )
        scene.report.expect(len(scene.sight.uploads(scene.paper)) == before, "a virus was kept")
        scene.taken(scene.send(brood.jpeg(), scene.paper), "clamd says it is clean")
        server.pause()
        given = scene.send(brood.pdf(), scene.paper)
        time.sleep(1.0)
        scene.unknown_is_not_safe(given, "clamd is paused")
        server.kill()
        scene.unknown_is_not_safe(given, "clamd is killed")
        server.start()
        scene.taken(given, "clamd is there again", 60)
        scene.report.figures["clamd_asked"] = engine.asked[REAL]
        engine.become(OK)
    scene.report.cases += 3


def sent_without_an_answer(scene: Scene, brood: Brood, engine: Engine) -> None:
    """The request is sent while a document is unknown: an agent sees that it is not there yet, then that it is."""
    report, last = scene.report, None
    for (piece, side), slot in scene.slots.items():
        if slot == scene.paper:
            continue
        status = scene.give(brood.jpeg((900, 1200) if piece == "PHOTO" else (1240, 1754)), slot)
        report.expect(status == 200, f"{piece} {side}: the form is answered {status}")
        page = scene.citizen.page  # a picture of words is no portrait: whoever gives it may insist
        for form in [form for form in page.forms if form.action.endswith("/garder/")]:
            scene.citizen.send(form)
    engine.become(DOWN)
    last = scene.send(brood.jpeg(), scene.paper)
    scene.waits(lambda: _failed(scene, last), "the antivirus was asked and is not there")
    scene.unknown_is_not_safe(last, "before it is sent")
    scene.citizen.submit(scene.reference)
    report.expect(
        scene.citizen.is_sent(scene.reference), "the request cannot be sent while the antivirus is down"
    )
    report.expect(scene.citizen.tracks(scene.reference).status == 200, "its tracking page does not answer")
    with Agent(scene.here.url, AGENTS[0], patience=45) as agent:
        agent.sign_in()
        page = agent.take_next() or agent.opens(scene.reference)
        report.expect(scene.reference in page.path, f"the agent stands at {page.path}")
        _unseen(scene, agent, last)
        engine.become(OK)
        scene.taken(last, "the request was sent before the antivirus answered", 60)
        upload = str(scene.sight.arrival(last.arrival)["upload_id"] or "")
        shown = f"/voir/{upload[:8]}" if upload else "nothing"
        page = agent.opens(scene.reference)
        report.expect(
            upload and shown in page.text, "the agent does not see the document that was found safe"
        )
    report.cases += 1


def _unseen(scene: Scene, agent: Agent, given: Given) -> None:
    """No page of an agent shows anything of this file, nor lets him accept it."""
    page = agent.opens(scene.reference)
    scene.report.expect(page.status == 200, f"the agent's page answers {page.status}")
    ready = {u["id"] for row in scene.sight.slots(scene.reference) for u in scene.sight.uploads(row["id"])}
    before = {u["id"] for u in scene.sight.uploads(given.slot)}
    scene.report.expect(ready >= before, "the rows cannot be read")
    for number in (0, 1):
        path = f"/agent/dossiers/{scene.reference}/voir/{given.arrival}/{number}/"
        status = agent.get(path).status
        scene.report.expect(status == 404, f"an agent's address of a file that is unknown answers {status}")
    judge = f"/agent/dossiers/{scene.reference}/documents/{given.slot}/"
    may = [f for f in page.forms if f.action == judge and f.hidden.get("verdict") == "accept"]
    scene.report.expect(not may, "the agent may accept a document that nobody has looked at")


def _failed(scene: Scene, given: Given) -> bool:
    return bool(scene.sight.arrival(given.arrival)["last_error"])


# --- afterwards -------------------------------------------------------------------------------------------


def _content(report: Report, here: Settled, what: str) -> None:
    """`permis storage check`: nothing is missing, nothing belongs to nobody."""
    done = here.command("storage", "check")
    said = done.stdout.strip() or done.stderr.strip()
    report.expect(done.returncode == 0, f"{what}: storage check exits {done.returncode}: {said[:300]}")


def _django(here: Settled) -> None:
    import django

    os.environ.update(here.environment())
    django.setup()


def compare(report: Report, ledger: Ledger, engine: Engine, brood: Brood) -> None:
    """Each acknowledged file is one document, the same as it was sent, that an engine found clean; no other is there."""
    from permis.evidence.keep import page_bytes
    from permis.evidence.models import Upload
    from permis.vision import cage

    kept: dict[str, list[Upload]] = {}
    for upload in Upload.objects.all():
        kept.setdefault(upload.read_name(), []).append(upload)
    documents = {canary.name: canary.data for canary in brood.born}
    lost, twice, other, compared = [], [], [], 0
    for n, row in enumerate(ledger.rows):
        there = kept.get(row.name, [])
        if row.refused:
            report.expect(not there, "a file with a virus was kept")
            continue
        if not there:
            lost.append(row.how)
        elif len(there) > 1:
            twice.append(row.how)
        elif long_form() or n < FIRST:  # those that were cut and killed come first; each costs a decoding
            compared += 1
            if page_bytes(there[0], 1) != cage.read(documents[row.name])[0].jpeg:
                other.append(row.how)
        if not engine.clean[row.sha256] and not engine.asked[REAL]:
            report.expect(False, f"nobody said that a file ({row.how}) is clean")
    report.figures["files"] = {
        "acknowledged": len(ledger.rows),
        "documents": sum(map(len, kept.values())),
        "lost": len(lost),
        "twice": len(twice),
        "compared_with_what_was_sent": compared,
        "not_as_sent": len(other),
        "by": dict(Counter(row.how for row in ledger.rows)),
    }
    report.expect(not lost, f"lost: {lost}")
    report.expect(not twice, f"checked to its end twice: {twice}")
    report.expect(not other, f"not the same as it was sent: {other}")


def unlooked(data: Path) -> list[str]:
    """Documents that count, were given as files, and on which no engine ever said anything."""
    from permis.evidence.models import Source, Upload

    found = []
    for upload in Upload.objects.filter(current=True, source=Source.FILE):
        results = {r["code"]: r["outcome"] for r in upload.read_checks().get("results", ())}
        if results.get("safe") != "ok":
            found.append(str(upload.pk))
    return found


def nothing_left(report: Report, data: Path) -> None:
    """What ended has no part any more, neither in the rows nor in the storage."""
    from permis.evidence.models import Arrival

    ended = list(Arrival.objects.filter(done=True))
    not_cleared = [row for row in ended if not row.cleared or row.parts]
    ids = {str(row.pk) for row in ended}
    files = [path for path in (data / "files").rglob("*") if path.is_file() and path.name[:36] in ids]
    waiting = Arrival.objects.filter(done=False).exclude(whole_at=None).count()
    report.expect(not not_cleared, f"{len(not_cleared)} arrivals ended and keep their parts")
    report.expect(not files, f"{len(files)} parts of files that ended are in the storage")
    report.expect(not waiting, f"{waiting} files still wait for their check")
    report.figures["arrivals"] = {"ended": len(ended), "parts_left": len(files), "waiting": waiting}


def bare(report: Report, here: Settled, traces: Traces, since: float) -> None:
    """Nothing clear of a document, wherever the product may write."""
    found = [("the data folder", p, what) for p, what in traces.under(here.data)]
    data = here.data.resolve()
    for folder in temporary_folders():
        found += [
            ("a temporary folder", p, what)
            for p, what in traces.under(folder, since)
            if not any(p.resolve().is_relative_to(known) for known in (data, report.folder.resolve()))
        ]
    for log in report.folder.glob("serve*.log"):
        found += [("the log", log, what)] if (what := traces.in_file(log)) else []
    for where, path, what in found[:10]:
        report.expect(False, f"{where} holds {what}: {path.name}")
    report.figures["clear_traces"] = len(found)
    report.figures["looked_through_mb"] = round(traces.looked_through / 1e6)
    report.figures["windows_looked_for"] = len(traces.windows)


def planted(report: Report, here: Settled, traces: Traces, brood: Brood) -> None:
    """On a copy: pieces in clear, a slot that is ready with nothing behind, a document without its check, a lost part."""
    spoilt = report.folder / "spoilt"
    crash_checks.copy(here.data, spoilt)
    found: dict[str, bool] = {}
    try:
        document = brood.born[0].data
        middle = len(document) // 2
        for what, data in (
            ("1 kB of a document", b"\0" * 333 + document[middle : middle + 1024] + b"\0" * 99),
            ("a name", f"2026 WARNING {brood.born[1].name}\n".encode()),
            ("a mark in a database", sqlite_with(brood.inside)),
        ):
            path = spoilt / "planted"
            path.write_bytes(data)
            found[what] = [p for p, _ in traces.under(spoilt)] == [path]
            path.unlink()
        copy = Settled(spoilt, here.log)
        base = spoilt / crash_checks.DATABASE
        for what, act in (
            ("a slot that is ready with nothing behind", _ready_without_a_file),
            ("a part that waits and is lost", _part_lost),
        ):
            with act(base):
                code, said = crash_checks.verify(copy)
            found[what] = code == 1 and bool(said["faults"])
        found["a document without its check"] = _without_a_check(spoilt)
    finally:
        shutil.rmtree(spoilt, ignore_errors=True)
    report.figures["planted"] = found
    for what, seen in found.items():
        report.expect(seen, f"planted and not found: {what}")


def sqlite_with(text: str) -> bytes:
    """A database in which this stands."""
    with contextlib.closing(sqlite3.connect(":memory:")) as line:
        line.execute("CREATE TABLE t (v TEXT)")
        line.execute("INSERT INTO t VALUES (?)", (f"a {text} b",))
        line.commit()
        return line.serialize()


@contextlib.contextmanager
def _ready_without_a_file(base: Path) -> Iterator[None]:
    """A slot is set to ready beside the product, and its uploads no longer count."""
    with contextlib.closing(sqlite3.connect(base, isolation_level=None)) as line:
        slot = line.execute("SELECT slot_id FROM evidence_upload WHERE current LIMIT 1").fetchone()[0]
        line.execute("UPDATE evidence_upload SET current = 0 WHERE slot_id = ? AND current", (slot,))
        yield
        line.execute(
            "UPDATE evidence_upload SET current = 1 WHERE id = (SELECT id FROM evidence_upload WHERE slot_id = ? "
            "ORDER BY given_at DESC LIMIT 1)",
            (slot,),
        )


@contextlib.contextmanager
def _part_lost(base: Path) -> Iterator[None]:
    """A file waits for its check, and its part is not in the storage."""
    with contextlib.closing(sqlite3.connect(base, isolation_level=None)) as line:
        pk = line.execute("SELECT id FROM evidence_arrival WHERE outcome = 'taken' LIMIT 1").fetchone()[0]
        before = line.execute("SELECT done, parts FROM evidence_arrival WHERE id = ?", (pk,)).fetchone()
        parts = json.dumps([{"key": "00/lost.p0", "bytes": 1}])
        line.execute("UPDATE evidence_arrival SET done = 0, parts = ? WHERE id = ?", (parts, pk))
        yield
        line.execute("UPDATE evidence_arrival SET done = ?, parts = ? WHERE id = ?", (*before, pk))


def _without_a_check(spoilt: Path) -> bool:
    """A document is said to count and nobody ever looked at it: the drill's own eyes see it, and nothing else before."""
    from django.db import connections

    connections.close_all()
    name = connections["default"].settings_dict["NAME"]
    connections["default"].settings_dict["NAME"] = str(spoilt / crash_checks.DATABASE)
    try:
        before = unlooked(spoilt)
        with contextlib.closing(sqlite3.connect(spoilt / crash_checks.DATABASE)) as line:
            line.execute(
                "UPDATE evidence_upload SET checks = x'' WHERE id = (SELECT id FROM evidence_upload WHERE current AND "
                "source = 'file' LIMIT 1)"
            )
            line.commit()
        return not before and len(unlooked(spoilt)) == 1
    finally:
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name


def drill(report: Report) -> str:
    """Fills the report; returns the line."""
    since, rng = time.time() - 1, random.Random(report.seed)
    brood, brood_s3 = Brood(rng), Brood(random.Random(report.seed + 1))
    beside: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:
        data, data_s3 = (stack.enter_context(temporary_data()) for _ in range(2))
        thread = threading.Thread(target=s3, args=(report, report.folder, data_s3, brood_s3, beside))
        thread.start()
        stack.callback(thread.join)
        engine = Engine()
        stack.callback(engine.close)
        here = Settled(data, report.folder / "serve.log", settings={"CLAMD_URL": engine.url})
        stack.callback(here.stop)
        here.start()
        here.wait_ready(READY_S)
        _django(here)
        ledger = Ledger(report.folder / "acknowledged.jsonl")
        scene = Scene.open(report, here, ledger, "depot@drill.example", "Moreau")
        seconds = report.figures["seconds_of_each"] = {}
        for name, part in (
            ("network", lambda: network(scene, brood)),
            ("kills", lambda: kills(scene, brood, engine, rng)),
            ("everything and a full disk", lambda: everything_and_a_full_disk(scene, brood, engine)),
            ("storage away", lambda: storage_away(scene, brood, engine)),
            ("antivirus", lambda: antivirus(scene, brood, engine)),
            ("real clamd", lambda: real_clamd(scene, brood, engine)),
            ("sent without an answer", lambda: sent_without_an_answer(scene, brood, engine)),
        ):
            start = time.monotonic()
            try:
                part()
            except Exception as error:  # noqa: BLE001  one part that breaks must not hide what the others find
                report.expect(False, f"{name}: {type(error).__name__}: {error}")
            seconds[name] = round(time.monotonic() - start, 1)
            engine.become(OK)
        start = time.monotonic()
        _afterwards(report, here, ledger, engine, brood, since)
        seconds["afterwards"] = round(time.monotonic() - start, 1)
        left = here.stop()
        report.expect(not left, f"left running after the end: {[process.kind for process in left]}")
        thread.join()
        report.figures["s3"] = {name: value for name, value in beside.items() if name != "ended"}
        if "not_run" in beside:
            report.figures.setdefault("not_run", []).append(beside["not_run"])
    return _line(report)


def _afterwards(
    report: Report, here: Settled, ledger: Ledger, engine: Engine, brood: Brood, since: float
) -> None:
    from permis.evidence.keep import page_bytes
    from permis.evidence.models import Arrival, Upload

    wait_for(lambda: not Arrival.objects.filter(done=True, cleared=False).exists(), 30)
    compare(report, ledger, engine, brood)
    report.expect(not (found := unlooked(here.data)), f"{len(found)} documents count without a check")
    nothing_left(report, here.data)
    code, said = crash_checks.verify(here)
    report.expect(code == 0, f"verify exits {code}: {said['faults'][:5]} {said.get('error', '')}")
    report.figures["verify"] = {name: said.get(name) for name in ("whole", "checked", "events", "documents")}
    _content(report, here, "local")
    ours = [page_bytes(upload, 1) for upload in Upload.objects.filter(current=True) if upload.files]
    traces = Traces(brood, [*(canary.data for canary in brood.born), *ours])
    bare(report, here, traces, since)
    planted(report, here, traces, brood)
    errors = report.figures["answers_500"] = _server_errors(report)
    report.expect(not errors, f"{errors} requests made the server fail: see the log")


def _server_errors(report: Report) -> int:
    """Stack traces in the logs: what a person would have got as a page of 500."""
    return sum(
        log.read_text("utf-8", "replace").count("Internal Server Error")
        for log in report.folder.glob("serve*.log")
    )


def _line(report: Report) -> str:
    figures = report.figures
    files, cuts = figures.get("files", {}), figures.get("cuts", {})
    return (
        f"{sum(cuts.values())} cuts, {figures.get('killed_in_mid_chunk', 0)} web processes and "
        f"{figures.get('killed_in_mid_check', 0)} checks killed, {files.get('acknowledged')} files acknowledged, "
        f"{files.get('lost')} lost, {files.get('twice')} twice, {figures.get('clear_traces')} clear traces in "
        f"{figures.get('looked_through_mb')} MB, {sum(figures.get('planted', {}).values())} of "
        f"{len(figures.get('planted', {}))} planted faults seen"
    )


if __name__ == "__main__":
    sys.exit(publish("proof-intake", drill, seed=int(os.environ.get("SEED", "1"))))
