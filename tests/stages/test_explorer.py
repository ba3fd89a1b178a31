"""The explorer's pages: a person without an account finds the list of their own documents."""

from __future__ import annotations

import datetime as dt
import io
import re

import pikepdf
import pypdfium2
import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permis import clock
from permis.checklist.explored import explored
from permis.domain import required
from permis.domain.exploring import FORKS, ROOT, WITHOUT, Aside
from permis.domain.vocabulary import SCHOOL_ONLY, Motive
from permis.dossier.models import Dossier
from tests.browser import Form, Person
from tests.stories.people import Citizen

pytestmark = [pytest.mark.once, pytest.mark.django_db]
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
        return self.send(
            self.asks().action,
            **{f"{name}_day": number, f"{name}_month": month, f"{name}_year": year},
        )

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
        self.dates("birth_date", birth).send(nationality=nationality)
        if "resident_since_day" in self.names():
            self.dates("resident_since", "2020-09-01")
        self.dates("exam_on", exam)
        return self.send(address=home) if "address" in self.names() else self

    def lost(self, *held: str, home: str = "own", nationality: str = "FR") -> Visitor:
        """Answers for a lost licence, up to the boxes; without categories, they are not known any more."""
        self.open("/pieces/?motif=PERTE").send("/question/nationalite/", nationality=nationality)
        self.send(held_categories=list(held)) if held else self.send(press="unsure")
        self.dates("birth_date", "1990-01-01").send(address=home)
        return self.not_yet("medical_opinion_on").not_yet("category_ends_on_C")

    def not_yet(self, fact: str) -> Visitor:
        """Does not know this one, if it is asked."""
        return self.send(press="unsure") if f"{fact}_day" in self.names() else self

    def answers_whatever_is_asked(self) -> Visitor:
        """Answers the question of the page as somebody of 36 would, whose papers are of last winter."""
        html = self.response.content.decode()
        years = {"birth_date": "1990", "needed_on": "2027", "licence_obtained_on": "2015"}
        found: dict[str, object] = {}
        for name in self.asks().names - {"csrfmiddlewaretoken", "motif", "cas"}:
            fact, _, part = name.rpartition("_")
            choices = re.findall(rf'name="{name}" value="([^"]+)"', html)
            if part in {"day", "month"}:
                found[name] = "12"
            elif part == "year":
                found[name] = years.get(fact, "2025")
            elif choices:
                found[name] = "B" if "B" in choices else choices[-1]
            else:
                found[name] = "FR" if name == "nationality" else "MA"
        return self.send(self.asks().action, **found)

    def asks(self) -> Form:
        """The form that asks something."""
        return next(form for form in self.page.forms if "/question/" in form.action)

    def documents(self) -> list[str]:
        """The names of the documents of the list, those that are asked of others left out."""
        return re.findall(r"<h4>(.*?)</h4>", self.response.content.decode().replace("\u00a0", " "))

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
        "Demandés à tous",
        "Demandés à cause de vos réponses",
        "Attestation d’hébergement",
        "Parce qu’une autre personne vous héberge.",
        "Journée défense et citoyenneté",
        "environ 10 minutes",
        "14 mai 2008",
    )
    assert "Timbre fiscal" not in lea.documents()


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
    karim.lost("B", "A1").goes_on()
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
    ines = Visitor().lost("B").goes_on(cas="department:973")
    ines.sees("12,50 €", "J’habite en Guyane")


def test_an_optional_document_is_marked_and_not_counted():
    marc = Visitor().lost("B", "C").goes_on()
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
    lea = Visitor().open("/pieces/?motif=REU").send("/question/categorie/")
    assert lea.status == 422
    lea.sees("Choisissez la catégorie réussie.")
    lea.send("/question/categorie/", categories="B")
    assert lea.url == "/pieces/question/naissance/"


def test_an_exam_to_come_is_told_before_any_document_then_the_list_is_made_for_that_day():
    lea = Visitor().arrives().send("/question/categorie/", categories="B")
    lea.dates("birth_date", "2005-11-30").send(nationality="FR").dates("exam_on", "2026-12-10")
    assert lea.url == "/pieces/liste/"
    lea.sees("Pas avant le 10 décembre 2026", "dès que vous aurez réussi l’examen")
    assert "Pièce d’identité" not in lea.page.text
    lea.send("/pieces/liste/", press="ahead").send(address="own").goes_on()
    lea.sees(
        "Si vous envoyez le 10 décembre 2026",
        "la liste est faite pour le jour où elle le sera",
        "Du 10 décembre 2026 au 10 avril 2027",
    )
    assert "Attestation de sécurité routière (ASSR2)" not in lea.documents()
    lea.sees("Attestation de sécurité routière (ASSR2) : vous avez 21 ans ou plus.")  # by then
    assert "exam_on" not in explored(lea.request())


def test_who_does_not_know_yet_when_the_exam_is_still_gets_a_list():
    lea = Visitor().arrives().send("/question/categorie/", categories="B").dates("birth_date", "2000-03-14")
    lea.send(nationality="FR").send(press="unsure")
    lea.send(address="own").goes_on()
    lea.sees("Pendant 4 mois", "À partir du jour que vous direz", "Sans la date de l’examen")
    lea.sees("Je ne sais pas encore")
    lea.open("/pieces/question/examen/").dates("exam_on", "2026-11-12")
    lea.sees("Jusqu’au 12 mars 2027")
    assert "Sans la date de l’examen" not in lea.page.text


def test_too_young_for_the_category_is_told_at_once_with_what_to_do():
    tom = Visitor().arrives().send("/question/categorie/", categories="A2")
    tom.dates("birth_date", "2009-06-01").send(nationality="FR").dates("exam_on", "2026-11-12")
    tom.sees("Cette demande n’est pas possible", "à partir de 18 ans", "changez-la ci-dessous")
    tom.open("/pieces/question/categorie/").send(categories="A1")
    assert tom.url == "/pieces/question/cas/"


def test_a_school_is_told_that_the_person_asks_alone_for_a_lost_licence():
    school = Visitor().lost("B").goes_on(cas="filer:school")
    school.sees("Cette demande n’est pas possible", "Une auto-école ne peut pas", "elle-même, ici")


def test_an_answer_may_be_changed_and_the_others_stay():
    lea = Visitor().answers().goes_on()
    lea.open("/pieces/question/logement/")
    assert lea.form("/question/logement/").values["address"] == ["hosted"]
    lea.send(address="own")
    assert lea.url == "/pieces/liste/"
    lea.sees("6 documents à préparer")
    assert "Attestation d’hébergement" not in lea.documents()


def test_the_boxes_come_back_when_a_new_one_matters():
    """At 26 the defence day did not matter; at 22 it does: the box is shown, the others as they were."""
    lea = Visitor().answers(birth="2000-03-14").goes_on(cas="learning_mode:aac")
    lea.open("/pieces/question/naissance/").dates("birth_date", "2004-03-14")
    assert lea.url == "/pieces/question/cas/"
    assert lea.form("/question/cas/").values["cas"] == ["learning_mode:aac"]
    lea.goes_on(cas=["learning_mode:aac", "already_given:JDC"])
    lea.sees("Attestation de fin de conduite accompagnée")
    assert "Journée défense et citoyenneté" not in lea.documents()
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


@pytest.mark.parametrize("to", list(Aside))
def test_what_is_no_request_gets_a_page_that_says_why(to):
    lea = Visitor().open(f"/pieces/?motif={to}")
    assert lea.status == 200
    assert WITHOUT[to].title in lea.page.text


@pytest.mark.parametrize("motive", list(Motive))
def test_each_of_the_28_requests_begins_with_a_question(motive):
    lea = Visitor().open(f"/pieces/?motif={motive}")
    assert lea.status == 200
    lea.sees(motive.label, "Pourquoi cette question")
    if motive in SCHOOL_ONLY:
        lea.sees("Votre auto-école fait cette demande pour vous")


@pytest.mark.parametrize("motive", list(Motive))
def test_each_of_the_28_requests_ends_with_a_list_or_with_a_reason(motive):
    """Whatever is asked is answered in the page itself, box after box, then the list, its paper, its rules."""
    visitor = Visitor().open(f"/pieces/?motif={motive}")
    for _ in range(16):
        if visitor.url == "/pieces/liste/":
            break
        visitor.answers_whatever_is_asked()
    assert visitor.url == "/pieces/liste/"
    assert visitor.status == 200
    visitor.sees(motive.label, "Ce que vous avez répondu")
    if "Voici ce qu’il vous faut" in visitor.page.text:
        visitor.sees("Prix", "À la fin, vous avez")
        assert visitor.client.get("/pieces/liste/pdf/")["Content-Type"] == "application/pdf"
    else:
        visitor.sees("Texte :")


def test_a_request_of_the_school_is_a_list_to_bring_to_it():
    ines = Visitor().open("/pieces/?motif=FORM_AM").dates("birth_date", "2010-04-02").send(nationality="FR")
    ines.dates("course_on", "2026-11-10").goes_on()
    ines.sees(
        "Votre auto-école fait cette demande pour vous",
        "signez le mandat",
        "Attestation de formation AM",
        "Jusqu’au 10 mars 2027",
    )
    assert "Commencer ma demande" not in ines.page.text


def test_nobody_is_told_to_begin_or_to_count_minutes_where_only_the_school_may_ask():
    tom = Visitor().open("/pieces/?motif=FORM_B96")
    for _ in range(12):
        if tom.url == "/pieces/liste/":
            break
        tom.answers_whatever_is_asked()
    tom.sees("Votre auto-école fait cette demande pour vous", "Comme aujourd’hui, avec votre permis actuel")
    assert "Commencez quand même" not in tom.page.text
    assert "minutes pour répondre" not in tom.page.text


@pytest.mark.parametrize(
    ("motive", "licence"),
    [
        ("PCI", "votre permis actuel"),
        ("ERR", "votre permis actuel"),
        ("INS_EXT", "votre permis actuel"),
        ("FORM_A", "votre permis actuel"),
        ("MED_REST", "votre permis actuel"),
        ("ENR_EU", "votre permis européen"),
    ],
)
def test_who_keeps_a_valid_licence_reads_that_it_lets_drive_as_today(motive, licence):
    assert [n.keeps for n in required.rules_of(Motive(motive)).notes if n.keeps] == [licence]


def test_who_leaves_for_abroad_goes_on_driving_with_the_licence_of_today():
    ana = Visitor().open("/pieces/?motif=PCI")
    for _ in range(12):
        if ana.url == "/pieces/liste/":
            break
        ana.answers_whatever_is_asked()
    ana.sees(
        "Comme aujourd’hui, avec votre permis actuel",
        "Votre permis français reste valable pendant la demande.",
        "demandez-le à l’ambassade du pays",
        "Textes lus jusqu’au 31 janvier 2026.",
    )
    assert "Rien de plus" not in ana.page.text
    assert ana.page.text.count("Votre permis français reste valable pendant la demande.") == 1


def test_who_has_nothing_yet_is_still_told_that_nothing_may_be_driven():
    for motive in ("INS", "INS_RET", "SUSP", "REU_RET"):
        assert not any(note.keeps for note in required.rules_of(Motive(motive)).notes), motive


def test_a_registration_at_15_is_stopped_and_told_that_accompanied_driving_lets_it_through():
    zoe = Visitor().open("/pieces/?motif=INS")
    while zoe.url != "/pieces/liste/":
        if "birth_date_day" in zoe.names():
            zoe.dates("birth_date", "2011-05-14")
        else:
            zoe.answers_whatever_is_asked()
    zoe.sees(
        "Pas avant le 14 mai 2027", "C’est possible dès maintenant dans ce cas", "en conduite accompagnée »"
    )
    assert ("Cocher cette case", "/pieces/question/cas/") in zoe.page.links
    zoe.open("/pieces/question/cas/").goes_on(cas="learning_mode:aac")
    zoe.sees("Voici ce qu’il vous faut")


def test_at_14_accompanied_driving_is_not_offered_either():
    zoe = Visitor().open("/pieces/?motif=INS")
    while zoe.url != "/pieces/liste/":
        if "birth_date_day" in zoe.names():
            zoe.dates("birth_date", "2012-05-14")
        else:
            zoe.answers_whatever_is_asked()
    zoe.sees("Pas avant le 14 mai 2028")
    assert "Cocher cette case" not in zoe.page.text


def test_what_is_not_possible_leads_to_what_is():
    ana = Visitor().open("/pieces/?motif=ENR_EU")
    for _ in range(12):
        if ana.url == "/pieces/liste/":
            break
        ana.answers_whatever_is_asked()  # a licence of Morocco
    ana.sees("Cette demande n’est pas possible", "Choisir une autre situation")
    assert ("Échange d’un permis non européen", "/pieces/?motif=ECH_HUE") in ana.page.links


def test_every_request_that_a_bar_sends_to_can_be_asked_and_is_another_one():
    for motive in Motive:
        for bar in required.rules_of(motive).bars:
            assert motive not in bar.leads_to, bar.key
            assert not bar.leads_to or bar.instead, bar.key


@pytest.mark.parametrize("aside", ["ENFANT", "TUTELLE", "PROCHE"])
def test_who_asks_for_somebody_is_not_asked_again_for_whom(aside):
    mother = Visitor().open(f"/pieces/?motif={aside}")
    assert ("Dire ce qui lui arrive", "/pieces/?pour=autrui") in mother.page.links
    mother.open("/pieces/?pour=autrui").sees("Qu’est-ce qui lui arrive ?")
    assert "Je demande pour quelqu’un d’autre" not in mother.page.text
    mother.send(choix="").sees("Qu’est-ce qui lui arrive ?")
    assert (mother.status, mother.url) == (422, "/pieces/?pour=autrui")
    mother.chooses("perdu")
    assert mother.url == "/pieces/?motif=PERTE"


def test_who_was_born_before_1988_needs_no_am_licence():
    rose = Visitor().open("/pieces/?motif=FORM_AM").dates("birth_date", "1987-12-31")
    rose.sees("Vous n’avez rien à demander", "né avant 1988", "fiche F2890")


def test_without_a_receipt_of_the_theft_one_reads_where_to_go_first():
    jean = Visitor().open("/pieces/?motif=VOL").send("/question/nationalite/", nationality="FR")
    jean.send("/question/recepisse/", press="none")
    jean.sees(
        "Cette demande n’est pas possible", "police ou à la gendarmerie", "Je n’ai pas encore de récépissé"
    )
    jean.open("/pieces/question/recepisse/").dates("theft_receipt_on", "2026-11-15")
    jean.send(held_categories=["B"]).dates("birth_date", "1975-01-01").send(address="own").goes_on()
    jean.sees("Récépissé de déclaration de vol", "Jusqu’au 15 janvier 2027", "25 €")


def rene(opinion="2026-11-20"):
    """A lorry driver of 58 whose C ends on 15 January 2027, with his list."""
    visitor = Visitor().open("/pieces/?motif=MED").send("/question/nationalite/", nationality="FR")
    visitor.dates("medical_opinion_on", opinion).send(categories=["C", "CE"])
    visitor.dates("birth_date", "1968-04-02").send(address="own")
    parts = ("day", "15"), ("month", "01"), ("year", "2027")
    ends = {f"category_ends_on_{code}_{part}": value for code in ("C", "CE") for part, value in parts}
    return visitor.send("/question/fin-des-categories/", **ends).goes_on()


def test_a_lorry_driver_reads_that_he_may_go_on_and_until_when_each_category_may_last():
    visitor = rene()
    visitor.sees(
        "Jusqu’à la décision du préfet",
        "votre permis actuel et votre avis médical",
        "Sur la future carte",
        "20 novembre 2031",  # five years, for he is 58
        "C : 15 janvier 2027, CE : 15 janvier 2027",
    )
    said = words_of(visitor.client.get("/pieces/liste/pdf/").content)
    assert "20 novembre 2031" in said
    visitor.open("/pieces/question/fin-des-categories/")
    assert visitor.form("/fin-des-categories/").values["category_ends_on_CE_year"] == ["2027"]


def test_an_end_that_is_left_empty_is_asked_again_and_the_other_one_stays():
    visitor = rene().open("/pieces/question/fin-des-categories/")
    visitor.send("/question/fin-des-categories/", category_ends_on_CE_year="")
    assert visitor.status == 422
    assert visitor.form("/fin-des-categories/").values["category_ends_on_C_year"] == ["2027"]


def test_the_right_that_runs_out_before_the_card_may_come_is_told():
    """The exam was on 2 August: the certificate ends on 2 December, the card comes from 7 December at best."""
    late = Visitor().answers(exam="2026-08-02").goes_on()
    late.sees(
        "s’arrête le 2 décembre 2026", "finit avant l’arrivée habituelle de la carte", "ne conduisez plus"
    )
    over = Visitor().answers(exam="2026-06-02").goes_on()
    over.sees("Plus depuis le 2 octobre 2026", "Attendez votre carte")
    assert "s’arrête le" not in over.page.text
    in_time = Visitor().answers().goes_on()
    assert "s’arrête le" not in in_time.page.text


def test_an_exchange_says_its_last_day_its_code_and_the_letter_of_the_silence():
    amal = Visitor().open("/pieces/?motif=ECH_HUE").send("/question/categorie/", categories=["B"])
    amal.dates("birth_date", "1990-04-02").send(nationality="MA").dates("resident_since", "2026-03-01")
    amal.dates("stay_started_on", "2026-05-05").send(licence_country="MA")
    amal.dates("licence_obtained_on", "2015-01-01").send(press="none").send(address="own").goes_on()
    amal.sees(
        "Permis étranger",
        "Traduction du permis étranger",
        "Attestation de droits à conduire",
        "Les dates qui comptent",
        "5 mai 2027",
        "Code 70",
        "Il n’a pas de date de fin",
    )


def test_the_documents_asked_of_others_are_told_with_what_spares_this_person():
    karim = Visitor().lost("B").goes_on()
    karim.sees("Ce qu’on ne vous demande pas", "Titre de séjour : vous êtes européen.")


def test_there_is_none_is_no_answer_to_a_question_that_always_has_one():
    karim = Visitor().open("/pieces/?motif=PERTE")
    token = karim.form("/question/nationalite/").values["csrfmiddlewaretoken"][0]
    data = {"csrfmiddlewaretoken": token, "motif": "PERTE", "none": "1"}
    assert karim.client.post("/pieces/question/nationalite/", data).status_code == 422


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
    lea.open("/pieces/?motif=PERTE").send("/question/nationalite/", nationality="FR")
    lea.send(held_categories=["B"])
    found = explored(lea.request())
    assert "categories" not in found
    assert "exam_on" not in found
    assert (found["motive"], found["held_categories"]) == ("PERTE", ["B"])


def test_the_ends_of_the_categories_and_an_absence_are_carried_as_the_form_asks_them():
    found = explored(rene().request())
    assert (found["category_ends_on_C"], found["category_ends_on_CE"]) == ("2027-01-15", "2027-01-15")
    assert "category_ends_on" not in found
    jean = Visitor().open("/pieces/?motif=VOL").send("/question/nationalite/", nationality="FR")
    jean.send("/question/recepisse/", press="none")
    assert explored(jean.request()) == {"motive": "VOL", "nationality": "FR", "theft_declared": "no"}
    jean.open("/pieces/question/recepisse/").dates("theft_receipt_on", "2026-11-15")
    found = explored(jean.request())
    assert (found["theft_declared"], found["theft_receipt_on"]) == ("yes", "2026-11-15")


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
    karim = Visitor().lost(home="boat", nationality="MA").goes_on()
    said = words_of(karim.client.get("/pieces/liste/pdf/").content)
    for expected in ("25 €", "Comment payer", "Déclaration de perte", "Titre de séjour", "Je ne sais plus"):
        assert expected in said, expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/pieces/tous/", ["Certificat d’examen (CEPC)", "Si vous avez moins de 21 ans et", "0 €"]),
        ("/pieces/tous/?motif=PERTE", ["Timbre fiscal", "25 €", "12,50 €"]),
        ("/pieces/tous/?motif=INS", ["Attestation de recensement (facultatif)", "0 €"]),
        ("/pieces/tous/?motif=VOL", ["Récépissé de déclaration de vol", "Premier permis"]),
        ("/pieces/tous/?motif=SUSP", ["Décision de suspension", "Examen psychotechnique"]),
        ("/pieces/tous/?motif=RIEN", ["Premier permis"]),
    ],
)
def test_every_document_of_a_request_and_of_whom_it_is_asked(url, words):
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
    assert "Journée défense et citoyenneté" not in lea.documents()
