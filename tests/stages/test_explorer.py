"""The explorer's pages: a person without an account finds the list of their own documents."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pypdfium2
import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permis import clock
from permis.checklist.explored import explored
from permis.domain.exploring import FORKS, ROOT, Aside
from permis.domain.vocabulary import Motive
from permis.dossier.models import Dossier
from tests.browser import Person
from tests.stories.people import Citizen

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    """The 23rd of November 2026, whatever the machine's day."""
    monkeypatch.setattr(clock, "today", lambda: DAY)


class Visitor(Person):
    """Somebody without an account."""

    def chooses(self, choice: str) -> Visitor:
        """Answers a question of table 0."""
        return self.send(choix=choice)

    def dates(self, name: str, day: str) -> Visitor:
        """Types a day written 2008-05-14."""
        year, month, number = day.split("-")
        return self.send(**{f"{name}_day": number, f"{name}_month": month, f"{name}_year": year})

    def arrives(self) -> Visitor:
        """Has just passed the exam for a first licence."""
        return self.open("/pieces/").chooses("reussi").chooses("premier")

    def answers(
        self,
        birth: str = "2008-05-14",
        exam: str = "2026-11-12",
        nationality: str = "FR",
        home: str = "hosted",
    ) -> Visitor:
        """Answers up to the boxes."""
        self.arrives().send("/question/categorie/", categories="B")
        self.dates("birth_date", birth).dates("exam_on", exam)
        self.send(nationality=nationality)
        return self.send(address=home) if "address" in self.names() else self

    def names(self) -> set[str]:
        """The names of the fields of the page."""
        return set().union(*(form.names for form in self.page.forms))

    def goes_on(self, **boxes) -> Visitor:
        """Leaves the boxes empty, or ticks some."""
        return self.send("/question/cas/", **boxes)

    def request(self):
        """The request as a view would see it, with this visitor's session."""

        class Request:
            session = self.client.session

        return Request()


def test_lea_finds_her_list_without_an_account():
    lea = Visitor().answers().goes_on()
    assert lea.url == "/pieces/liste/"
    lea.sees(
        "Voici ce qu’il vous faut",
        "8 documents à préparer",
        "Prix",
        "0 €",
        "Entre le 7 décembre 2026 et le 18 janvier 2027",
        "Jusqu’au 12 mars 2027",
        "Demandés presque toujours",
        "Demandés d’après vos réponses",
        "Attestation d’hébergement",
        "Parce qu’une autre personne vous héberge.",
        "Journée défense et citoyenneté",
        "environ 10 minutes",
        "14 mai 2008",
    )
    assert "Timbre fiscal" not in lea.page.text


def test_each_document_says_what_it_is_why_an_example_what_is_refused_and_what_else():
    lea = Visitor().answers().goes_on()
    lea.sees(
        "Une carte d’identité ou un passeport valide",  # an example
        "Une copie en noir et blanc",  # what gets it refused
        "Ou bien : Attestation de sécurité routière (ASR) ; Déclaration sur l’honneur",  # what else may do
        "Je ne l’ai pas",
        "Code du service national",  # its text
    )
    html = lea.response.content.decode()
    assert html.count("exemple-identite") == 2  # hers, and that of the person who hosts her


def test_somebody_who_lost_a_licence_reads_the_price_how_to_pay_and_what_cannot_be_undone():
    karim = Visitor().open("/pieces/").chooses("perdu")
    assert karim.url == "/pieces/?motif=PERTE"
    karim.send("/question/categories/", held_categories=["B", "A1"])
    karim.dates("birth_date", "1990-01-01").send(nationality="FR").send(address="own").goes_on()
    karim.sees(
        "25 €",
        "Comment payer",
        "Timbre fiscal",
        "Une déclaration de perte ne peut pas être annulée.",
        "Déclaration de perte : vous déclarez la perte dans cette demande",
        "Jusqu’au 23 mars 2027",
        "votre attestation de droits à conduire (ADCS)",
        "4 documents à préparer",
    )


def test_in_guyane_the_stamp_costs_less():
    ines = Visitor().open("/pieces/?motif=PERTE").send("/question/categories/", held_categories=["B"])
    ines.dates("birth_date", "1990-01-01").send(nationality="FR").send(address="own")
    ines.goes_on(cas="department:973")
    ines.sees("12,50 €", "J’habite en Guyane")


def test_an_optional_document_is_marked_and_not_counted():
    marc = Visitor().open("/pieces/?motif=PERTE").send("/question/categories/", held_categories=["B", "C"])
    marc.dates("birth_date", "1990-01-01").send(nationality="FR").send(address="own").goes_on()
    marc.sees("4 documents à préparer", "Facultatifs", "Avis médical")


def test_for_a_minor_one_paper_that_serves_twice_is_shown_once_and_said():
    hugo = Visitor().answers(birth="2009-01-10", home="own").goes_on()
    hugo.sees("Pièce d’identité de votre représentant", "Un seul papier suffit")
    assert "Pièce d’identité de la personne qui vous héberge" in hugo.page.text
    headings = hugo.response.content.decode().count("<h4>Pièce d’identité de la personne qui vous héberge")
    assert headings == 0


def test_nothing_typed_is_lost_when_an_answer_is_wrong():
    lea = Visitor().arrives().send("/question/categorie/", categories="B")
    lea.send(birth_date_day="31", birth_date_month="02", birth_date_year="2008")
    assert lea.status == 422
    assert lea.page.title.startswith("Erreur")
    form = lea.form("/question/naissance/")
    assert (form.values["birth_date_day"], form.values["birth_date_month"]) == (["31"], ["02"])
    assert lea.page.errors


@pytest.mark.parametrize("url", ["/pieces/", "/pieces/precisez/reussi/"])
def test_pressing_continue_without_choosing_says_what_to_do(url):
    lea = Visitor().open(url).send()
    assert lea.status == 422
    lea.sees("Choisissez ce qui vous concerne.")


def test_the_first_question_left_empty_keeps_the_motive():
    karim = Visitor().open("/pieces/?motif=PERTE").send("/question/categories/")
    assert karim.status == 422
    karim.sees("Cochez au moins une catégorie de votre permis perdu.")
    karim.send("/question/categories/", held_categories=["B"])
    assert karim.url == "/pieces/question/naissance/"


def test_an_exam_to_come_is_told_before_any_document_then_the_list_is_made_for_that_day():
    lea = Visitor().arrives().send("/question/categorie/", categories="B")
    lea.dates("birth_date", "2005-11-30").dates("exam_on", "2026-12-10")
    assert lea.url == "/pieces/liste/"
    lea.sees("Pas avant le 10 décembre 2026", "dès que vous aurez réussi l’examen")
    assert "Pièce d’identité" not in lea.page.text
    lea.send("/pieces/liste/", press="ahead").send(nationality="FR").send(address="own").goes_on()
    lea.sees(
        "Si vous envoyez le 10 décembre 2026",
        "la liste est faite pour le jour où elle le sera",
        "Du 10 décembre 2026 au 10 avril 2027",
    )
    assert "Attestation de sécurité routière" not in lea.page.text  # 21 years old by then
    assert "exam_on" not in explored(lea.request())


def test_who_does_not_know_yet_when_the_exam_is_still_gets_a_list():
    lea = Visitor().arrives().send("/question/categorie/", categories="B").dates("birth_date", "2000-03-14")
    lea.send(press="unsure")
    lea.send(nationality="FR").send(address="own").goes_on()
    lea.sees("4 mois après l’examen", "Sans la date de l’examen", "Je ne sais pas encore")
    lea.open("/pieces/question/examen/").dates("exam_on", "2026-11-12")
    lea.sees("Jusqu’au 12 mars 2027")
    assert "Sans la date de l’examen" not in lea.page.text


def test_too_young_for_the_category_is_told_at_once_with_what_to_do():
    tom = Visitor().arrives().send("/question/categorie/", categories="A2")
    tom.dates("birth_date", "2009-06-01").dates("exam_on", "2026-11-12")
    tom.sees("Cette demande n’est pas possible", "à partir de 18 ans", "changez-la ci-dessous")
    tom.open("/pieces/question/categorie/").send(categories="A1")
    assert tom.url == "/pieces/question/nationalite/"


def test_a_school_is_told_that_the_person_asks_alone_for_a_lost_licence():
    school = Visitor().open("/pieces/?motif=PERTE").send("/question/categories/", held_categories=["B"])
    school.dates("birth_date", "1990-01-01").send(nationality="FR").send(address="own")
    school.goes_on(cas="filer:school")
    school.sees("Cette demande n’est pas possible", "Une auto-école ne peut pas")


def test_an_answer_may_be_changed_and_the_others_stay():
    lea = Visitor().answers().goes_on()
    lea.open("/pieces/question/logement/")
    assert lea.form("/question/logement/").values["address"] == ["hosted"]
    lea.send(address="own")
    assert lea.url == "/pieces/liste/"
    lea.sees("6 documents à préparer")
    assert "Attestation d’hébergement" not in lea.page.text


def test_the_boxes_come_back_when_a_new_one_matters():
    """At 26 the defence day did not matter; at 22 it does: the box is shown, the others as they were."""
    lea = Visitor().answers(birth="2000-03-14").goes_on(cas="learning_mode:aac")
    lea.open("/pieces/question/naissance/").dates("birth_date", "2004-03-14")
    assert lea.url == "/pieces/question/cas/"
    assert lea.form("/question/cas/").values["cas"] == ["learning_mode:aac"]
    lea.goes_on(cas=["learning_mode:aac", "already_given:JDC"])
    lea.sees("Attestation de fin de conduite accompagnée")
    assert "Certificat individuel" not in lea.page.text
    assert explored(lea.request())["already_given"] == ["JDC"]


def test_back_goes_to_the_question_before():
    lea = Visitor().arrives()
    assert ("Question précédente", "/pieces/precisez/reussi/") in lea.page.links
    lea.send("/question/categorie/", categories="B")
    assert ("Question précédente", "/pieces/question/categorie/") in lea.page.links
    lea.open("/pieces/precisez/europe/")
    assert ("Question précédente", "/pieces/precisez/ailleurs/") in lea.page.links


def test_beginning_again_forgets_everything():
    lea = Visitor().answers().send("/recommencer/")
    assert lea.url == "/pieces/"
    assert explored(lea.request()) == {}


@pytest.mark.parametrize("url", ["/pieces/question/naissance/", "/pieces/question/cas/", "/pieces/liste/"])
def test_a_session_that_has_ended_begins_again_kindly(url):
    lea = Visitor().answers()
    Session.objects.all().delete()
    lea.open(url)
    assert (lea.url, lea.status) == ("/pieces/?reprise=1", 200)
    lea.sees("Vos réponses ne sont plus là", "Qu’est-ce qui vous arrive")


def test_a_form_sent_after_the_session_ended_begins_again_too():
    lea = Visitor().arrives().send("/question/categorie/", categories="B")
    Session.objects.all().delete()
    lea.dates("birth_date", "2008-05-14")
    assert (lea.url, lea.status) == ("/pieces/?reprise=1", 200)


def test_the_list_asks_what_is_missing_first():
    lea = Visitor().arrives().send("/question/categorie/", categories="B").open("/pieces/liste/")
    assert lea.url == "/pieces/question/naissance/"
    lea.open("/pieces/liste/pdf/")
    assert lea.url == "/pieces/question/naissance/"


@pytest.mark.parametrize("to", [m for m in Motive if m not in {Motive.REU, Motive.PERTE}] + list(Aside))
def test_what_is_not_open_gets_an_honest_answer(to):
    lea = Visitor().open(f"/pieces/?motif={to}")
    assert lea.status == 200
    if to in set(Motive):
        lea.sees(
            "Cette demande ouvrira bientôt ici", "Ce que vous pouvez faire aujourd’hui", "site de l’État"
        )


def test_every_way_through_table_0_leads_to_a_page():
    """From each question, each choice."""
    for fork in FORKS.values():
        url = "/pieces/" if fork.slug == ROOT else f"/pieces/precisez/{fork.slug}/"
        for choice in fork.choices:
            lea = Visitor().open(url).chooses(choice.slug)
            assert lea.status == 200, (fork.slug, choice.slug)


def test_moving_house_needs_no_request():
    Visitor().open("/pieces/").chooses("change").chooses("adresse").sees(
        "Vous n’avez rien à demander", "Votre adresse n’est pas écrite sur la carte"
    )


@pytest.mark.parametrize(
    "url", ["/pieces/precisez/evenement/", "/pieces/precisez/nulle-part/", "/pieces/question/nom/"]
)
def test_an_address_that_was_never_ours_is_not_found(url):
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"choix": "nulle-part"},
        {"choix": ["perdu", "vole"]},
        {"choix": "\x00"},
        {"birth_date_day": "x" * 5000, "motif": "REU"},
        {"categories": "CE", "motif": "REU"},
        {"categories": "B", "motif": "VOL"},
        {"cas": "department:75", "motif": "PERTE"},
        {"motif": "REU", "unsure": "1"},
    ],
)
@pytest.mark.parametrize(
    "url", ["/pieces/", "/pieces/question/categorie/", "/pieces/question/naissance/", "/pieces/question/cas/"]
)
def test_bad_input_is_never_a_fault_of_ours(data, url):
    assert Client().post(url, data).status_code in {200, 302, 422}


def test_what_is_kept_in_the_session_is_sealed_and_a_spoilt_one_begins_again():
    lea = Visitor().answers()
    session = lea.client.session
    assert "2008" not in str(dict(session.items()))
    session["explored"] = [session["explored"][0], session["explored"][0]]
    session.save()
    assert lea.open("/pieces/liste/").url == "/pieces/?reprise=1"


def test_nothing_of_the_answers_is_in_an_address():
    lea = Visitor()
    seen = []
    real = lea.client.get

    def get(url, *args, **kwargs):
        seen.append(url)
        return real(url, *args, **kwargs)

    lea.client.get = get
    lea.answers().goes_on()
    assert not any(word in url for url in seen for word in ("2008", "05-14", "hosted", "FR"))


# ── Carried into the request ───────────────────────────────────────────────────────────────────────────────


def test_what_was_said_is_given_in_the_shape_of_table_1():
    lea = Visitor().answers().goes_on(cas="guardianship:yes")
    assert explored(lea.request()) == {
        "motive": "REU",
        "categories": ["B"],
        "birth_date": "2008-05-14",
        "exam_on": "2026-11-12",
        "nationality": "FR",
        "address": "hosted",
        "guardianship": "yes",
    }
    lea.open("/pieces/?motif=PERTE").send("/question/categories/", held_categories=["B"])
    found = explored(lea.request())
    assert "categories" not in found
    assert "exam_on" not in found
    assert (found["motive"], found["held_categories"]) == ("PERTE", ["B"])


def test_it_is_still_there_after_signing_up_and_the_request_begins_with_it():
    lea = Citizen("lea-explore@exemple.fr")
    visitor = Visitor()
    visitor.client = lea.client
    visitor.answers().goes_on()
    key = lea.client.session.session_key
    lea.signs_up()
    assert lea.client.session.session_key != key  # a new session, with what it held
    assert explored(visitor.request())["birth_date"] == "2008-05-14"
    assert visitor.open("/pieces/liste/").status == 200
    visitor.sees("8 documents à préparer")
    visitor.send("/demandes/commencer/")
    dossier = Dossier.objects.get()
    answers = dossier.all_answers()
    assert (answers["birth_date"], answers["address"], answers["categories"]) == (
        "2008-05-14",
        "hosted",
        ["B"],
    )
    visitor.open(f"/demandes/{dossier.reference}/identite/")
    assert visitor.form(having="birth_date_year").values["birth_date_year"] == ["2008"]


def test_it_is_gone_after_signing_out():
    lea = Citizen("lea-part@exemple.fr").signs_up()
    visitor = Visitor()
    visitor.client = lea.client
    visitor.answers().goes_on().send("/compte/deconnexion/")
    assert explored(visitor.request()) == {}


# ── The paper, the list of all documents ───────────────────────────────────────────────────────────────────


def words_of(pdf: bytes) -> str:
    """The words of the paper, with single plain spaces."""
    pages = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_same_list_as_a_paper_that_a_screen_reader_can_read():
    lea = Visitor().answers().goes_on()
    response = lea.client.get("/pieces/liste/pdf/")
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(response.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("fr")
        assert b"<pdfuaid:part>1</pdfuaid:part>" in document.Root.Metadata.read_bytes()
        assert "Votre liste de documents" in str(document.docinfo.Title)
    said = words_of(response.content)
    for expected in (
        "Démonstration, sans valeur officielle",
        "Liste faite le 23 novembre 2026",
        "8 documents à préparer",
        "0 €",
        "Entre le 7 décembre 2026 et le 18 janvier 2027",
        "Jusqu’au 12 mars 2027",
        "Attestation d’hébergement",
        "Une copie en noir et blanc",
        "Code du service national",
        "Date de naissance 14 mai 2008",
    ):
        assert expected in said, expected


def test_the_paper_of_a_lost_licence_says_how_to_pay_and_what_is_declared():
    karim = Visitor().open("/pieces/?motif=PERTE").send("/question/categories/", press="unsure")
    karim.dates("birth_date", "1990-01-01").send(nationality="MA").send(address="boat").goes_on()
    said = words_of(karim.client.get("/pieces/liste/pdf/").content)
    for expected in ("25 €", "Comment payer", "Déclaration de perte", "Titre de séjour", "Je ne sais plus"):
        assert expected in said, expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/pieces/tous/", ["Certificat d’examen (CEPC)", "Si vous avez moins de 21 ans, sauf", "0 €"]),
        ("/pieces/tous/?motif=PERTE", ["Timbre fiscal", "25 €", "12,50 €", "Avis médical (facultatif)"]),
        ("/pieces/tous/?motif=VOL", ["Premier permis"]),
    ],
)
def test_a_school_reads_every_document_and_of_whom_it_is_asked(url, words):
    visitor = Visitor().open(url)
    assert visitor.sees(
        "Toujours demandés",
        "Seulement dans certains cas",
        "Dans un de ces cas",
        "Si vous vivez sur un bateau.",
        *words,
    )


# ── Weight ─────────────────────────────────────────────────────────────────────────────────────────────────


def queries(client, url):
    """How many queries this page makes, over both files."""
    with CaptureQueriesContext(connections["default"]) as main:
        if "volatile" in connections:
            with CaptureQueriesContext(connections["volatile"]) as volatile:
                response = client.get(url)
            counted = len(main) + len(volatile)
        else:
            response = client.get(url)
            counted = len(main)
    assert response.status_code == 200
    return counted, response


@pytest.mark.parametrize(
    "url",
    ["/pieces/", "/pieces/precisez/reussi/", "/pieces/?motif=PERTE", "/pieces/?motif=VOL", "/pieces/tous/"],
)
def test_somebody_who_arrives_costs_no_query(url):
    assert queries(Client(), url)[0] == 0


@pytest.mark.parametrize(
    "url",
    [
        "/pieces/",
        "/pieces/question/naissance/",
        "/pieces/question/cas/",
        "/pieces/liste/",
        "/pieces/liste/pdf/",
    ],
)
def test_a_page_of_the_explorer_reads_the_session_and_nothing_else(url):
    lea = Visitor().answers().goes_on()
    counted, response = queries(lea.client, url)
    assert counted == 1
    assert len(response.content) < 60_000


def test_the_list_follows_the_day(monkeypatch):
    """The list kept in the session is worked out again each day: at 25 the defence day is no longer asked."""
    lea = Visitor().answers(birth="2001-11-24").goes_on()
    lea.sees("Journée défense et citoyenneté")
    monkeypatch.setattr(clock, "today", lambda: DAY + dt.timedelta(days=1))
    lea.open("/pieces/liste/")
    assert "Journée défense et citoyenneté" not in lea.page.text
