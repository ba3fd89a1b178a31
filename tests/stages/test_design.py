"""The look: tags draw what the mocks show, dates keep what was typed, house rules of templates hold."""

import re
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from permis.design import context, minify, views, words
from permis.design.templatetags import tp
from permis.design.views import WRONG, Everything
from permis.design.widgets import DateField3, ThreePartDate
from permis.domain.vocabulary import State

PERMIS = Path(context.__file__).resolve().parents[1]
TEMPLATES = sorted(PERMIS.glob("**/templates/**/*.html"))
SKIN = minify.SOURCE.read_text(encoding="utf-8")


def draw(source: str, **values: Any) -> str:
    text = Template("{% load tp %}" + source).render(Context(values))
    return re.sub(r"\s+", " ", text.replace("\u00a0", "~").replace("\u202f", "~")).strip()


def question(name: str, form: forms.Form | None = None) -> str:
    return draw("{% field q %}", q=(form or Everything())[name])


# fields ----------------------------------------------------------------------------------------------------
def test_a_text_question_ties_its_hint_and_its_error():
    html = question("prenoms", Everything(WRONG))
    assert '<div class="fr-input-group fr-input-group--error">' in html
    assert '<label class="fr-label" for="prenoms">Prénoms <span class="fr-hint-text" id="prenoms-h">' in html
    assert 'aria-describedby="prenoms-h prenoms-e"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="given-name"' in html
    assert (
        '<p class="fr-error-text" id="prenoms-e">Écrivez vos prénoms. Exemple~: Léa Jeanne Inès</p>' in html
    )


def test_a_calm_question_says_nothing_of_errors():
    html = question("nom")
    assert 'class="fr-input tp-w-20"' in html
    assert "error" not in html
    assert "aria-invalid" not in html


def test_an_optional_question_says_so():
    assert "Nom d’usage (facultatif)" in question("usage")


def test_radios_are_a_fieldset():
    html = question("sexe", Everything(WRONG))
    assert '<legend class="fr-fieldset__legend">Sexe</legend>' in html
    assert (
        '<div class="fr-fieldset__element"><div class="fr-radio-group">'
        '<input type="radio" id="sexe_0" name="sexe" value="F" checked>'
        '<label class="fr-label" for="sexe_0">Féminin</label></div></div>'
    ) in html


def test_a_rich_choice_carries_its_sentence():
    html = question("photo")
    assert "fr-radio-group fr-radio-rich" in html
    assert 'aria-describedby="photo_0-h"' in html
    assert "Comptez 10 jours de plus" in html


def test_checkboxes_keep_what_was_ticked_and_what_is_closed():
    html = question("categories", Everything(WRONG))
    assert 'id="categories_0" name="categories" value="B" checked' in html
    assert 'value="C" disabled' in html


def test_the_other_kinds_wear_their_classes():
    assert '<select name="pays" id="pays" class="fr-select tp-w-20">' in question("pays")
    assert '<div class="fr-upload-group">' in question("lettre")
    assert 'class="fr-upload"' in question("lettre")
    assert "<textarea" in question("message")
    assert 'type="email"' in question("courriel")
    assert 'type="tel"' in question("telephone")
    assert "tp-w-10" in question("telephone")
    assert " disabled" in question("compte")
    box = question("sincere", Everything(WRONG))
    assert "fr-checkbox-group--error" in box
    assert 'aria-describedby="sincere-h sincere-e"' in box


def test_a_verified_answer_says_it():
    html = draw('{% field q valid="Code reconnu" %}', q=Everything()["nom"])
    assert '<p class="fr-valid-text" id="nom-v">Code reconnu</p>' in html
    assert 'aria-describedby="nom-h nom-v"' in html


def test_what_people_type_is_escaped():
    form = Everything(WRONG | {"nom": "<b>", "naissance_day": '"><script>'})
    assert "<b>" not in question("nom", form)
    assert "<script>" not in question("naissance", form)


def test_the_summary_leads_to_each_question():
    html = draw('{% error_summary form note="Le reste est enregistré." %}', form=Everything(WRONG))
    assert 'role="alert" tabindex="-1" id="erreurs"' in html
    assert "6 réponses à corriger" in html
    assert '<a href="#prenoms">Écrivez vos prénoms.' in html
    assert '<a href="#naissance_day">Le 31 février n’existe pas.' in html
    assert '<a href="#photo_0">' in html


def test_every_link_of_the_summary_has_a_target():
    form = Everything(WRONG)
    html = draw("{% error_summary form %}{% for q in form %}{% field q %}{% endfor %}", form=form)
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html
    for ids in re.findall(r'aria-describedby="([^"]+)"', html):
        for one in ids.split():
            assert f'id="{one}"' in html
    every = re.findall(r' id="([^"]+)"', html)
    assert len(every) == len(set(every))


def test_one_error_is_singular_and_no_error_is_silence():
    class One(forms.Form):
        nom = forms.CharField()

    assert "1 réponse à corriger" in draw("{% error_summary form %}", form=One({}))
    assert draw("{% error_summary form %}", form=One()) == ""


# dates in three parts --------------------------------------------------------------------------------------
class Birth(forms.Form):
    born = DateField3(label="Date de naissance")


def typed(day: str, month: str, year: str) -> Birth:
    return Birth({"born_day": day, "born_month": month, "born_year": year})


def test_three_boxes_make_a_date():
    form = typed(" 14", "3 ", "2008")
    assert form.is_valid()
    assert form.cleaned_data["born"] == date(2008, 3, 14)


@pytest.mark.parametrize(
    ("parts", "sentence", "faulty"),
    [
        (("31", "02", "2008"), "Le 31 février n’existe pas. Vérifiez le jour et le mois.", "day month"),
        (("29", "2", "2007"), "Le 29 février 2007 n’existe pas. Vérifiez la date.", "day month year"),
        (("14", "3", "98"), "Écrivez une année sur 4 chiffres. Exemple : 1998", "year"),
        (("14", "3", "0208"), "Vérifiez l’année : 208 n’est pas possible.", "year"),
        (("14", "13", "2008"), "Vérifiez le mois : il va de 1 à 12.", "month"),
        (("32", "1", "2008"), "Vérifiez le jour : il va de 1 à 31.", "day"),
        (("0", "1", "2008"), "Vérifiez le jour : il va de 1 à 31.", "day"),
        (("14", "", ""), "Écrivez aussi le mois et l’année.", "month year"),
        (("14", "mars", "2008"), "Écrivez le mois en chiffres. Exemple : 14 03 2008", "month"),
        (("١٤", "3", "2008"), "Écrivez le jour en chiffres. Exemple : 14 03 2008", "day"),
        (("-1", "3", "2008"), "Écrivez le jour en chiffres. Exemple : 14 03 2008", "day"),
        (("", "", ""), "Écrivez la date. Exemple : 14 03 2008", "day month year"),
    ],
)
def test_a_wrong_date_is_kept_and_explained(parts: tuple[str, str, str], sentence: str, faulty: str):
    form = typed(*parts)
    assert form.errors["born"] == [sentence]
    html = question("born", form)
    for name, value in zip(("day", "month", "year"), parts, strict=True):
        box = re.search(rf'<input [^>]*id="born_{name}"[^>]*>', html)[0]
        assert f'value="{value}"' in box
        assert ("aria-invalid" in box) == (name in faulty.split())


def test_an_absent_date_is_told_as_empty():
    assert Birth({}).errors["born"] == ["Écrivez la date. Exemple : 14 03 2008"]


def test_an_optional_date_may_stay_empty():
    assert DateField3(required=False).clean(["", "", ""]) is None


def test_a_known_date_fills_its_boxes():
    for known in (date(2008, 3, 4), "2008-03-04"):
        html = question("born", Birth(initial={"born": known}))
        assert re.findall(r'name="(\w+)" [^>]*value="(\d+)"', html) == [
            ("born_day", "04"),
            ("born_month", "03"),
            ("born_year", "2008"),
        ]
    assert ThreePartDate().decompress("hier") == ["", "", ""]


def test_the_birthday_is_known_to_browsers():
    assert 'autocomplete="bday-month"' in question("naissance")
    assert 'autocomplete="off"' in question("born", Birth())


def test_a_date_changes_only_when_it_changes():
    field = DateField3()
    assert not field.has_changed(date(2008, 3, 4), ["4", "3", "2008"])
    assert field.has_changed(date(2008, 3, 4), ["5", "3", "2008"])
    assert field.has_changed(None, ["31", "2", "2008"])


# the other components --------------------------------------------------------------------------------------
def test_the_stepper_counts_and_announces():
    html = draw('{% stepper 2 5 "Votre identité" "votre adresse" %}')
    assert '<span class="fr-stepper__state">Étape 2 sur 5</span> Votre identité</h1>' in html
    assert 'data-fr-current-step="2" data-fr-steps="5"' in html
    assert "Ensuite&nbsp;:</span> votre adresse" in html
    assert "Ensuite" not in draw('{% stepper 5 5 "Vérifier" %}')


def test_badges():
    assert draw('{% badge "success" "Accepté" %}') == '<p class="fr-badge fr-badge--success">Accepté</p>'
    assert draw('{% badge "" "À ajouter" %}') == '<p class="fr-badge fr-badge--no-icon">À ajouter</p>'
    small = draw('{% badge "info" "Envoi" icon="fr-icon-time-line" small=True tag="span" %}')
    assert small == '<span class="fr-badge fr-badge--sm fr-badge--info fr-icon-time-line">Envoi</span>'


def test_alerts():
    assert "<h2 class=" in draw('{% alert "info" "Titre" "Texte" %}')
    assert "fr-alert--sm" in draw('{% alert "info" text="Court" %}')


def test_the_timeline_marks_who_and_when():
    items = [
        {"title": "Envoyée", "date": datetime(2026, 11, 23, 14, 58), "text": "Merci"},
        {"title": "Au bureau", "is_now": True, "is_you": True},
        {"title": "Reçue", "is_next": True, "mark_icon": "fr-icon-mail-line", "date": "bientôt"},
    ]
    html = draw("{% timeline items %}", items=items)
    said = '<time datetime="2026-11-23T14:58">Lundi 23 novembre 2026 à 14~h~58</time>. Merci'
    assert said in html
    assert '<li class="is-now is-you">' in html
    assert 'class="tp-timeline__mark fr-icon-mail-line" aria-hidden="true"' in html


def test_an_event_told_in_sentences_has_a_title_and_the_rest_below():
    html = draw(
        "{% timeline items %}",
        items=[{"title": "Le facteur n’a pas pu la déposer. Elle vous attend.", "date": date(2026, 12, 1)}],
    )
    assert "<h3>Le facteur n’a pas pu la déposer</h3>" in html
    assert "</time>. Elle vous attend." in html


def test_an_acronym_gets_its_words_once():
    items = [{"title": "Un agent du CERT de Rennes lit."}, {"title": "Le CERT de Rennes a décidé"}]
    html = draw("{% timeline items %}", items=items)
    assert "Un agent du centre d’expertise et de ressources titres (CERT) de Rennes lit</h3>" in html
    assert "<h3>Le CERT de Rennes a décidé</h3>" in html


@pytest.mark.parametrize(("behind", "folded"), [(5, 0), (6, 3), (9, 6)])
def test_a_long_road_folds_its_beginning_and_loses_nothing(behind: int, folded: int):
    items = [{"title": f"Événement {n}", "date": date(2026, 1, 1 + n)} for n in range(behind)]
    items += [{"title": "Maintenant", "is_now": True}, {"title": "Ensuite", "is_next": True}]
    html = draw("{% timeline items %}", items=items)
    assert [f"<h3>Événement {n}</h3>" in html for n in range(behind)] == [True] * behind
    inside = html.partition("<details")[2].partition("</details>")[0]
    assert inside.count("<h3>") == folded
    assert (f"Voir les {folded} événements précédents" in html) is bool(folded)
    assert "Maintenant" not in inside


def test_requests_that_wait_for_the_person_come_first():
    states = (State.IN_REVIEW, State.DELIVERED, State.DRAFT, State.AT_POST_OFFICE)
    dossiers = [SimpleNamespace(get_state=lambda state=state: state, state=state) for state in states]
    groups = tp.by_turn(dossiers)
    assert [group["title"] for group in groups] == ["C’est à vous d’agir", "C’est à nous d’agir", "Terminées"]
    assert [dossier.state for dossier in groups[0]["dossiers"]] == [State.AT_POST_OFFICE, State.DRAFT]


def test_the_next_box_says_who_what_and_when():
    html = draw(
        '{% next_box who="you" title="Refaites la photo" deadline=day days_left=10 %}'
        '<a class="fr-btn" href="#">Refaire</a>{% endnext_box %}',
        day=date(2026, 12, 11),
    )
    assert 'class="tp-next tp-next--you"' in html
    assert "<strong>Avant le vendredi 11 décembre 2026</strong> <span>Il vous reste 10 jours.</span>" in html
    assert '<a class="fr-btn" href="#">Refaire</a>' in html
    assert "C’est à nous d’agir" in draw('{% next_box who="us" title="Un agent lit" %}{% endnext_box %}')


def test_facts_recap_and_breadcrumb():
    assert "<dt>Prix</dt><dd>0~€<small>Note</small></dd>" in draw(
        "{% facts items %}", items=[("Prix", "0 €", "Note")]
    )
    rows = [{"label": "Adresse", "value": ["8 rue", "Rennes"], "url": "/x/", "what": "l’adresse"}]
    html = draw("{% recap rows %}", rows=rows)
    assert "<dd>8 rue<br>Rennes</dd>" in html
    assert 'Modifier <span class="fr-sr-only">l’adresse</span>' in html
    trail = draw('{% breadcrumb "Accueil" "/" "Mes demandes" %}')
    assert 'href="/">Accueil</a>' in trail
    assert 'aria-current="page">Mes demandes</a>' in trail
    assert draw("{% breadcrumb trail %}", trail=[("Accueil", "/"), ("Mes demandes", "")]) == trail


# words -----------------------------------------------------------------------------------------------------
def test_dates_and_hours_in_words():
    assert words.french_date(date(2026, 11, 23)) == "lundi 23 novembre 2026"
    assert words.french_day(date(2026, 12, 1)) == "1er décembre 2026"
    assert words.french_time(datetime(2026, 1, 1, 14, 32)) == "14\u202fh\u202f32"
    assert words.french_time(datetime(2026, 1, 1, 9, 0)) == "9\u202fh"


@pytest.mark.parametrize(
    ("octets", "said"),
    [(0, "1 Ko"), (212_400, "212 Ko"), (999_700, "1 Mo"), (3_100_000, "3,1 Mo"), (10_000_000, "10 Mo")],
)
def test_sizes(octets: int, said: str):
    assert words.file_size(octets).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, "Le délai est passé."),
        (0, "C’est le dernier jour."),
        (1, "Il vous reste 1 jour."),
        (10, "Il vous reste 10 jours."),
        (16, "Il vous reste 2 semaines."),
        (90, "Il vous reste 3 mois."),
    ],
)
def test_days_left(days: int, said: str):
    assert words.days_left(days) == said


def test_french_spaces():
    assert words.nbsp("Exemple : « oui » ?") == "Exemple\u00a0: «\u00a0oui\u00a0»\u00a0?"
    assert words.nbsp("à 14:32, 10 Mo, 25 €") == "à 14:32, 10\u00a0Mo, 25\u00a0€"
    assert "<b>" not in draw("{{ text|nbsp }}", text="<b> : </b>")


# pages -----------------------------------------------------------------------------------------------------
def request_of(user: Any = None, path: str = "/") -> Any:
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    return request


def test_at_most_three_links(settings):
    people = [
        AnonymousUser(),
        SimpleNamespace(is_authenticated=True, is_agent=False, display_name="Léa Moreau"),
        SimpleNamespace(is_authenticated=True, is_agent=True, display_name="C. Besson"),
    ]
    for user in people:
        assert len(context.Site(request_of(user)).nav) <= 3


def test_the_banner_goes_with_an_operator_in_production_only(settings):
    for mode, operator, banner in (
        ("demo", "", True),
        ("demo", "Mairie", True),
        ("production", "", True),
        ("production", "Mairie", False),
    ):
        settings.PERMIS_MODE, settings.PERMIS_OPERATOR = mode, operator
        assert context.Site(request_of()).banner is banner


def test_the_page_of_components_draws_everything():
    response = views.components(request_of())
    html = response.content.decode()
    assert response.status_code == 200
    assert "Le 31 février n’existe pas" in html


@pytest.mark.parametrize("name", ["400.html", "413.html", "500.html"])
def test_error_pages_need_nothing(name: str):
    from django.template.loader import render_to_string

    assert "<h1>" in render_to_string(name)


# rules of the house ----------------------------------------------------------------------------------------
def test_the_built_sheets_are_fresh():
    for name, text in minify.built().items():
        there = (minify.STATIC / name).read_text(encoding="utf-8")
        assert there == text, f"run: python -m permis.design.minify ({name})"


def test_minify_keeps_strings_and_sums():
    css = 'a::before { content: "/ * ; }" / ""; /* gone */ width: calc(1px + 2px); }\n@media (min-width: 1em) { b, i { c: d; } }'
    assert minify.minify(css) == (
        'a::before{content:"/ * ; }" / "";width:calc(1px + 2px)}@media (min-width:1em){b,i{c:d}}\n'
    )


def test_the_sheets_fetch_only_our_own_files():
    for sheet in minify.STATIC.glob("*.css"):
        for address in re.findall(r"url\(\"?([^\")]+)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / address).is_file(), f"{sheet.name}: {address}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PERMIS)))
def test_no_inline_style_script_or_handler(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:data|javascript):", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PERMIS)))
def test_every_icon_exists_in_the_skin(path: Path):
    for icon in set(re.findall(r"fr-icon-[a-z0-9-]+", path.read_text(encoding="utf-8"))):
        assert re.search(rf"\.{icon}[ ,{{]", SKIN), icon


def test_every_icon_named_in_code_exists_in_the_skin():
    for path in PERMIS.glob("**/*.py"):
        for icon in set(re.findall(r"fr-icon-[a-z0-9-]+", path.read_text(encoding="utf-8"))):
            assert re.search(rf"\.{icon}[ ,{{]", SKIN), f"{path.name}: {icon}"
