"""Situations drawn at random, sane or hostile, and what must be true of every answer: used by a test and by a drill."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from typing import Any

from permis.domain import door
from permis.domain.door.given import ASIDES, PAST
from permis.domain.situation import BY_NAME
from permis.domain.terms import months
from permis.domain.vocabulary import (
    SCHOOL_ONLY,
    AddressMode,
    CivilStatusReason,
    ErrorKind,
    Filer,
    LearningMode,
    Motive,
    Piece,
)

TODAY = dt.date(2026, 11, 23)
FILED = (
    *[dt.date(2026, 12, 1)] * 4,
    dt.date(2023, 12, 31),
    dt.date(2024, 1, 1),
    dt.date(2024, 2, 29),
    dt.date(2025, 8, 31),
    dt.date(2033, 1, 19),
    dt.date(1950, 6, 15),
    dt.date(2100, 12, 31),
)
AGES = (0, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 25, 26, 35, 59, 60, 61, 75, 76, 90)
# Months that rules count with; one day is added or taken away at random.
PLAIN_AGES = (17, 18, 19, 20, 21, 22, 24, 25, 26, 35, 60)
COUNTED = (0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13, 18, 24, 36, 60, 120, 180)
CATEGORIES = (*[("B",)] * 4, ("A2",), ("A",), ("A1",), ("AM",), ("B1",), ("BE",), ("C",), ("D",), ("B", "C"))
CATEGORIES += (("C", "CE"), ("C", "D"), ("D1E",), ())
COUNTRIES = ("FR", "FR", "FR", "PT", "CH", "GB", "UK", "MA", "CN", "US", "NC", "AD")
DATES = [
    "exam_on",
    "theory_exam_on",
    "course_on",
    "resident_since",
    "stay_started_on",
    "licence_obtained_on",
    "licence_expires_on",
    "medical_opinion_on",
    "lost_on",
    "theft_receipt_on",
    "ban_starts_on",
    "ban_ends_on",
    "licence_surrendered_on",
    "licence_first_issued_on",
    "a2_obtained_on",
    "received_on",
    "needed_on",
]
AHEAD = {"licence_expires_on", "ban_ends_on", "needed_on"}  # as often after the request as before
PERIODS = (("ban_starts_on", "ban_ends_on"), ("licence_obtained_on", "licence_expires_on"))
ABOUT_BANS = (Motive.SUSP, Motive.INS_RET, Motive.REU_RET)
FLAGS = ("theory_only", "guardianship", "student", "licence_lost", "medical_flag", "sanction")
CODES: dict[str, tuple[str, ...]] = {
    "learning_mode": tuple(LearningMode),
    "address": tuple(AddressMode),
    "filer": (Filer.SELF, Filer.SELF, Filer.SCHOOL),
    "civil_status_reason": tuple(CivilStatusReason),
    "error_kind": tuple(ErrorKind),
    "department": ("35", "2A", "973", "974", "988"),
    "nationality": COUNTRIES,
    "licence_country": COUNTRIES,
}


def sane(rng: random.Random, known: float = 0.7) -> dict[str, Any]:
    """A situation that somebody might ask about; each fact is there with this probability. It may contradict itself."""
    filed = rng.choice(FILED)
    birth = _aged(rng, filed, AGES)
    found: dict[str, Any] = {
        "motive": rng.choice((*Motive, *Motive, *Motive, *ASIDES)),
        "birth_date": max(min(birth, filed), dt.date(1900, 1, 1)).isoformat(),
        "submitted_on": filed.isoformat(),
    }
    facts: dict[str, Any] = {
        "categories": list(rng.choice(CATEGORIES)),
        "held_categories": list(rng.choice(CATEGORIES)) if found["motive"] != Motive.REU else [],
        "already_given": rng.choice(([], ["ASSR2"], ["JDC"], ["ASSR2", "JDC"])),
        "category_ends_on": {c: _near(rng, filed, ahead=True) for c in rng.choice(CATEGORIES)},
    }
    facts |= {name: rng.random() < 0.15 for name in FLAGS}
    facts |= {name: rng.choice(values) for name, values in CODES.items()}
    facts |= {name: _near(rng, filed, ahead=name in AHEAD) for name in DATES}
    nullable = [*DATES, "nationality", "licence_country", "civil_status_reason", "error_kind", "department"]
    for name in (*nullable, "category_ends_on", "categories", "held_categories"):
        if rng.random() < 0.06:
            facts[name] = None
    if rng.random() < 0.5:
        facts |= _plain(rng, filed)
        found["birth_date"] = max(_aged(rng, filed, PLAIN_AGES), dt.date(1900, 1, 1)).isoformat()
    if found["motive"] in SCHOOL_ONLY and rng.random() < 0.8:
        facts["filer"] = Filer.SCHOOL
    if facts["theory_only"] and rng.random() < 0.9:
        facts["exam_on"] = None
    for name in DATES:  # most people do not contradict themselves
        if facts[name] is not None and rng.random() < 0.97:
            latest = filed.isoformat() if name in PAST else "2100-12-31"
            facts[name] = min(max(facts[name], found["birth_date"]), latest)
    for first, last in PERIODS:
        if facts[first] and facts[last] and facts[last] < facts[first] and rng.random() < 0.97:
            facts[first], facts[last] = facts[last], facts[first]
    if _banned(facts, filed) and not facts["sanction"] and found["motive"] not in ABOUT_BANS:
        if rng.random() < 0.25:
            facts["sanction"] = True
        elif rng.random() < 0.97:
            facts["ban_starts_on"] = None
    found |= {name: value for name, value in facts.items() if rng.random() < known}
    return {name: str(value) if isinstance(value, str) else value for name, value in found.items()}


def _banned(facts: dict[str, Any], filed: dt.date) -> bool:
    """Whether a ban that these facts tell runs on that day."""
    start, end = facts["ban_starts_on"], facts["ban_ends_on"]
    return bool(start and end and start <= filed.isoformat() <= end)


def _aged(rng: random.Random, filed: dt.date, ages: tuple[int, ...]) -> dt.date:
    """A birth that makes somebody one of these ages on that day, within a day."""
    return months(filed, -12 * rng.choice(ages)) + dt.timedelta(days=rng.choice((-1, 0, 0, 1)))


def _plain(rng: random.Random, filed: dt.date) -> dict[str, Any]:
    """Facts that stop nobody: what most people would say, so that documents are asked for."""
    lately = (filed - dt.timedelta(days=11)).isoformat()
    return {
        "categories": ["B"],
        "held_categories": [],
        "exam_on": lately,
        "course_on": lately,
        "medical_opinion_on": lately,
        "theft_receipt_on": lately,
        "received_on": lately,
        "resident_since": None,
        "sanction": False,
        "theory_only": False,
        "filer": Filer.SELF,
        "licence_country": rng.choice(("PT", "MA", "NC")),
        "licence_expires_on": None,
    }


def _near(rng: random.Random, filed: dt.date, *, ahead: bool) -> str:
    count = rng.choice(COUNTED) * (1 if ahead and rng.random() < 0.5 else -1)
    if filed.year + count // 12 > 2099:
        count = -count
    day = months(filed, count) + dt.timedelta(days=rng.choice((-1, 0, 0, 1)))
    return min(max(day, dt.date(1900, 1, 1)), dt.date(2100, 12, 31)).isoformat()


JUNK = (
    *(
        1,
        -1,
        0.5,
        True,
        None,
        "",
        " ",
        "x",
        "é",
        "\ud800",
        "FR",
        "2026-02-30",
        "26-01-01",
        "2026-1-1",
        [],
        {},
    ),
    *(
        "1899-12-31",
        "2101-01-01",
        "0000-00-00",
        "9999-12-31",
        "20261201",
        "2026-W01-1",
        "2026-12-01T00:00",
        "٢٠٢٦-٠١-٠١",
    ),
    *(
        [[]],
        [{}],
        [None],
        [1],
        {"C": 1},
        {"C": "x"},
        {"ZZ": "2026-01-01"},
        "A" * 5000,
        ["B"] * 500,
        {"B": None},
    ),
)
RAW = ("1e999", "-1e999", "NaN", "Infinity", "1" * 10_000, "[" * 3000, '{"a":' * 3000, "[" * 500 + "]" * 500)


def hostile(rng: random.Random) -> bytes:
    """Bytes that somebody in a hurry, or somebody bad, might send instead of a situation."""
    given = sane(rng)
    way = rng.randrange(7)
    if way == 0:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(60)))
    if way == 1:
        given[rng.choice(("Motive", "birthdate", "gearbox", "\ud800", "", "n" * 300, "a/b"))] = 1
    text = json.dumps(given)
    if way == 2:
        return text.encode()[: rng.randrange(len(text))]
    if way == 3:
        name = rng.choice(list(given))
        return f"{text[:-1]}, {json.dumps(name)}: {json.dumps(given[name])}}}".encode()
    name = rng.choice(
        (*CODES, *DATES, *FLAGS, "categories", "held_categories", "already_given", "category_ends_on")
    )
    if way in {4, 5}:
        given[name] = rng.choice(JUNK)
        return json.dumps(given).encode()
    given.pop(name, None)
    return f"{json.dumps(given)[:-1]}, {json.dumps(name)}: {rng.choice(RAW)}}}".encode()


# ── What must be true ──────────────────────────────────────────────────────────────────────────────────────


def faults(given: dict[str, Any], *, why: bool = True) -> Iterator[str]:
    """What is wrong with the answer to this situation, a sentence each; nothing when it contradicts itself."""
    try:
        asked = door.read(given, TODAY)
    except door.Wrong:
        return
    said = door.answer(asked, why=why)
    yield from _whole(said, asked.on)
    yield from _documents(said)
    known = set(given) | {"submitted_on"}
    if known & set(said["unknown"]):
        yield f"asks again for {sorted(known & set(said['unknown']))}"
    if asked.aside is None:
        presumed = [f for f in said["unknown"] if BY_NAME[f].presumed(asked.situation.motive)]
        if presumed:
            yield f"presumes and asks: {presumed}"
    if why and {w["code"] for w in said["why"] if w["asked"]} != {p["code"] for p in said["pieces"]}:
        yield "the reasons do not tell the documents that are asked"
    if why and [w["code"] for w in said["why"]] != list(Piece):
        yield "a document of the catalogue has no reason"


def _whole(said: dict[str, Any], on: dt.date) -> Iterator[str]:
    outcome, today = said["outcome"], on.isoformat()
    if (outcome == "not_before") is not (said["not_before"] is not None):
        yield "a first day without not_before, or not_before without a first day"
    if said["not_before"] is not None and said["not_before"] <= today:
        yield f"not before {said['not_before']}, which is not after {today}"
    if outcome in {"not_needed", "not_possible"}:
        if said["pieces"] or said["unknown"] or said["deadlines"] or said["validity"]:
            yield "documents, days or questions although nothing can be filed"
    elif said["reason"] is not None and outcome == "file":
        yield "a reason of refusal for what can be filed"
    if outcome != "file" and (said["fee_cents"] is not None or said["drive"]):
        yield "a price or a right although it is not to be filed"
    if outcome is None and not said["unknown"]:
        yield "no outcome, and nothing is lacking"
    if not said["because"] or any(not isinstance(words, str) or not words for words in said["warnings"]):
        yield "an empty sentence"
    if len(set(said["warnings"])) != len(said["warnings"]):
        yield "a warning said twice"
    shown = [category for right in said["drive"] for category in right["categories"]]
    if len(shown) != len(set(shown)):
        yield "a category stands in two rights"
    for right in said["drive"]:
        until = right["until"]
        if not right["categories"] or not right["with"] or not right["source"]:
            yield "a right without categories, papers or source"
        if until not in {None, "decision"} and (until < right["from"] or until < today):
            yield f"a right that ended on {until} (from {right['from']})"
    for deadline in said["deadlines"]:
        if not deadline["what"] or not deadline["source"]:
            yield "a deadline without words or source"
    for day in (*said["validity"].values(), *(deadline["date"] for deadline in said["deadlines"])):
        dt.date.fromisoformat(day)


def _documents(said: dict[str, Any]) -> Iterator[str]:
    codes = [piece["code"] for piece in said["pieces"]]
    if len(codes) != len(set(codes)):
        yield "a document is asked twice"
    if {"JDC", "RECENSEMENT"} <= set(codes):
        yield "both the census and the JDC are asked"
    for piece in said["pieces"]:
        if piece["any_of"][0] != piece["code"] or not piece["because"] or not piece["source"]:
            yield f"{piece['code']}: first choice, reason or source"
        others = {code for other in said["pieces"] if other is not piece for code in other["any_of"]}
        # A declaration on honour may stand for several lost papers: each time it is another declaration.
        if (set(piece["any_of"]) & others) - {"HONOUR"}:
            yield f"{piece['code']} is asked twice under two names"
    if said["outcome"] == "file" and said["fee_cents"] is not None:
        if ("STAMP" in codes) is not (said["fee_cents"] > 0):
            yield f"a stamp and a price of {said['fee_cents']} do not go together"
        if said["fee_cents"] < 0:
            yield "a price below nothing"


def contradictions(rng: random.Random, given: dict[str, Any]) -> Iterator[str]:
    """What one more fact contradicts of what was said without it, when nothing is presumed."""
    more = [name for name in given if name not in {"motive", "birth_date", "submitted_on"}]
    if not more:
        return
    learnt = rng.choice(more)
    less = {name: value for name, value in given.items() if name != learnt}
    try:
        before = door.answer(door.read(less, TODAY, presume=False), why=True)
        after = door.answer(door.read(given, TODAY, presume=False), why=True)
    except door.Wrong:
        return
    where = f"once {learnt} is known: "
    outcome = before["outcome"]
    if outcome is not None:
        for key in ("outcome", "reason", "because", "not_before"):
            if before[key] != after[key]:
                yield f"{where}{key} was {before[key]!r}, is {after[key]!r}"
    elif (
        after["outcome"] is None and learnt not in before["unknown"] and before["unknown"] != after["unknown"]
    ):
        yield f"{where}what is open changes, and it was not asked for"
    same_list = [p["code"] for p in before["pieces"]] == [p["code"] for p in after["pieces"]]
    if learnt not in before["unknown"] and outcome == after["outcome"] and not same_list:
        yield f"{where}other documents, and it was not asked for"
    if before["fee_cents"] is not None and before["fee_cents"] != after["fee_cents"]:
        yield f"{where}the price was {before['fee_cents']}, is {after['fee_cents']}"
    if after["outcome"] not in {outcome, "file"}:
        return  # nothing can be filed any more, or not today: other documents
    then = {w["code"]: w["asked"] for w in after["why"]}
    for told in before["why"]:
        if told["asked"] is not None and then[told["code"]] is not told["asked"]:
            yield f"{where}{told['code']} was {told['asked']}, is {then[told['code']]}"


def growing_older(given: dict[str, Any]) -> Iterator[str]:
    """An ASSR2 that is asked of somebody a year older and not of this person, all else being equal."""
    born = dt.date.fromisoformat(given["birth_date"])
    if born.year <= 1901:
        return
    older = {**given, "birth_date": months(born, -12).isoformat()}
    try:
        young, old = (door.answer(door.read(one, TODAY)) for one in (given, older))
    except door.Wrong:
        return
    asked = [
        any(p["code"] == "ASSR2" and not p["recommended"] for p in said["pieces"]) for said in (young, old)
    ]
    if young["outcome"] == old["outcome"] == "file" and asked == [False, True]:
        yield "ASSR2 is asked once the person is a year older"
