"""The public pages of the rules: everybody reads what the tables say, on the day that they choose."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permis import clock
from permis.checklist import law
from permis.domain import axis, readable, required
from permis.domain.conditions import aged, always, french
from permis.domain.vocabulary import Motive, Piece
from tests.browser import Person
from tools import docs

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    """The 23rd of November 2026, whatever the machine's day."""
    monkeypatch.setattr(clock, "today", lambda: DAY)


def test_everybody_reads_the_28_requests_from_the_foot_of_any_page():
    reader = Person().open("/")
    assert ("Les règles", "/regles/") in reader.page.links
    reader.open("/regles/")
    assert reader.sees("Règles en vigueur aujourd’hui, le 23 novembre 2026", "Ce qui a changé", "Les textes")
    leads = {to for _, to in reader.page.links if to.startswith("/regles/")}
    assert leads >= {f"/regles/{motive}/" for motive in Motive} | {"/regles/tableau/"}


@pytest.mark.parametrize("motive", list(Motive))
def test_each_row_of_a_request_is_there_with_its_text(motive):
    reader = Person().open(f"/regles/{motive}/")
    assert reader.status == 200
    reader.sees(motive.label, "Quand", "Texte", "Délai habituel")
    for row in required.rules_of(motive).rows:
        if readable.in_force(row, DAY):
            reader.sees(
                " ".join(str(row.source).replace("\u00a0", " ").split()).removesuffix(" (voir docs/law.md)")
            )
    html = reader.response.content.decode()
    for line in readable.chapter(motive, DAY).lines:
        assert f'-{line.key}"' in html, line.key


def test_a_lost_licence_in_words():
    Person().open("/regles/PERTE/").sees(
        "Une carte de permis",
        "Plus une fois envoyée.",
        "Justificatif de domicile",
        "Vous avez un logement à votre nom et vous avez 18 ans ou plus.",
        "12,50 €",
        "Vous habitez en Guyane.",
        "Conduire avec votre attestation de droits à conduire (ADCS) pendant 4 mois",
        "Depuis le 4 décembre 2024",
        "Une auto-école ne peut pas faire cette demande à la place de la personne.",
    )


def test_the_page_of_a_day_shows_the_rows_of_that_day():
    """The ADCS exists since 4 December 2024: the day before, it is not there yet."""
    before = Person().open("/regles/PERTE/?le=03/12/2024")
    assert "Conduire avec votre attestation de droits" not in before.page.text
    before.sees("Règles en vigueur le 3 décembre 2024")
    Person().open("/regles/PERTE/?le=2024-12-04").sees("Conduire avec votre attestation de droits")


def test_the_day_is_kept_from_page_to_page():
    reader = Person().open("/regles/?le=1 3 2024")
    reader.sees("Règles en vigueur le 1er mars 2024")
    assert any(to == "/regles/VOL/?le=2024-03-01" for _, to in reader.page.links)


@pytest.mark.parametrize("page", ["/regles/", "/regles/tableau/", "/regles/VOL/"])
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("31/12/2023", "à partir du 1er janvier 2024"),
        ("31/02/2024", "une date qui existe"),
        ("demain", "une date qui existe"),
        ("2024-13-01", "une date qui existe"),
        ("0000-00-00", "une date qui existe"),
        ("9999-12-31", "avant 2100"),
        ("<script>", "une date qui existe"),
        ("\u0661\u0661/11/2026", "une date qui existe"),
    ],
)
def test_a_wrong_day_is_said_and_what_was_typed_stays(page, typed, says):
    reader = Person()
    reader._land(reader.client.get(page, {"le": typed}))
    assert reader.status == 422
    assert reader.page.title.startswith("Erreur")
    reader.sees(says)
    assert "<script>" not in reader.response.content.decode().split("</head>")[1]
    if typed.isascii() and "<" not in typed:
        assert f'value="{typed}"' in reader.response.content.decode()


@pytest.mark.parametrize("url", ["/regles/RIEN/", "/regles/perte/", "/regles/ADR/"])
def test_a_request_that_does_not_exist_has_no_page(url):
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize("url", ["/regles/", "/regles/tableau/", "/regles/ECH_HUE/"])
def test_reading_the_rules_costs_no_query(url):
    with CaptureQueriesContext(connections["default"]) as counted:
        response = Client().get(url)
    assert (len(counted), response.status_code) == (0, 200)
    assert len(response.content) < 150_000


def test_the_table_says_always_sometimes_and_optional():
    """Literal cells, from the catalogue of motives and documents."""
    pieces, rows = readable.matrix(DAY)
    assert rows[Motive.PERTE][Piece.STAMP] == "toujours"
    assert Piece.STAMP not in rows[Motive.REU]
    assert rows[Motive.REU][Piece.CEPC] == "toujours"
    assert rows[Motive.REU][Piece.STAY] == "selon le cas"
    assert rows[Motive.INS_RET][Piece.PSY] == "facultatif"
    assert rows[Motive.SUSP][Piece.DECISION] == "toujours"
    assert rows[Motive.VOL][Piece.THEFT] == "toujours"
    assert rows[Motive.ECH_EU][Piece.FLIC] == "selon le cas"
    assert set(pieces) == {piece for row in rows.values() for piece in row}
    reader = Person().open("/regles/tableau/")
    assert reader.response.content.decode().count("<tr>") == len(pieces) + 1


def test_what_changed_is_told_with_its_day_and_the_latest_first():
    found = law.changes(DAY)
    assert [change["day"] for change in found] == [
        "4 décembre 2024", "1er mars 2024", "1er février 2024", "1er janvier 2024",
    ]  # fmt: skip
    told = [(change["day"], row["until"], row["what"]) for change in found for row in change["rows"]]
    assert len(told) == len(set(told))
    assert ("1er janvier 2024", "", "Le permis B se passe à partir de 17 ans.") in told
    assert ("1er mars 2024", "29 février 2024", "Il fallait attendre 3 mois après le permis.") in told
    assert (
        "4 décembre 2024",
        "",
        "Après une perte, l’attestation de droits à conduire (ADCS) permet de conduire 4 mois.",
    ) in told
    # The new rule first, then the one that it replaces.
    assert [bool(row["until"]) for row in found[-1]["rows"]] == [False] * 2 + [True] * 4
    reader = Person().open("/regles/")
    reader.sees(
        "Depuis le 4 décembre 2024", "Avant, jusqu’au 31 décembre 2023", "textes lus jusqu’au 31 janvier 2026"
    )


def test_no_sentence_of_a_change_holds_a_code_or_says_its_day_twice():
    for change in axis.changes(dt.date(2023, 1, 1), dt.date(2040, 1, 1))["changes"]:
        day, _, words = change["sentence"].partition(" : ")
        assert day.split()[0] in {"Depuis", "Jusqu’au"}
        assert not re.match("Jusqu’au|jusqu’au|Avant 20|avant 20|CEPC|ADCS|LIC", words), change["sentence"]
        assert " + " not in words
        if change["kind"] == "drive":
            assert "permet" in words or "permettait" in words or "commençaient" in words


def test_the_page_and_the_document_are_two_renderings_of_one_reading():
    written = docs.law()
    for motive in Motive:
        for line in readable.chapter(motive).lines:
            assert f"`{line.key}`" in written
            assert docs.cell(line.what) in written, line.key
    assert f"## {Motive.DIP}: {Motive.DIP.label}" in written


def test_a_condition_is_a_sentence_whose_and_and_or_cannot_be_mistaken():
    young = aged(None, 18)
    assert readable.condition(always) == ""
    assert (
        readable.condition(young & french)
        == "vous avez moins de 18 ans et vous êtes de nationalité française"
    )
    assert readable.condition(~(young & french)) == "vous avez 18 ans ou plus ou vous n’êtes pas français"
    assert (
        readable.condition((young | french) & ~aged(16, None))
        == "(vous avez moins de 18 ans ou vous êtes de nationalité française) et vous avez moins de 16 ans"
    )


def test_each_period_of_a_medical_opinion_is_said_with_its_text():
    periods = [row[:3] for row in readable.medical_periods()]
    assert ("C1, C1E, C, CE", "de 60 à 75 ans", 2) in periods
    assert ("D1, D1E, D, DE", "60 ans ou plus", 1) in periods
    assert ("C1, C1E, C, CE", "moins de 60 ans", 5) in periods


def test_a_motive_is_named_by_no_view_no_template_and_no_migration():
    """What docs/howto/add-a-motive.md promises, shown on the one that it measures."""
    root = Path(law.__file__).resolve().parents[2]
    naming = [
        path.relative_to(root).as_posix()
        for pattern in ("**/*.py", "**/*.html", "**/*.typ", "**/*.js")
        for path in (root / "permis").glob(pattern)
        if re.search(r"\bROSE\b", path.read_text("utf-8"))
    ]
    tables = [name for name in naming if name.startswith("permis/domain/")]
    others = {name for name in naming if not name.startswith(("permis/domain/", "permis/demo/"))}
    assert others <= {"permis/instruction/law.py"}
    howto = (root / "docs/howto/add-a-motive.md").read_text("utf-8")
    assert [name for name in tables if name not in howto] == []
    rows = root / "permis/domain/required/pink_licence.py"
    assert f"| {len(rows.read_text('utf-8').splitlines())}, new |" in howto
