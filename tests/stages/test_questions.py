"""What people type in the boxes: names, dates, places, addresses; kept as the law wants, shown again as typed."""

from __future__ import annotations

import datetime as dt
import json
import lzma
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from permis.design.widgets import PartialDateField, ThreePartDate
from permis.domain import asked
from permis.domain.asked.table import Question, Step
from permis.domain.conditions import always
from permis.domain.situation import Situation
from permis.domain.vocabulary import Category, Motive
from permis.questions import places, summary
from permis.questions.forms import KINDS, StepForm

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 11, 23)
HOME = {
    "address": "own",
    "letterbox": "Moreau",
    "street": "8 rue des Lices",
    "postcode": "35000",
    "town": "Rennes",
}
LEA = {"birth_name": "Moreau", "given_names": "Léa"}
SURE = "Si tout est exact, cochez « Mon adresse est bien celle-ci »."

pytestmark = pytest.mark.once


def ask(*questions: Question) -> Step:
    """A page with these questions."""
    return Step("essai", "Essai", "Essai", always, questions)


def one(kind: str, label: str = "La question", **options) -> Step:
    """A page with one question, named `q`."""
    return ask(Question("q", kind, label, "Pour essayer.", **options))


def fill(step: Step | str, answers: dict | None = None, **typed) -> StepForm:
    """The page as it is sent, judged."""
    found = asked.BY_SLUG[step] if isinstance(step, str) else step
    form = StepForm(found, typed, today=TODAY, answers=answers or {})
    form.full_clean()
    return form


def wrong(form: StepForm) -> dict[str, str]:
    """The first error of each question."""
    return {name: errors[0] for name, errors in form.errors.items()}


def kept(kind: str, typed: str, **options):
    """What is kept of an answer that is right."""
    form = fill(one(kind, **options), q=typed)
    assert not form.errors, form.errors
    return form.json()["q"]


def refused(kind: str, typed: str, **options) -> str:
    """The sentence that refuses an answer."""
    form = fill(one(kind, **options), q=typed)
    assert form.errors, form.cleaned_data
    assert form["q"].value() == typed, "what was typed comes back"
    return wrong(form)["q"]


def drawn(form: forms.Form) -> str:
    """The questions as the page shows them."""
    return Template("{% load tp %}{% for bound in form %}{% field bound %}{% endfor %}").render(
        Context({"form": form})
    )


# Questions that hang on another --------------------------------------------------------------------------------
PET = Question("pet", "choice", "Un animal ?", "Pour essayer.", choices=(("cat", "Chat"), ("no", "Non")))
NAME = Question(
    "pet_name", "name", "Son nom", "Pour essayer.", only_if=("pet", "cat"), missing="Écrivez son nom."
)


def test_a_question_of_an_earlier_page_that_does_not_hold_takes_the_question_away():
    later = ask(NAME)
    assert list(StepForm(later, today=TODAY, answers={"pet": "cat"}).fields) == ["pet_name"]
    assert list(StepForm(later, today=TODAY, answers={"pet": "no"}).fields) == []
    assert list(StepForm(later, today=TODAY).fields) == []
    assert fill(later, {"pet": "no"}, pet_name="Minou").json() == {}


def test_on_the_same_page_it_is_always_drawn_and_says_when_it_is_asked():
    html = drawn(StepForm(ask(PET, NAME), today=TODAY))
    shown = re.search(r"<div [^>]*data-only-if=\"pet\" data-only-values=\"([^\"]*)\"", html)
    assert json.loads(shown[1].replace("&quot;", '"')) == ["cat"]


@pytest.mark.parametrize(
    "kind", ["line", "choice", "choices", "past_date", "tick", "country", "text", "birth_date"]
)
def test_every_drawing_says_when_it_is_asked(kind):
    hung = Question("q", kind, "Q", "Pour essayer.", choices=(("a", "A"),), only_if=("pet", ("cat", "no")))
    html = drawn(StepForm(ask(PET, hung), today=TODAY))
    assert html.count('data-only-if="pet" data-only-values="[&quot;cat&quot;, &quot;no&quot;]"') == 1


def test_it_is_checked_only_when_it_applies():
    assert wrong(fill(ask(PET, NAME), pet="no")) == {}
    assert wrong(fill(ask(PET, NAME), pet="no", pet_name="M1nou")) == {}
    assert wrong(fill(ask(PET, NAME), pet="cat")) == {"pet_name": "Écrivez son nom."}
    assert "chiffre" in wrong(fill(ask(PET, NAME), pet="cat", pet_name="M1nou"))["pet_name"]


def test_what_was_typed_there_is_kept_if_it_is_right_and_left_out_if_not():
    assert fill(ask(PET, NAME), pet="no", pet_name="Minou").json() == {"pet": "no", "pet_name": "Minou"}
    assert fill(ask(PET, NAME), pet="no", pet_name="M1nou").json() == {"pet": "no"}
    assert fill(ask(PET, NAME), pet="no").json() == {"pet": "no"}


def test_a_saved_answer_of_this_page_does_not_count_against_the_one_just_given():
    form = fill(ask(PET, NAME), {"pet": "cat"}, pet="no")
    assert wrong(form) == {}
    # The first question is empty: nothing hangs on the old answer.
    assert list(wrong(fill(ask(PET, NAME), {"pet": "cat"}, pet=""))) == ["pet"]


# A long list in groups, and words that change with the person ------------------------------------------------------
LONG = one(
    "choice",
    choices=(("a", "A"), ("b", "B"), ("c", "C")),
    groups=(("Les premiers", ("a", "b")), ("Les derniers", ("c",))),
    choice_hints=(("c", "Le dernier de tous."),),
)


def unfolded(html: str) -> list[str]:
    """The titles of the groups that are open."""
    return re.findall(r"<details[^>]* open><summary[^>]*>([^<]*)", html)


def test_the_groups_of_a_long_list_unfold_where_the_choice_is_and_the_first_one_before():
    assert unfolded(drawn(StepForm(LONG, today=TODAY))) == ["Les premiers"]
    assert unfolded(drawn(StepForm(LONG, today=TODAY, answers={"q": "c"}))) == ["Les derniers"]
    assert unfolded(drawn(fill(LONG, q="c"))) == ["Les derniers"]
    assert unfolded(drawn(fill(LONG))) == ["Les premiers"]  # where the list of errors leads


def test_each_group_is_told_by_its_title_and_each_choice_stands_in_one_group():
    html = drawn(StepForm(LONG, today=TODAY))
    titles = dict(re.findall(r'<summary id="([^"]+)">([^<]*)', html))
    assert [titles[one] for one in re.findall(r'role="group" aria-labelledby="([^"]+)"', html)] == [
        "Les premiers",
        "Les derniers",
    ]
    assert re.findall(r'value="(\w)"', html) == ["a", "b", "c"]
    assert "Le dernier de tous." in html
    assert html.count("<fieldset") == html.count("<legend") == 1
    motive = asked.QUESTIONS["motive"]
    assert sorted(code for _, codes in motive.groups for code in codes) == sorted(m.value for m in Motive)


def test_a_question_takes_the_words_and_choices_of_who_is_asked():
    def asked_of(motive: str):
        return asked.question_for("categories", Situation.from_answers({"motive": motive}, today=TODAY))

    assert asked_of("REU").label == "Quelle catégorie avez-vous réussie ?"
    assert [code for code, _ in asked_of("REU").choices] == ["B", "A1", "A2", "B1"]
    assert [code for code, _ in asked_of("FORM_A").choices] == ["A"]
    assert "A" not in dict(asked_of("REU_EXT").choices)
    assert "CE" in dict(asked_of("DIP").choices)
    assert asked_of("MED").kind == "choices"
    # Nobody knows yet for what: the words of everybody.
    nobody = asked.question_for("categories", Situation.from_answers({}, today=TODAY))
    assert nobody == asked.QUESTIONS["categories"]


def test_an_answer_that_says_there_is_none_is_known_and_not_asked():
    stolen = {"motive": "VOL", "theft_declared": "no", "theft_receipt_on": "2026-11-15"}
    assert asked.read(stolen)["theft_receipt_on"] == "none"
    assert Situation.from_answers(asked.read(stolen), today=TODAY).theft_receipt_on is None
    assert asked.read({**stolen, "theft_declared": "yes"})["theft_receipt_on"] == "2026-11-15"
    assert "theft_receipt_on" not in asked.read({"motive": "VOL"})
    assert summary.say(asked.QUESTIONS["theft_receipt_on"], "none") == ""


def test_who_holds_nothing_ticks_none_and_nothing_else():
    told = {"motive": "DIP"}
    diploma = Situation.from_answers(told, today=TODAY)
    step = asked.for_person(asked.BY_SLUG["permis"], diploma)
    answers = fill(step, told, categories=["C"], held_categories=["none"]).json()
    assert Situation.from_answers({**told, **answers}, today=TODAY).held_categories == frozenset()
    held = next(q for q in step.questions if q.name == "held_categories")
    assert summary.say(held, ["none"]) == "Aucune"
    both = {**told, "held_categories": ["none", "B"]}
    assert step.objections(both, TODAY) == {"held_categories": "Décochez « Aucune », ou les catégories."}
    assert step.objections({**told, "held_categories": ["B"]}, TODAY) == {}


def test_the_end_of_each_category_is_asked_alone_and_read_together():
    told = {
        "motive": "MED",
        "categories": ["C", "D"],
        "category_ends_on_C": "2027-01-15",
        "category_ends_on_B": "2030-01-01",
    }
    situation = Situation.from_answers(told, today=TODAY)
    names = [q.name for q in asked.for_person(asked.BY_SLUG["avis-medical"], situation).questions]
    assert names == ["medical_opinion_on", "category_ends_on_C", "category_ends_on_D"]
    counted = asked.of_person(asked.read(told), situation)
    assert counted["category_ends_on"] == {"C": "2027-01-15"}
    ends = Situation.from_answers(counted, today=TODAY).category_ends_on
    assert ends == {Category.C: dt.date(2027, 1, 15)}


# Dates that contradict one another ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slug", "answers", "wrong_ones"),
    [
        ("perte", {"birth_date": "1990-03-14", "lost_on": "1989-01-01"}, ["lost_on"]),
        ("perte", {"birth_date": "1990", "lost_on": "1990-12-30"}, ["lost_on"]),
        ("perte", {"birth_date": "1990", "lost_on": "1991-01-01"}, []),
        ("perte", {"birth_date": "1990-03-14", "lost_on": "none"}, []),
        ("sanction", {"ban_starts_on": "2026-05-15", "ban_ends_on": "2026-05-14"}, ["ban_ends_on"]),
        ("sanction", {"ban_starts_on": "2026-05-15", "ban_ends_on": "2026-05-15"}, []),
        (
            "sanction",
            {"licence_first_issued_on": "2026-05-16", "ban_starts_on": "2026-05-15"},
            ["ban_starts_on"],
        ),
        (
            "permis-actuel",
            {"licence_obtained_on": "2020-01-02", "licence_expires_on": "2020-01-01"},
            ["licence_expires_on"],
        ),
        ("examen", {"theory_exam_on": "2026-11-02", "exam_on": "2026-11-01"}, ["exam_on"]),
        ("vol", {"birth_date": "1990-03-14", "theft_receipt_on": "1990-03-13"}, ["theft_receipt_on"]),
        ("avis-medical", {"birth_date": "1990-03-14", "medical_opinion_on": "1990-03-14"}, []),
    ],
)
def test_dates_that_contradict_one_another_are_told_on_the_one_to_mend(slug, answers, wrong_ones):
    assert list(asked.BY_SLUG[slug].objections(answers, TODAY)) == wrong_ones


def test_a_date_that_may_be_past_or_to_come_stays_within_what_a_paper_says():
    def on(year):
        form = fill(one("any_date"), q_day="1", q_month="2", q_year=str(year))
        return wrong(form).get("q", "")

    assert on(2025) == on(2027) == on(2086) == ""
    assert on(2087) == "Vérifiez l’année : elle est trop lointaine."
    assert on(1905) == "Vérifiez l’année : elle est trop ancienne."
    coming = fill(one("coming_date"), q_day="22", q_month="11", q_year="2026")
    assert wrong(coming) == {"q": "Cette date est passée. Vérifiez l’année."}
    assert wrong(fill(one("coming_date"), q_day="23", q_month="11", q_year="2026")) == {}


def test_no_country_stands_chosen_for_a_licence_until_somebody_chooses():
    assert wrong(fill(one("licence_country"), q="")) == {"q": "Choisissez un pays à « La question »."}
    # New Caledonia is no France here: its licences are exchanged.
    assert kept("licence_country", "NC") == "NC"
    assert kept("country", "NC") == "FR"
    assert summary.say(one("licence_country").questions[0], "NC") == "Nouvelle-Calédonie"


# Kinds --------------------------------------------------------------------------------------------------------
def test_a_category_is_kept_as_a_list_of_one_and_ticked_again():
    step = one("category", choices=(("B", "B"), ("A1", "A1")))
    form = fill(step, q="A1")
    assert form.json() == {"q": ["A1"]}
    again = drawn(StepForm(step, today=TODAY, answers=form.json()))
    assert 'value="A1" checked' in again
    assert 'value="B" checked' not in again
    assert summary.say(step.questions[0], ["A1"]) == "A1"


def test_several_choices_are_ticked_in_a_fieldset_and_kept_as_a_list():
    step = one("choices", "Vos catégories", choices=(("A", "Moto"), ("B", "Voiture"), ("C", "Camion")))
    form = fill(step, q=["A", "B"])
    assert form.json() == {"q": ["A", "B"]}
    html = drawn(StepForm(step, today=TODAY, answers=form.json()))
    assert "<fieldset" in html
    assert "<legend" in html
    assert re.findall(r'type="checkbox" id="(\w+)" name="q" value="(\w)"( checked)?', html) == [
        ("q_0", "A", " checked"),
        ("q_1", "B", " checked"),
        ("q_2", "C", ""),
    ]
    assert summary.say(step.questions[0], ["A", "B"]) == "Moto, Voiture"
    assert wrong(fill(step)) == {"q": "Cochez au moins une réponse à « Vos catégories »."}
    assert wrong(fill(step, q=["Z"])) == {"q": "Choisissez une des réponses proposées."}
    assert fill(one("choices", choices=(("A", "Moto"),), required=False)).json() == {"q": []}


def test_a_box_that_may_stay_empty():
    step = one("tick", required=False)
    assert fill(step, q="on").json() == {"q": "yes"}
    assert fill(step).json() == {"q": ""}
    assert " checked" in drawn(StepForm(step, today=TODAY, answers={"q": "yes"}))
    assert " checked" not in drawn(StepForm(step, today=TODAY, answers={"q": ""}))
    assert [summary.say(step.questions[0], value) for value in ("yes", "")] == ["Oui", ""]


def test_a_mobile_number_and_an_address_are_made_one_and_shown_as_people_say_them():
    assert kept("phone", "06.39.98.12.40") == "+33639981240"
    assert kept("email", " Anne@Exemple.FR") == "anne@exemple.fr"
    again = StepForm(one("phone"), today=TODAY, answers={"q": "+33639981240"})
    assert 'value="06 39 98 12 40"' in drawn(again)
    assert summary.say(one("phone").questions[0], "+33639981240") == "06 39 98 12 40"
    assert "06 ou 07" in refused("phone", "01 23 45 67 89")
    assert "Exemple : lea@exemple.fr" in refused("email", "anne@exemple")


def test_a_text_of_several_lines_keeps_its_lines():
    assert kept("text", "  Un\r\n\r\ndeux \u200b mots\r\n") == "Un\n\ndeux mots"
    assert refused("text", "x" * 501, max_length=500) == "Écrivez au plus 500 caractères : il y en a 501."
    html = drawn(StepForm(one("text"), today=TODAY))
    assert "<textarea" in html
    assert "maxlength" not in html


@pytest.mark.parametrize(
    "typed", ["1234567890123456", "1234 5678 9012 3456", "1234-5678-9012-3456", " 1234.5678 90123456"]
)
def test_a_stamp_number_however_it_is_copied(typed):
    assert kept("stamp_number", typed) == "1234567890123456"
    assert (
        summary.say(one("stamp_number").questions[0], kept("stamp_number", typed))
        == "••••\u00a0••••\u00a0••••\u00a03456"
    )


@pytest.mark.parametrize(("typed", "count"), [("123456789012345", 15), ("12345678901234567", 17), ("1", 1)])
def test_a_stamp_number_of_the_wrong_length_says_how_many_digits_are_there(typed, count):
    assert (
        refused("stamp_number", typed) == f"Le numéro du timbre a 16 chiffres : vous en avez écrit {count}."
    )


def test_a_stamp_number_has_digits_only():
    assert "seulement les chiffres" in refused("stamp_number", "1234 5678 9012 345O")
    assert "seulement les chiffres" in refused("stamp_number", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("21 06 92 106 990", "210692106990"),
        ("13aa00001", "13AA00001"),
        ("75-12345", "7512345"),
        ("A1234/75", "A123475"),
    ],
)
def test_a_licence_number_of_any_age_is_taken(typed, number):
    assert kept("licence_number", typed) == number


@pytest.mark.parametrize("typed", ["1234", "x" * 21, "13AA0000é"])
def test_what_no_licence_bears_is_refused(typed):
    assert "Recopiez le numéro du permis" in refused("licence_number", typed)


# Names --------------------------------------------------------------------------------------------------------
REAL = """Moreau|Le Gall|de La Rochefoucauld|O’Brien|O'Brien|N'Guyen|D’Angelo|García Márquez|Yılmaz|Nguyễn Thị Ánh|
Łukaszewicz|Þórsdóttir|Ó Súilleabháin|Saint-Exupéry|Dupont--Martin|Martin dit Lebeau|Ben Ali|El-Khoury|Ng|E|Ö|Đặng|
Ḥasan|Sainte-Foy de l’Étang|Müller-Lüdenscheidt|Gonçalves|Strauß|Æbelø|L’Œillet|Marie-Thérèse|Jean Paul|
Saʻid|Ha‘upu|Mc Donald|St. John|van der Berg|al-Ḥusaynī|Ivan’ov|Смирнов|محمد|李|김|Ελένη|Nʼko|Élie-Noël|da Silva e Souza|
Kahananui–Kealoha|Anne Marie (dite Annie)|X|d’Ornano|Zoë|Ŝanĝo|Ngũgĩ wa Thiong’o""".replace("\n", "").split(
    "|"
)


@pytest.mark.parametrize("name", [name.strip() for name in REAL])
def test_a_real_name_is_taken_as_it_is_written(name):
    once = kept("name", name, max_length=120)
    assert kept("name", once, max_length=120) == once
    letters = [c for c in name if c.isalpha()]
    assert [c for c in once if c.isalpha()] == letters


@pytest.mark.parametrize(
    ("typed", "name"), [("O`Brien", "O'Brien"), ("Marie‑Ève", "Marie-Ève"), ("  Le \u00a0 Gall ", "Le Gall")]
)
def test_what_keyboards_write_for_an_apostrophe_a_hyphen_or_a_space_is_made_plain(typed, name):
    assert kept("name", typed) == name


@pytest.mark.parametrize(
    ("typed", "says"), [("Louis 14", "pas de chiffre"), ("Léa❤", "« ❤ »"), ("--", "au moins une lettre")]
)
def test_what_cannot_be_a_name_is_refused(typed, says):
    assert says in refused("name", typed)


def test_whoever_has_no_given_name_says_so_and_is_not_asked_for_one():
    typed = {
        "sex": "M",
        "birth_name": "Sukarno",
        "birth_date_year": "1965",
        "birth_country": "ID",
        "birth_place": "Surabaya",
        "nationality": "ID",
        "guardianship": "no",
    }
    assert list(wrong(fill("identite", **typed))) == ["given_names"]
    form = fill("identite", no_given_name="on", **typed)
    assert wrong(form) == {}
    answers = asked.read(form.json())
    assert summary.full_name(answers) == "Sukarno"
    assert summary.full_name({**answers, "given_names": "Ancien"}) == "Sukarno"
    assert summary.postal_lines({**answers, **HOME}) == (
        "Sukarno",
        "chez Moreau",
        "8 RUE DES LICES",
        "35000 RENNES",
    )


def test_the_letter_of_an_empty_draft_has_no_line():
    assert summary.postal_lines({}) == ()
    assert summary.postal_lines({"birth_name": None, "letterbox": None}) == ()


# Dates known in part --------------------------------------------------------------------------------------------
def birth(day: str, month: str, year: str) -> StepForm:
    """A date of birth as it is typed."""
    return fill(
        one("birth_date", "Date de naissance", hint="Exemple : 02 09 1978"),
        q_day=day,
        q_month=month,
        q_year=year,
    )


@pytest.mark.parametrize(
    ("boxes", "value", "words"),
    [
        (("2", "3", "1965"), "1965-03-02", "2 mars 1965"),
        (("", "3", "1965"), "1965-03", "mars 1965 (jour inconnu)"),
        (("00", "03", "1965"), "1965-03", "mars 1965 (jour inconnu)"),
        (("", "", "1965"), "1965", "1965 (jour et mois inconnus)"),
        (("00", "00", "1965"), "1965", "1965 (jour et mois inconnus)"),
        (("00", "", "1965"), "1965", "1965 (jour et mois inconnus)"),
    ],
)
def test_a_birth_date_that_papers_know_in_part(boxes, value, words):
    form = birth(*boxes)
    assert wrong(form) == {}
    assert form.json() == {"q": value}
    assert summary.say(form.step.questions[0], value) == words


@pytest.mark.parametrize(
    ("boxes", "says"),
    [
        (("", "", ""), "Écrivez la date de naissance. Exemple : 02 09 1978"),
        (("2", "", "1965"), "Écrivez aussi le mois."),
        (("2", "00", "1965"), "Écrivez aussi le mois."),
        (("2", "3", ""), "Écrivez aussi l’année."),
        (("", "3", ""), "Écrivez aussi l’année."),
        (("00", "00", "0000"), "Vérifiez l’année : 0 n’est pas possible."),
        (("31", "02", "1965"), "Le 31 février n’existe pas. Vérifiez le jour et le mois."),
        (("0", "3", "1965"), "Vérifiez le jour : il va de 1 à 31."),
        (("", "13", "1965"), "Vérifiez le mois : il va de 1 à 12."),
        (("", "mars", "1965"), "Écrivez le mois en chiffres. Exemple : 02 09 1978"),
        (("", "", "65"), "Écrivez une année sur 4 chiffres. Exemple : 1998"),
        (("", "", "2027"), "Cette date est dans le futur. Vérifiez l’année."),
        (("", "12", "2026"), "Cette date est dans le futur. Vérifiez l’année."),
        (("24", "11", "2026"), "Cette date est dans le futur. Vérifiez l’année."),
        (("", "", "1905"), "Vérifiez l’année : elle est trop ancienne."),
    ],
)
def test_a_birth_date_that_cannot_be_is_explained_and_comes_back(boxes, says):
    form = birth(*boxes)
    assert wrong(form) == {"q": says}
    assert form["q"].value() == list(boxes)


def test_this_very_month_and_this_very_year_are_not_the_future():
    assert (
        wrong(birth("", "11", "2026"))
        == wrong(birth("", "", "2026"))
        == wrong(birth("23", "11", "2026"))
        == {}
    )


def test_the_hint_says_that_a_part_may_be_unknown_and_shows_the_example_of_the_errors():
    html = drawn(birth("", "", "")).replace("\u00a0", " ")
    assert "laissez la case vide" in html
    assert html.count("Exemple : 02 09 1978") == 2


@settings(deadline=None)
@given(st.dates(dt.date(1910, 1, 1), dt.date(2026, 1, 1)), st.sampled_from([4, 7, 10]))
def test_a_date_kept_and_shown_again_is_kept_the_same(day, length):
    value = day.isoformat()[:length]
    boxes = ThreePartDate().decompress(value)
    assert PartialDateField().clean(boxes) == value


@settings(deadline=None)
@given(st.lists(st.text(max_size=4), min_size=3, max_size=3))
def test_whatever_is_in_the_three_boxes_there_is_a_date_or_a_sentence(boxes):
    form = birth(*boxes)
    if form.errors:
        assert wrong(form)["q"].endswith((".", "1978", "1998"))
    else:
        value = form.json()["q"]
        assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value, re.ASCII)
        assert summary.say(form.step.questions[0], value).split(" (")[0].endswith(value[:4])


@pytest.mark.parametrize(
    "slug",
    ["examen", "perte", "vol", "sanction", "permis-actuel", "avis-medical", "voyage", "sejour", "erreur"],
)
def test_the_hint_and_the_error_of_a_date_show_the_same_example(slug):
    for question in asked.BY_SLUG[slug].questions:
        if question.kind in {"exam_date", "past_date", "any_date", "coming_date"}:
            example = re.search(r"\d\d \d\d \d{4}", question.hint)[0]
            error = wrong(fill(ask(replace(question, only_if=None))))[question.name]
            assert re.search(r"\d\d \d\d \d{4}", error)[0] == example


# Towns and postcodes -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("postcode", "typed", "official"),
    [
        ("35000", "rennes", "Rennes"),
        ("42000", "st etienne", "Saint-Étienne"),
        ("42000", "SAINT-ETIENNE", "Saint-Étienne"),
        ("93200", "St. Denis", "Saint-Denis"),
        ("97400", "saint denis", "Saint-Denis"),
        ("94240", "l hay les roses", "L’Haÿ-les-Roses"),
        ("01400", "L'Abergement Clemenciat", "L’Abergement-Clémenciat"),
        ("71100", "Chalon s/ Saône", "Chalon-sur-Saône"),
        ("75014", "paris", "Paris"),
        ("75116", "Paris 16e", "Paris"),
        ("69003", "Lyon 3ème arrondissement", "Lyon"),
        ("50100", "cherbourg octeville", "Cherbourg-Octeville"),
        ("98714", "papeete", "Papeete"),
        ("97500", "Saint-Pierre", "Saint-Pierre"),
        ("20000", "ajaccio", "Ajaccio"),
        ("35042", "Rennes cedex", "Rennes CEDEX"),
        ("75 700", "Paris cedex 07", "Paris CEDEX 07"),
    ],
)
def test_a_town_of_this_postcode_is_kept_by_its_official_name(postcode, typed, official):
    form = fill("adresse", LEA, **{**HOME, "postcode": postcode, "town": typed})
    assert wrong(form) == {}
    assert form.json()["town"] == official
    assert form.json()["address_sure"] == ""
    assert "address_sure" not in form.fields
    again = fill("adresse", LEA, **{**HOME, "postcode": form.json()["postcode"], "town": official})
    assert again.json() == form.json()


def test_a_town_of_another_postcode_is_told_the_right_ones_and_comes_back():
    form = fill("adresse", LEA, **{**HOME, "town": "Renne"})
    assert wrong(form) == {
        "town": f"35000 est le code postal de : Rennes. Choisissez-la, ou vérifiez le code postal. {SURE}"
    }
    assert form["town"].value() == "Renne"


def test_a_postcode_of_many_towns_names_those_that_look_like_what_was_typed():
    sentence = wrong(fill("adresse", LEA, **{**HOME, "postcode": "51300", "town": "Frignicour"}))["town"]
    assert sentence.startswith("51300 est le code postal de : Frignicourt, ")
    assert "et 40 autres. Choisissez la vôtre" in sentence


@pytest.mark.parametrize(
    ("postcode", "says"),
    [
        ("35999", f"Aucune commune n’a le code postal 35999. Vérifiez les 5 chiffres. {SURE}"),
        ("99000", "Ce code postal n’existe pas. Vérifiez les deux premiers chiffres."),
        ("3500", "Le code postal a 5 chiffres. Exemple : 35000"),
        ("٣٥٠٠٠", "Le code postal a 5 chiffres. Exemple : 35000"),
        ("", "Écrivez votre code postal. Exemple : 35000"),
    ],
)
def test_a_postcode_that_does_not_exist(postcode, says):
    assert wrong(fill("adresse", LEA, **{**HOME, "postcode": postcode})) == {"postcode": says}


def ticked(form: StepForm) -> str:
    """What the browser sends for the box « my address is right » of this page."""
    return re.search(r'name="address_sure" value="([^"]+)"', drawn(form))[1]


def test_somebody_who_knows_better_ticks_the_box_and_is_believed():
    typed = {**HOME, "town": "Ville-Nouvelle"}
    form = fill("adresse", LEA, **typed)
    assert "address_sure" in form.fields
    sure = fill("adresse", LEA, **typed, address_sure=ticked(form))
    assert wrong(sure) == {}
    assert (sure.json()["town"], sure.json()["address_sure"]) == ("Ville-Nouvelle", "yes")
    # Back on the page, the box is ticked; saved again, it is still right.
    again = StepForm(asked.BY_SLUG["adresse"], today=TODAY, answers={**LEA, **sure.json()})
    assert " checked" in re.search(r"<input[^>]*address_sure[^>]*>", drawn(again))[0]
    assert wrong(fill("adresse", sure.json(), **typed, address_sure=ticked(again))) == {}


def test_the_box_is_about_the_pair_that_was_shown_and_no_other():
    box = ticked(fill("adresse", LEA, **{**HOME, "town": "Ville-Nouvelle"}))
    other = fill("adresse", LEA, **{**HOME, "town": "Ville-Ancienne"}, address_sure=box)
    assert list(wrong(other)) == ["town"]
    assert " checked" not in re.search(r"<input[^>]*address_sure[^>]*>", drawn(other))[0]


def test_the_box_is_not_there_before_there_is_a_reason():
    assert "address_sure" not in StepForm(asked.BY_SLUG["adresse"], today=TODAY).fields
    assert "address_sure" not in fill("adresse", LEA, **{**HOME, "town": ""}).fields
    right = fill("adresse", {**LEA, "address_sure": "yes"}, **HOME)
    assert right.json()["address_sure"] == ""


def test_a_street_too_long_for_the_envelope_is_told_on_its_box():
    typed = {**HOME, "street": "120 avenue des Compagnons de la Résistance française"}
    assert wrong(fill("adresse", LEA, **typed)) == {
        "street": "La ligne du numéro et de la rue a 44 caractères, et une enveloppe en prend 38 : il y en a 6 de "
        "trop. Abrégez un prénom du nom de la rue, ou écrivez le bâtiment dans la case de l’appartement."
    }
    long = {**HOME, "street": "25 boulevard du Maréchal Jean de Lattre de Tassigny"}
    form = fill("adresse", LEA, **long)
    assert wrong(form) == {}
    assert "25 BD MAL J DE LATTRE DE TASSIGNY" in summary.postal_lines({**LEA, **form.json()})


# Places of birth -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "text", "code"),
    [
        ("rennes", "Rennes (35)", "35238"),
        ("Rennes (35)", "Rennes (35)", "35238"),
        ("Rennes (Ille-et-Vilaine)", "Rennes (35)", "35238"),
        ("St-Denis (93)", "Saint-Denis (93)", "93066"),
        ("saint denis (974)", "Saint-Denis (974)", "97411"),
        ("Saint-Denis (Réunion)", "Saint-Denis (974)", "97411"),
        ("paris 14", "Paris 14e Arrondissement (75)", "75114"),
        ("Paris 14ème", "Paris 14e Arrondissement (75)", "75114"),
        ("PARIS XIV", "Paris 14e Arrondissement (75)", "75114"),
        ("75114", "Paris 14e Arrondissement (75)", "75114"),
        ("Paris 1er arrondissement", "Paris 1er Arrondissement (75)", "75101"),
        ("Lyon 9", "Lyon 9e Arrondissement (69)", "69389"),
        ("Marseille 16e (13)", "Marseille 16e Arrondissement (13)", "13216"),
        ("Paris (75)", "Paris (75)", "75056"),
        ("Ajaccio (2A)", "Ajaccio (2A)", "2A004"),
        ("2a004", "Ajaccio (2A)", "2A004"),
        ("Annecy-le-Vieux", "Annecy-le-Vieux (74)", "74011"),
        ("Nouméa", "Nouméa (988)", "98818"),
        # A commune that our list has lost, or that stood in another department then: the paper is right.
        ("Nanterre (75)", "Nanterre (75)", ""),
        ("Ajaccio (20)", "Ajaccio (20)", ""),
        ("La Disparue (1)", "La Disparue (01)", ""),
    ],
)
def test_a_birth_in_france_is_kept_by_its_commune(typed, text, code):
    found = places.birth_place(typed)
    assert (found.text, found.code, found.error) == (text, code, "")
    assert places.birth_place(text).text == text
    assert places.birth_code(text) == code


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            "saint-denis",
            (
                "Plusieurs communes s’appellent Saint-Denis. Écrivez la vôtre comme ceci : « Saint-Denis (974) », "
                "« Saint-Denis (93) », « Saint-Denis (11) », « Saint-Denis (30) »."
            ),
        ),
        (
            "Paris",
            "Ajoutez l’arrondissement. Exemple : Paris 3e. Si les papiers ne le disent pas, écrivez « Paris (75) ».",
        ),
        ("75056", "Ajoutez l’arrondissement. Exemple : Paris 3e."),
        ("Lyon 12", "Lyon a 9 arrondissements. Vérifiez le numéro."),
        ("Paris 0", "Paris a 20 arrondissements. Vérifiez le numéro."),
        (
            "Rnnes",
            "Nous ne trouvons pas cette commune en France. Vérifiez l’orthographe. Peut-être : « Rennes (35) »",
        ),
        ("Zzyx", "ajoutez son département entre parenthèses, comme dans « Rennes (35) »."),
        ("00000", "Nous ne connaissons pas de commune de code 00000. Écrivez plutôt son nom."),
        ("Rennes (135)", "Nous ne trouvons pas cette commune"),
    ],
)
def test_a_birth_place_that_is_not_clear_says_what_to_write(typed, says):
    found = places.birth_place(typed)
    assert says in found.error
    assert not found.text


def test_what_an_error_offers_is_taken_when_it_is_written():
    for typed in ("saint-denis", "Paris", "Rnnes", "Zzyx", "Saint Martin", "Sainte Colombe"):
        for offer in re.findall(r"« ([^»]+) »", places.birth_place(typed).error):
            assert places.birth_place(offer).text == offer


def test_only_a_birth_in_france_is_looked_for_in_the_list():
    step = ask(
        Question("birth_country", "country", "Pays", "Pour essayer."),
        Question("birth_place", "birth_town", "Lieu", "Pour essayer."),
    )
    assert fill(step, birth_country="DZ", birth_place="saint-denis du sig").json() == {
        "birth_country": "DZ",
        "birth_place": "saint-denis du sig",
    }
    assert list(wrong(fill(step, birth_country="FR", birth_place="saint-denis du sig"))) == ["birth_place"]
    # La Réunion is in the list of countries too: it is France.
    assert fill(step, birth_country="RE", birth_place="st denis (974)").json() == {
        "birth_country": "FR",
        "birth_place": "Saint-Denis (974)",
    }
    # The country is in doubt: the place is not judged.
    assert list(wrong(fill(step, birth_country="ZZ", birth_place="Nulle part"))) == ["birth_country"]


# The list of communes ------------------------------------------------------------------------------------------
def every():
    """Each line of the file."""
    file = Path(places.__file__).parent / "data" / "communes.csv.xz"
    return [line.split(";") for line in lzma.decompress(file.read_bytes()).decode().splitlines()]


def test_the_file_holds_the_names_folded_as_what_is_typed():
    rows = every()
    assert len(rows) > 37_000
    assert [row for row in rows if row[3] != places.fold(row[4])] == []
    assert {row[2] for row in rows} == {"C", "A", "O"}
    assert sum(row[2] == "A" for row in rows) == 20 + 9 + 16
    assert [row for row in rows if not all(re.fullmatch(r"\d{5}", code) for code in row[1].split())] == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_commune_is_found_by_its_name_and_stays_the_same_when_saved_again(data):
    code, postcodes, kind, _, name = data.draw(st.sampled_from(EVERY))
    place = places.Place(code, tuple(postcodes.split()), kind, name)
    if postcodes and kind == "C":
        official = places.town_of(name.upper(), postcodes.split()[0])
        assert places.fold(official) == places.fold(name)
    kept_text = places.birth_place(place.label).text
    assert places.fold(kept_text) == places.fold(place.label)
    assert places.birth_place(kept_text).text == kept_text


EVERY = every()


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_as_a_place_there_is_an_answer(text):
    found = places.birth_place(text)
    assert bool(found.text) != bool(found.error)
    assert len(places.suggest(text)) <= 8
    places.town_of(text, "35000")
    places.wrong_town(text, "51300")
    assert places.fold(places.fold(text)) == places.fold(text)


def test_the_communes_are_not_read_before_somebody_needs_them():
    script = (
        "import os, django; django.setup(); from permis.questions import forms, places, summary; "
        "assert places._atlas.cache_info().currsize == 0; places.communes_of('35000'); "
        "assert places._atlas.cache_info().currsize == 1"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, cwd=ROOT)


def test_the_likeliest_communes_come_first():
    assert places.suggest("renn")[0].label == "Rennes (35)"
    assert [place.name for place in places.suggest("", "35000")] == ["Rennes"]
    assert places.suggest("saint-d")[0].label == "Saint-Denis (974)"
    assert "Bourg-en-Bresse (01)" in [place.label for place in places.suggest("en bresse")]
    assert places.suggest("r") == places.suggest("") == []
    assert [p.label for p in places.suggest("paris 14", birth=True)] == ["Paris 14e Arrondissement (75)"]
    assert "Paris (75)" not in [p.label for p in places.suggest("paris", birth=True)]
    assert len(places.suggest("saint")) == 8


@pytest.mark.django_db
def test_suggestions_are_open_to_all_and_kept_a_day_without_a_cookie():
    response = Client().get(reverse("questions:communes"), {"q": "renn", "cp": "35000"})
    assert response.json() == {
        "communes": [
            {
                "name": "Rennes",
                "label": "Rennes (35)",
                "code": "35238",
                "postcodes": ["35000", "35200", "35700"],
            }
        ]
    }
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert not response.cookies
    assert Client().post(reverse("questions:communes")).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", [{}, {"q": "x" * 5000}, {"q": "(((\x00", "cp": "\\d"}, {"cp": "٣٥٠٠٠"}, {"q": "%;\n"}]
)
def test_no_suggestion_for_what_is_no_place(query):
    response = Client().get(reverse("questions:communes"), query)
    assert (response.status_code, response.json()) == (200, {"communes": []})


# What every page keeps -----------------------------------------------------------------------------------------
def test_each_empty_answer_is_told_by_its_own_name():
    # One sentence for each question: whoever hears the list of errors knows which answer is meant.
    for step in asked.STEPS:
        sentences = [errors[0] for errors in fill(step).errors.values()]
        assert len(sentences) == len(set(sentences)), step.slug


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_questions_of_each_kind_have_words_for_whoever_does_not_see_them(kind):
    step = one(kind, "Le libellé", hint="Une aide.", choices=(("a", "A"), ("b", "B")), required=True)
    around = {"today": TODAY, "channels": (("email", "Par e-mail"), ("sms", "Par SMS"))}
    empty, judged = StepForm(step, **around), StepForm(step, {}, **around)
    judged.full_clean()
    for form in (empty, judged):
        html = drawn(form)
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for control in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
            name = re.search(r' id="([^"]+)"', control)[1]
            assert f'for="{name}"' in html
        for described in re.findall(r'aria-describedby="([^"]+)"', html):
            assert set(described.split()) <= set(ids)
        if html.count("<input") > 1:
            assert html.count("<fieldset") == html.count("<legend") == 1
        assert ('id="q-h"' in html) == ("aria-describedby" in html and "q-h" in html)
        assert "maxlength" not in html or kind.endswith("date")
    if judged.errors:
        html = drawn(judged)
        assert 'id="q-e"' in html
        assert re.search(r'aria-describedby="[^"]*q-e', html)
        assert "Ce champ" not in html, "Django's own sentence"
        assert "required" not in html


@pytest.mark.parametrize("step", asked.STEPS, ids=lambda step: step.slug)
def test_every_answer_that_can_be_kept_has_words_for_the_summary(step):
    for question in step.questions:
        assert question.kind in KINDS
        assert summary.say(question, "") == summary.say(question, None) == summary.say(question, []) == ""
