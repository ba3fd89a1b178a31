"""What a journey costs the server: six steps, the documents, the sending, by four people at once on a real serve."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.client import Citizen, Letterbox, Page, answers_of
from bench.installation import Installation, installed
from bench.papers import picture, portrait, signed
from bench.report import Report, long_form, publish

CLIENTS = 4
DRAFTS = 3  # at a time in a round: the service allows a person five
AIM_MS = 60.0
BIG = 200_000  # bytes of a picture of a page
GIVEN_BIG = 4  # a first licence asks an adult for six files: four pages, the portrait and the signature
ANSWERS = answers_of("Moreau", "Léa Jeanne")


@dataclass
class Walker:
    """One client, and what it carries."""

    citizen: Citizen
    pictures: list[bytes]
    open: list[str]

    def steps(self) -> None:
        """Begins a request and saves its six steps."""
        reference = self.citizen.begin()
        self.citizen.fill_steps(reference, ANSWERS)
        self.open.append(reference)

    def upload(self, reference: str, ranks: Sequence[int]) -> None:
        """Gives some of the documents, in the order of the page."""
        slots = self.citizen.slots(reference)
        for rank in ranks:
            self.citizen.give(reference, slots[rank], f"page-{rank}.jpg", self.pictures[rank])

    def whole(self) -> None:
        """The way of one request, from the first page to the receipt."""
        self.steps()
        reference = self.open.pop()
        self.upload(reference, range(len(self.pictures)))
        self.citizen.submit(reference)


def pictures() -> list[bytes]:
    """In the order of the page: identity (two sides), address, portrait, signature, exam."""
    big = [picture(seed, BIG) for seed in range(GIVEN_BIG)]
    return [*big[:3], portrait(8), signed(9), big[3]]


def one_page_pdf(jpeg: bytes) -> bytes:
    """The certificate of the exam as people download it: one page, decoded in the cage."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    with Image.open(BytesIO(jpeg)) as image:
        image.save(out, "PDF")
    return out.getvalue()


def together(walkers: Sequence[Walker], act: Callable[[Walker], None]) -> None:
    """All at once; the first failure is raised here."""
    failures: list[BaseException] = []

    def run(walker: Walker) -> None:
        try:
            act(walker)
        except BaseException as error:  # noqa: BLE001  told below, in the thread that can do something
            failures.append(error)

    threads = [threading.Thread(target=run, args=(walker,)) for walker in walkers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def cpu_of(here: Installation, act: Callable[[], None]) -> float:
    """Seconds of processor that the server spends on this, what the worker does just afterwards included."""
    before = here.cpu()
    act()
    time.sleep(0.4)  # the worker answers the bell within 0.2 s
    return here.cpu() - before


def measure(report: Report) -> str:
    """Fills the report; returns the line."""
    seconds = 60.0 if long_form() else 10.0
    rounds = 15 if long_form() else 5
    with installed(report.folder / "serve.log") as here:
        letterbox = Letterbox(here.data)
        gifts = pictures()
        walkers = [
            Walker(Citizen(here.url, letterbox, f"person-{n}@bench.example"), gifts, [])
            for n in range(CLIENTS)
        ]
        together(walkers, lambda walker: walker.citizen.sign_up())
        together(walkers, Walker.whole)  # warm: templates compiled, connections open
        idle_start, idle_before = time.monotonic(), here.cpu()
        time.sleep(2.5)
        idle = (here.cpu() - idle_before) / (time.monotonic() - idle_start)
        whole = whole_journeys(here, walkers, seconds)
        stages = by_stage(here, walkers[0], rounds)
        aside = beside(here, walkers)
        for walker in walkers:
            walker.citizen.__exit__()
    asked = stages["steps"] + stages["four_pictures"] + stages["submission"]
    report.cases = int(whole["journeys"])
    report.figures = {
        "journeys_per_second": round(whole["journeys"] / whole["seconds"], 2),
        "cpu_ms_per_journey": round(whole["cpu_ms"], 1),
        "cpu_ms_six_steps_four_pictures_submission": round(asked, 1),
        "aim_ms": AIM_MS,
        "aim_met": asked <= AIM_MS,
        "cpu_ms_by_stage": {name: round(value, 1) for name, value in stages.items()},
        "cpu_ms_beside": aside,
        "idle_cpu_percent": round(idle * 100, 2),
        "requests_per_journey": round(whole["requests"] / whole["journeys"], 1),
        "clients_cpu_ms_per_journey": round(whole["clients_ms"], 1),
        "clients": CLIENTS,
        "pictures": {"pages": GIVEN_BIG, "bytes_of_a_page": len(gifts[0]), "pixels_of_a_page": "1600 x 1200",
                     "portrait_bytes": len(gifts[3]), "signature_bytes": len(gifts[4])},
    }  # fmt: skip
    return (
        f"{asked:.0f} ms of processor for six steps, four pictures and the sending (aim {AIM_MS:.0f}), "
        f"{whole['journeys'] / whole['seconds']:.1f} whole journeys a second"
    )


def whole_journeys(here: Installation, walkers: Sequence[Walker], seconds: float) -> dict[str, float]:
    """Everybody walks from end to end, again and again, until the time is over."""
    done: list[float] = []
    requests = sum(walker.citizen.requests for walker in walkers)
    start, before, clients = time.monotonic(), here.cpu(), time.process_time()

    def walk(walker: Walker) -> None:
        while time.monotonic() - start < seconds:
            walker.whole()
            done.append(time.monotonic())

    together(walkers, walk)
    clients = time.process_time() - clients
    time.sleep(0.4)
    return {
        "journeys": len(done),
        "seconds": max(done) - start,
        "cpu_ms": (here.cpu() - before) / len(done) * 1000,
        "clients_ms": clients / len(done) * 1000,
        "requests": sum(walker.citizen.requests for walker in walkers) - requests,
    }


def by_stage(here: Installation, walker: Walker, rounds: int) -> dict[str, float]:
    """Milliseconds of each stage of a journey, by one person alone: the median of the rounds.

    Alone, because a processor that is shared counts more time for the same work.
    """
    found: dict[str, list[float]] = {}

    def stage(name: str, act: Callable[[], None]) -> None:
        found.setdefault(name, []).append(cpu_of(here, act) * 1000 / DRAFTS)

    def steps() -> None:
        for _ in range(DRAFTS):
            walker.steps()

    def four() -> None:
        for reference in walker.open:
            walker.upload(reference, (0, 1, 2, 5))

    def two() -> None:
        for reference in walker.open:
            walker.upload(reference, (3, 4))

    def send() -> None:
        while walker.open:
            walker.citizen.submit(walker.open.pop())

    for _ in range(rounds):
        stage("steps", steps)
        stage("four_pictures", four)
        stage("portrait_and_signature", two)
        stage("submission", send)
    return {name: statistics.median(values) for name, values in found.items()}


def beside(here: Installation, walkers: Sequence[Walker]) -> dict[str, float]:
    """What a browser may ask besides, in milliseconds of processor each: not counted above."""
    citizen = walkers[0].citizen
    page = citizen.get("/demandes/")
    reference = page.references[0]

    def cost(act: Callable[[], Page], times: int = 20) -> float:
        act()
        return round(cpu_of(here, lambda: [act() for _ in range(times)] and None) * 1000 / times, 1)

    def sign_up() -> None:
        for n in range(CLIENTS):
            with Citizen(here.url, citizen.letterbox, f"newcomer-{n}@bench.example") as newcomer:
                newcomer.sign_up()

    walkers[1].steps()
    draft = walkers[1].open.pop()
    place = walkers[1].citizen.slots(draft)[-1]
    pdf = one_page_pdf(walkers[1].pictures[0])

    return {
        "upload_of_a_pdf": cost(lambda: walkers[1].citizen.give(draft, place, "cepc.pdf", pdf), 5),
        "sign_up": round(cpu_of(here, sign_up) * 1000 / CLIENTS, 1),
        "home": cost(lambda: citizen.get("/")),
        "my_requests": cost(lambda: citizen.get("/demandes/")),
        "tracking": cost(lambda: citizen.get(f"/demandes/{reference}/suivi/")),
        "receipt_pdf": cost(lambda: citizen.get(f"/demandes/{reference}/recu.pdf"), 5),
    }


if __name__ == "__main__":
    sys.exit(publish("bench-journey", measure))
