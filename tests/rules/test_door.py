"""The programmatic door: what goes in exactly, what comes out exactly, and the one sentence when it does not fit."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from permis.domain import axis, door
from permis.domain.door.given import KEYS
from permis.domain.door.schema import input_schema, output_schema
from permis.domain.lands import COUNTRIES, DEPARTMENTS
from permis.domain.situation import Situation
from permis.domain.vocabulary import Motive, Piece
from tests.rules import shapes, situations

TODAY = dt.date(2026, 12, 1)
LEA = {
    "motive": "REU",
    "birth_date": "2008-05-14",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "categories": ["B"],
    "exam_on": "2026-11-20",
    "address": "hosted",
}
MARIE = {
    "motive": "PERTE",
    "birth_date": "1981-01-01",
    "nationality": "FR",
    "submitted_on": "2026-11-30",
    "held_categories": ["B"],
    "address": "own",
}
JEAN = {
    "motive": "VOL",
    "birth_date": "1975-01-01",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "held_categories": ["B"],
    "theft_receipt_on": "2026-11-15",
    "address": "own",
}
RENE = {
    "motive": "MED",
    "birth_date": "1968-04-02",
    "nationality": "FR",
    "submitted_on": "2026-12-02",
    "address": "own",
    "categories": ["C", "CE"],
    "category_ends_on": {"C": "2027-01-15", "CE": "2027-01-15"},
    "medical_opinion_on": "2026-12-01",
}


def said(like=LEA, why=False, **changes):
    """What the door answers to somebody like this; `absent` takes a fact away."""
    given = {name: value for name, value in {**like, **changes}.items() if value != "absent"}
    return door.reply(json.dumps(given).encode(), TODAY, why=why)


def refused(raw):
    """The fault that these bytes, or this object, are refused with."""
    with pytest.raises(door.Wrong) as caught:
        door.reply(raw if isinstance(raw, bytes) else json.dumps(raw).encode(), TODAY)
    return caught.value


def codes(found):
    """The documents of an answer, in their order."""
    return [piece["code"] for piece in found["pieces"]]


# ── What comes out ─────────────────────────────────────────────────────────────────────────────────────────


def test_lea_gets_the_whole_answer_of_the_contract():
    found = said()
    assert list(found) == [
        *("outcome", "because", "reason", "not_before", "pieces", "fee_cents", "drive", "result", "validity"),
        *("probation_years", "cancellable", "deadlines", "warnings", "unknown", "law_on", "checked_to"),
    ]
    assert codes(found) == ["ID", "HEB", "ID_HEB", "ADDR_HEB", "PHOTO", "CEPC", "ASSR2", "JDC"]
    assert (found["outcome"], found["reason"], found["not_before"]) == ("file", None, None)
    assert (found["fee_cents"], found["result"], found["cancellable"]) == (0, "card", True)
    assert (found["probation_years"], found["validity"], found["unknown"]) == (3, {}, [])
    assert found["drive"] == [
        {
            "categories": ["B"],
            "from": "2026-11-20",
            "until": "2027-03-20",
            "with": ["CEPC", "ID"],
            "source": "service-public.fr, fiche F2828 (permis B)",
        }
    ]
    assert found["law_on"] == "2026-12-01"
    assert found["checked_to"] >= "2024-01-01"


def test_an_alternative_is_told_after_the_usual_document():
    pieces = {piece["code"]: piece for piece in said()["pieces"]}
    assert pieces["ID"]["any_of"] == ["ID"]
    assert pieces["ASSR2"]["any_of"] == ["ASSR2", "ASR", "HONOUR"]
    assert set(pieces["ASSR2"]) == {"code", "any_of", "because", "source", "recommended"}


def test_a_stamp_stands_in_the_list_exactly_when_there_is_something_to_pay():
    marie = said(MARIE)
    assert "STAMP" in codes(marie)
    assert marie["fee_cents"] == 2500
    assert said(MARIE, department="973")["fee_cents"] == 1250
    assert "STAMP" not in codes(said())
    assert marie["cancellable"] is False


def test_without_submitted_on_it_is_asked_today():
    assert said(submitted_on="absent")["law_on"] == "2026-12-01"


def test_a_right_lasts_until_its_last_day_and_is_then_told_in_words():
    jean = said(JEAN, submitted_on="2027-01-15")
    assert [("THEFT" in right["with"], right["until"]) for right in jean["drive"]] == [(True, "2027-01-15")]
    after = said(JEAN, submitted_on="2027-01-16")
    assert not any("THEFT" in right["with"] for right in after["drive"])
    assert any("15 janvier 2027" in words and "terminé" in words for words in after["warnings"])


def test_a_right_that_ends_before_the_card_can_come_is_warned_of():
    # A stolen licence: six weeks at most, as a rule. From 4 December they end on 15 January, as the receipt does.
    words = "Votre droit de conduire (B) se termine le 15 janvier 2027 : la carte peut arriver après, jusqu’au 16 janvier 2027."
    assert words in said(JEAN, submitted_on="2026-12-05")["warnings"]
    assert not any("se termine le" in w for w in said(JEAN, submitted_on="2026-12-04")["warnings"])


def test_rene_drives_his_lorry_until_the_decision():
    found = said(RENE)
    assert [(r["categories"], r["from"], r["until"], r["with"]) for r in found["drive"]] == [
        (["C", "CE"], "2026-12-02", "decision", ["LIC", "MED"])
    ]
    assert found["validity"] == {"C": "2031-12-01", "CE": "2031-12-01"}


@pytest.mark.parametrize(
    ("motive", "reason", "words"),
    [("ADR", "R19", "déménagement"), ("NOM_MARIAGE", "R19", "mariage"), ("PHOTO", None, "photo")],
)
def test_what_needs_no_request_is_answered_without_one(motive, reason, words):
    found = said({"motive": motive, "birth_date": "1980-01-01"})
    assert (found["outcome"], found["reason"]) == ("not_needed", reason)
    assert words in found["because"]
    assert (found["pieces"], found["fee_cents"], found["drive"], found["result"]) == ([], None, [], None)
    assert (found["unknown"], found["law_on"]) == ([], "2026-12-01")


def test_nothing_is_asked_and_nothing_is_promised_when_it_is_not_possible():
    found = said(MARIE, filer="school")
    assert (found["outcome"], found["reason"]) == ("not_possible", "R21")
    assert (found["pieces"], found["fee_cents"], found["drive"], found["unknown"]) == ([], None, [], [])
    assert (found["validity"], found["deadlines"], found["probation_years"]) == ({}, [], None)


def test_before_the_day_the_documents_are_those_of_that_day():
    # 17 on the day of the exam, 18 when it can be asked for: nobody signs with him any more.
    found = said(birth_date="2009-01-05", exam_on="2027-01-10", address="own")
    assert (found["outcome"], found["not_before"]) == ("not_before", "2027-01-10")
    assert "REP" not in codes(found)
    assert (found["fee_cents"], found["drive"]) == (None, [])
    assert found["law_on"] == "2026-12-01"


# ── What is unknown, what is presumed ──────────────────────────────────────────────────────────────────────


def test_what_decides_the_outcome_is_asked_first_and_presumed_facts_never():
    found = said({"motive": "REU", "birth_date": "1990-01-01"})
    assert found["outcome"] is None
    assert found["unknown"][:2] == ["categories", "exam_on"]
    assert set(found["unknown"]) == {"categories", "exam_on", "nationality", "address"}
    assert (found["fee_cents"], found["drive"]) == (None, [])
    assert {"ID", "PHOTO", "CEPC"} <= set(codes(found))


def test_a_document_that_hangs_on_an_unknown_fact_is_left_out_and_the_request_may_be_filed():
    found = said(nationality="absent", address="absent")
    assert found["outcome"] == "file"
    assert set(found["unknown"]) == {"nationality", "address"}
    assert not {"JDC", "STAY", "RESN", "ADDR", "HEB"} & set(codes(found))


def test_what_a_rule_presumed_is_said_and_what_was_told_is_not():
    presumed = said()["warnings"]
    assert "Nous supposons : pas de tutelle." in presumed
    assert "Nous supposons : apprentissage traditionnel." in presumed
    assert not any("permis étranger" in words for words in presumed)  # no rule of a first licence reads that
    told = said(guardianship=False, learning_mode="aac")["warnings"]
    assert not any("tutelle" in words or "apprentissage" in words for words in told)


def test_a_first_licence_always_says_that_nothing_else_is_held():
    words = "Nous supposons : aucune autre catégorie que AM sur un permis."
    assert words in said()["warnings"]
    assert words not in said(held_categories=["AM"])["warnings"]
    assert words not in said(held_categories=None)["warnings"]


def test_the_address_of_a_minor_is_not_asked_and_own_is_no_contradiction():
    tom = {"birth_date": "2009-03-02", "exam_on": "2026-11-25"}
    found = said(**tom, address="absent")
    assert (found["outcome"], found["unknown"]) == ("file", [])
    assert codes(said(**tom, address="own")) == codes(found)
    assert {"HEB", "ID_HEB", "ADDR_HEB", "REP", "ID_REP"} <= set(codes(found))


def test_before_the_tables_begin_it_is_said():
    words = "Nos tables ne disent toute la loi qu’à partir du 1er janvier 2024."
    assert words in said(exam_on="2023-12-01", birth_date="1990-01-01", submitted_on="2023-12-31")["warnings"]
    assert (
        words
        not in said(exam_on="2023-12-01", birth_date="1990-01-01", submitted_on="2024-01-01")["warnings"]
    )


# ── Null: there is none ────────────────────────────────────────────────────────────────────────────────────


def test_null_means_that_there_is_none():
    stateless = said(nationality=None)
    assert "STAY" in codes(stateless)
    assert not {"JDC", "RESN"} & set(codes(stateless))
    assert said(JEAN, theft_receipt_on=None)["outcome"] == "not_possible"
    assert said(JEAN, theft_receipt_on="absent")["outcome"] is None
    assert said(RENE, category_ends_on=None)["drive"] == []
    assert said(RENE, category_ends_on=None)["unknown"] == []
    assert "category_ends_on" in said(RENE, category_ends_on="absent")["unknown"]
    assert said(RENE, category_ends_on={"C": "2027-01-15", "CE": None})["drive"][0]["categories"] == ["C"]


@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if not key.null])
def test_what_always_is_cannot_be_null(name):
    fault = refused({**LEA, name: None})
    assert fault.field == name
    assert fault.sentence == f"« {name} » ne peut pas être null : donnez une valeur, ou retirez cette clé."


def test_the_keys_that_cannot_be_null_are_those_of_the_contract():
    assert {name for name, key in KEYS.items() if not key.null} == {
        *("motive", "birth_date", "submitted_on", "address", "filer", "learning_mode"),
    }


FLAGS = ["theory_only", "guardianship", "student", "licence_lost", "medical_flag", "sanction"]


@pytest.mark.parametrize("name", FLAGS)
def test_a_yes_or_no_that_is_null_is_a_no(name):
    assert door.read({**LEA, name: None}, TODAY).situation.told()[name] is False


def test_the_united_kingdom_has_two_names():
    assert codes(said(nationality="UK")) == codes(said(nationality="GB"))


# ── What is refused, and how ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"motive": "REUSSITE"}, "motive"),
        ({"motive": 3}, "motive"),
        ({"birth_date": "14/05/2008"}, "birth_date"),
        ({"birth_date": "20080514"}, "birth_date"),
        ({"birth_date": "2008-05"}, "birth_date"),
        ({"birth_date": "2008-02-30"}, "birth_date"),
        ({"birth_date": "1899-12-31"}, "birth_date"),
        ({"birth_date": "2008-05-14T00:00"}, "birth_date"),
        ({"birth_date": "٢٠٠٨-٠٥-١٤"}, "birth_date"),
        ({"birth_date": "2008-05-14\n"}, "birth_date"),
        ({"submitted_on": "2101-01-01"}, "submitted_on"),
        ({"nationality": "fr"}, "nationality"),
        ({"nationality": "FRA"}, "nationality"),
        ({"nationality": "ZZ"}, "nationality"),
        ({"nationality": ["FR"]}, "nationality"),
        ({"categories": "B"}, "categories"),
        ({"categories": ["B", "Z"]}, "categories"),
        ({"categories": [["B"]]}, "categories"),
        ({"categories": {"B": 1}}, "categories"),
        ({"address": "castle"}, "address"),
        ({"guardianship": "no"}, "guardianship"),
        ({"guardianship": 0}, "guardianship"),
        ({"department": 35}, "department"),
        ({"department": "20"}, "department"),
        ({"filer": "agent"}, "filer"),
        ({"category_ends_on": "2027-01-15"}, "category_ends_on"),
        ({"category_ends_on": {"Z": "2027-01-15"}}, "category_ends_on"),
        ({"category_ends_on": {"C": "2027-13-15"}}, "category_ends_on"),
        ({"already_given": ["JDC", "DIPLOME"]}, "already_given"),
        ({"gearbox": "manual"}, "gearbox"),
        ({"birthdate": "2008-05-14"}, "birthdate"),
    ],
)
def test_a_value_that_is_none_is_refused_with_a_sentence_that_names_the_key(changes, field):
    fault = refused({**LEA, **changes})
    assert fault.field == field
    assert f"« {field} »" in fault.sentence
    assert "\n" not in fault.sentence


def test_a_misspelt_key_is_told_its_right_name():
    assert refused({**LEA, "birthdate": "x"}).sentence.endswith("vouliez-vous dire « birth_date » ?")


@pytest.mark.parametrize("name", ["motive", "birth_date"])
def test_the_two_compulsory_keys_are_asked_for(name):
    assert refused({key: value for key, value in LEA.items() if key != name}).field == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_categories": ["B"]}, "held_categories"),
        ({"held_categories": ["AM", "A1"]}, "held_categories"),
        ({"birth_date": "2026-12-02"}, "birth_date"),
        ({"categories": []}, "categories"),
        ({"motive": "REU_EXT", "categories": []}, "categories"),
        ({"motive": "REU_RET", "categories": None}, "categories"),
        ({"resident_since": "2026-12-02"}, "resident_since"),
        ({"stay_started_on": "2026-12-02"}, "stay_started_on"),
        ({"sanction": False, "ban_starts_on": "2026-12-01", "ban_ends_on": "2027-06-01"}, "sanction"),
        ({"sanction": False, "ban_starts_on": "2026-06-01", "ban_ends_on": "2026-12-01"}, "sanction"),
        ({"sanction": None, "ban_starts_on": "2026-06-01", "ban_ends_on": "2027-06-01"}, "sanction"),
        ({"ban_starts_on": "2026-05-02", "ban_ends_on": "2026-05-01"}, "ban_ends_on"),
        ({"lost_on": "2026-12-02"}, "lost_on"),
        ({"theft_receipt_on": "2026-12-02"}, "theft_receipt_on"),
        ({"received_on": "2027-01-01"}, "received_on"),
        ({"exam_on": "2008-05-13"}, "exam_on"),
        ({"licence_obtained_on": "2020-01-02", "licence_expires_on": "2020-01-01"}, "licence_expires_on"),
    ],
)
def test_two_facts_that_cannot_both_be_true_are_refused(changes, field):
    assert refused({**LEA, **changes}).field == field


def test_a_new_category_is_sent_to_its_own_motive():
    assert "REU_EXT" in refused({**LEA, "held_categories": ["B"]}).sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"held_categories": ["AM"]},
        {"held_categories": []},
        {"birth_date": "2026-12-01"},
        {"theory_only": True, "exam_on": None},
        {"theory_only": True},
        {"theory_only": False},
        {"resident_since": "2026-12-01"},
        {"stay_started_on": "2026-12-01"},
        {"sanction": False, "ban_starts_on": "2026-12-02", "ban_ends_on": "2027-06-01"},
        {"sanction": False, "ban_starts_on": "2026-06-01", "ban_ends_on": "2026-11-30"},
        {"sanction": True, "ban_starts_on": "2026-06-01", "ban_ends_on": "2027-06-01"},
        *(
            {"motive": motive, "sanction": False, "ban_starts_on": "2026-06-01", "ban_ends_on": "2027-06-01"}
            for motive in ("SUSP", "INS_RET", "REU_RET")
        ),
        {"motive": "INS", "categories": []},
        {"ban_starts_on": "2026-05-01", "ban_ends_on": "2026-05-01"},
        {"lost_on": "2026-12-01"},
        {"ban_starts_on": None, "ban_ends_on": "2026-05-01"},
    ],
)
def test_what_stands_just_beside_a_contradiction_is_answered(changes):
    given = {**LEA, **changes}
    if changes.get("birth_date"):
        given.pop("exam_on")
    assert door.reply(json.dumps(given).encode(), TODAY)["because"]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("1e999", "birth_date"),
        ("-1e999", "birth_date"),
        ("NaN", "birth_date"),
        ("Infinity", "birth_date"),
        ("1" * 10_000, "birth_date"),
        ("[" * 20_000, "birth_date"),
        ("[" * 20_000 + "]" * 20_000, "birth_date"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "birth_date"),
        ('"1990-01-01", "birth_date": "1990-01-01"', "birth_date"),
        ('"1990-01-01", "category_ends_on": {"C": "2027-01-01", "C": "2027-01-01"}', "C"),
    ],
)
def test_absurd_numbers_nesting_and_doubles_name_the_key_and_raise_nothing(value, field):
    fault = refused(b'{"motive": "REU", "birth_date": ' + value.encode() + b"}")
    assert fault.field == field
    assert f"« {field} »" in fault.sentence


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"",
            b" \n",
            b"null",
            b"[]",
            b'["motive"]',
            b'"REU"',
            b"1",
            b"true",
            b"{",
            b'{"motive": "REU"',
            b"{]",
            b"\xff",
        ),
        *(
            b'{"motive": "REU", "birth_date": "1990-01-01"} {}',
            b"{'motive': 'REU'}",
            b"\xff\xfe{\x00}\x00",
            b"[" * 60_000,
        ),
        *(
            b'{"\xc3\x28": 1}',
            b'{"motive": "R\nEU"}',
            b'{"motive": "REU", "birth_date": "1990-01-01",}',
            b'{"a' + b"\\" * 999,
        ),
    ],
)
def test_what_is_no_object_is_refused_with_one_sentence(raw):
    sentence = refused(raw).sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_key_that_cannot_be_printed_is_refused_in_words_that_can():
    sentence = refused(b'{"motive": "REU", "birth_date": "1990-01-01", "\\ud800\\n": 1}').sentence
    assert "« ?? »" in sentence
    sentence.encode("utf-8")


def test_a_very_long_input_is_not_read():
    with pytest.raises(door.TooBig):
        door.reply(b" " * (door.LIMIT + 1), TODAY)


def test_an_object_with_the_mark_of_windows_is_read():
    assert door.reply(b"\xef\xbb\xbf" + json.dumps(LEA).encode(), TODAY)["outcome"] == "file"


def test_what_was_sent_is_never_repeated():
    for name in KEYS:
        assert "SECRET" not in refused({**LEA, name: "SECRET"}).sentence


# ── Why ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_document_of_the_catalogue_says_why():
    found = said(why=True)
    assert [told["code"] for told in found["why"]] == list(Piece)
    why = {told["code"]: told for told in found["why"]}
    assert {code for code, told in why.items() if told["asked"]} == set(codes(found))
    assert why["HEB"]["facts"] == ["address", "birth_date", "submitted_on"]
    assert why["HEB"]["law_on"] == "2026-12-01"
    assert why["ASSR2"]["source"] == "service-public.fr, fiche F2828 (permis B)"
    assert why["ASR"]["because"] == "Il est accepté à la place de ASSR2."
    assert (why["STAY"]["asked"], why["STAY"]["facts"]) == (False, ["nationality"])
    assert why["DIPLOMA"] == {
        "code": "DIPLOMA",
        "asked": False,
        "because": "Aucune règle de ce motif ne le demande.",
        "facts": [],
        "source": None,
        "law_on": "2026-12-01",
    }


def test_a_document_that_is_still_open_names_the_fact_that_is_lacking():
    why = {told["code"]: told for told in said(why=True, nationality="absent")["why"]}
    assert (why["STAY"]["asked"], why["STAY"]["facts"]) == (None, ["nationality"])
    assert why["STAY"]["because"] == "Cela dépend encore de : nationality."


def test_when_nothing_can_be_filed_each_document_says_the_rule_that_stops():
    found = said(MARIE, why=True, filer="school")
    assert {told["asked"] for told in found["why"]} == {False}
    assert {told["because"] for told in found["why"]} == {found["because"]}
    assert {tuple(told["facts"]) for told in found["why"]} == {("filer",)}


# ── Shapes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("like", [LEA, MARIE, JEAN, RENE, {"motive": "ADR", "birth_date": "1980-01-01"}])
def test_questions_and_answers_have_the_shapes_that_are_published(like):
    assert list(shapes.faults(like, input_schema())) == []
    assert list(shapes.faults(said(like), output_schema())) == []
    assert list(shapes.faults(said(like, why=True), output_schema())) == []


def test_the_published_shape_refuses_what_the_door_refuses():
    for changes in (
        {"categories": "B"},
        {"gearbox": "manual"},
        {"address": None},
        {"birth_date": "14/05/2008"},
    ):
        assert list(shapes.faults({**LEA, **changes}, input_schema())) != []
    assert list(shapes.faults({**said(), "fee_cents": "0"}, output_schema())) != []


def test_the_form_and_the_door_make_the_same_situation_of_the_same_answers():
    checked = 0
    for given in situations_without_null():
        asked = door.read(given, situations.TODAY)
        if asked.aside is None:
            form = Situation.from_answers(given, today=asked.on)
            assert form.told() == asked.situation.told()
            checked += 1
    assert checked > 20


def situations_without_null():
    """Some situations where everything is told that a form could tell."""
    from random import Random

    rng = Random(7)
    for _ in range(60):
        drawn = situations.sane(rng)
        given = {name: value for name, value in drawn.items() if value not in (None, [], {}, "UK")}
        try:
            door.read(given, situations.TODAY)
        except door.Wrong:
            continue
        yield given


def test_the_codes_of_countries_and_departments_are_those_of_the_forms():
    data = Path(__file__).resolve().parents[2] / "permis/questions/data"
    listed = {
        name: {line.split(";")[0] for line in (data / f"{name}.csv").read_text("utf-8").splitlines() if line}
        for name in ("countries", "departments")
    }
    assert listed["countries"] - COUNTRIES == {"QO"}  # no country: a region of CLDR
    assert listed["countries"] >= COUNTRIES
    assert listed["departments"] == DEPARTMENTS


# ── The law along time ─────────────────────────────────────────────────────────────────────────────────────


def test_the_law_of_a_day_has_every_motive_with_its_rows_in_force():
    law = axis.on(dt.date(2026, 12, 1))
    assert list(law["motives"]) == list(Motive)
    assert list(shapes.faults(law, axis.schema())) == []
    rows = {row["key"]: row for row in law["motives"]["REU"]["rows"]}
    assert (rows["age-b"]["since"], rows["age-b"]["by"]) == ("2024-01-01", "exam_on")
    assert "age-b-2023" not in rows
    assert all(row["source"] and row["text"] for motive in law["motives"].values() for row in motive["rows"])


def test_what_changed_on_the_first_of_january_2024_is_that_b_opened_at_17():
    found = axis.changes(dt.date(2024, 1, 1), dt.date(2024, 1, 1))
    assert list(shapes.faults(found, axis.schema(of_changes=True))) == []
    sentences = {change["sentence"]: change["motives"] for change in found["changes"]}
    assert "REU" in sentences["Depuis le 1er janvier 2024 : le permis B se passe à partir de 17 ans."]
    assert (
        "Jusqu’au 31 décembre 2023 : le permis B se passait à partir de 18 ans, sauf en conduite accompagnée."
        in sentences
    )
    assert [change["change"] for change in found["changes"]] == sorted(
        (change["change"] for change in found["changes"]), reverse=True
    )


def test_the_day_before_nothing_of_it_had_changed():
    found = axis.changes(dt.date(2023, 12, 1), dt.date(2023, 12, 31))
    assert not any("permis B" in change["sentence"] for change in found["changes"])


def test_changes_come_in_the_order_of_their_days():
    days = [change["date"] for change in axis.changes(dt.date(1900, 1, 1), dt.date(2100, 1, 1))["changes"]]
    assert len(days) > 2
    assert days == sorted(days)


def test_the_law_before_the_tables_begin_is_not_told():
    with pytest.raises(axis.TooEarly, match="1er janvier 2024"):
        axis.on(dt.date(2023, 12, 31))
    assert axis.on(dt.date(2024, 1, 1))["on"] == "2024-01-01"


def test_a_text_that_never_ends_is_refused_without_being_read_over_and_over():
    # Read again from each quote it would take minutes: every caller waits for one process.
    fault = refusal_of(b'"' + b'\\"' * 120_000)
    assert "JSON" in fault


def refusal_of(raw):
    with pytest.raises(door.Wrong) as fault:
        door.parse(raw)
    return fault.value.sentence


def test_somebody_who_has_left_already_asks_for_no_booklet():
    ben = {
        "motive": "PCI",
        "birth_date": "1990-01-01",
        "submitted_on": "2026-12-01",
        "needed_on": "2026-11-30",
    }
    with pytest.raises(door.Wrong) as fault:
        door.read(ben, dt.date(2026, 12, 1))
    assert fault.value.field == "needed_on"
    assert door.read({**ben, "needed_on": "2026-12-01"}, dt.date(2026, 12, 1)).situation.needed_on
