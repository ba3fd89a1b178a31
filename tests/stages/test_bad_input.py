"""What people really type: each mistake gets a clear sentence, keeps what was typed, loses nothing, is no 500."""

from __future__ import annotations

import datetime as dt
import threading

import pypdfium2
import pytest
from django.db import connections

from permis import clock
from permis.dossier.models import Dossier
from permis.evidence.memory import LIMIT
from permis.evidence.models import Upload
from tests.conftest import jpeg
from tests.stages.test_intake import pdf
from tests.stories.people import CATEGORIES, HOME, IDENTITY, MOTIVE, Agent, Citizen, exam, later

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("centres")]


@pytest.fixture
def lea():
    """Léa, signed in, at the first step of a new request."""
    return Citizen().signs_up().begins()


def at_step(person, slug):
    """Goes to a step of the request."""
    return person.open(f"/demandes/{person.reference}/{slug}/")


def kept(person, **values):
    """What was typed is still in the boxes."""
    form = person.form()
    for name, value in values.items():
        assert form.values.get(name, [""])[0] == value, (name, form.values.get(name))
    return True


def saved(person):
    """The answers in the database."""
    return Dossier.objects.get(reference=person.reference).all_answers()


def test_an_empty_page_names_each_missing_answer(lea):
    at_step(lea, "identite").send()
    assert lea.status == 422
    lea.sees("Écrivez votre nom de naissance", "Écrivez vos prénoms", "Choisissez Féminin ou Masculin")
    assert lea.page.title.startswith("Erreur")
    assert "birth_name" not in saved(lea)


@pytest.mark.parametrize(
    ("day", "month", "year", "says"),
    [
        ("31", "02", "2000", "Le 31 février n’existe pas"),
        ("29", "02", "2001", "n’existe pas"),
        ("14", "13", "2000", "Vérifiez le mois"),
        ("0", "1", "2000", "Vérifiez le jour"),
        ("14", "03", "00", "4 chiffres"),
        ("14", "03", "", "Écrivez aussi l’année"),
        ("quatorze", "03", "2000", "en chiffres"),
        ("14", "03", "2099", "dans le futur"),
        ("14", "03", "1800", "Vérifiez l’année"),
        ("١٤", "03", "2000", "en chiffres"),
    ],
)
def test_a_birth_date_that_cannot_be(lea, day, month, year, says):
    changes = {"birth_date_day": day, "birth_date_month": month, "birth_date_year": year}
    at_step(lea, "identite").send(**{**IDENTITY, **changes})
    assert lea.status == 422
    lea.sees(says)
    assert kept(lea, birth_name="Moreau", **changes)


def test_an_exam_in_the_future_is_refused(lea):
    at_step(lea, "motif").send(**MOTIVE)
    at_step(lea, "examen").send(**exam(days_ago=-1))
    assert lea.status == 422
    lea.sees("Cette date est dans le futur")


def test_an_exam_more_than_four_months_ago_is_accepted_and_the_page_says_that_the_right_has_ended(lea):
    lea.answers(examen=exam(days_ago=200)).gives_documents().confirms()
    lea.sees("ne permet plus de conduire")
    lea.follows()
    assert "Vous pouvez conduire jusqu" not in lea.page.text


@pytest.mark.parametrize(
    "name",
    ["Éléonore-Maëlys d’Arc", "O’Brien", "N’Guyễn", "Ðặng", "Müller Ñúñez", "李小龍", "محمد", "Łukasz"],
)
def test_a_name_as_people_write_it_is_kept_as_it_is_and_reaches_the_receipt(lea, name):
    lea.answers(identite={**IDENTITY, "birth_name": name}).gives_documents().confirms()
    assert saved(lea)["birth_name"] == name
    response = lea.open(f"/demandes/{lea.reference}/recu.pdf").response
    assert response["Content-Type"] == "application/pdf"
    text = pypdfium2.PdfDocument(response.content)[0].get_textpage().get_text_bounded()
    assert lea.reference in text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a" * 300, "au plus 120 caractères"),
        ("Léa 😀", "ne peut pas être imprimé"),
        ("R2D2", "pas de chiffre"),
        ("---", "au moins une lettre"),
        ("<script>alert(1)</script>", "ne peut pas être imprimé"),
        ("   \u200b \u202e ", "Écrivez votre nom de naissance"),
    ],
)
def test_a_name_that_no_card_can_bear(lea, name, says):
    at_step(lea, "identite").send(**{**IDENTITY, "birth_name": name})
    assert lea.status == 422
    lea.sees(says)
    assert "<script>alert" not in lea.response.content.decode()
    assert kept(lea, given_names="Léa Jeanne Inès")


@pytest.mark.parametrize(
    ("postcode", "says"),
    [("3500", "5 chiffres"), ("ABCDE", "5 chiffres"), ("00000", "n’existe pas"), ("99999", "n’existe pas")],
)
def test_a_postcode_that_does_not_exist(lea, postcode, says):
    at_step(lea, "adresse").send(**{**HOME, "postcode": postcode})
    assert lea.status == 422
    lea.sees(says)


def test_a_line_longer_than_an_envelope(lea):
    at_step(lea, "adresse").send(**{**HOME, "street": "8 rue " + "a" * 60})
    assert lea.status == 422
    lea.sees("38 caractères")


def test_an_answer_that_is_not_in_the_list(lea):
    at_step(lea, "identite").send(**{**IDENTITY, "nationality": "ZZ"})
    assert lea.status == 422
    at_step(lea, "motif").send(**{**MOTIVE, "motive": "ZZZ"})
    assert lea.status == 422
    lea.sees("Choisissez une des réponses proposées")
    at_step(lea, "motif").send(**MOTIVE)
    at_step(lea, "permis").send(**{**CATEGORIES, "categories": "CE"})
    assert lea.status == 422
    lea.sees("Choisissez une des réponses proposées")


def test_somebody_too_young_is_told_so_and_nothing_is_saved(lea):
    at_step(lea, "motif").send(**MOTIVE)
    at_step(lea, "permis").send(**CATEGORIES)
    at_step(lea, "examen").send(**exam())
    young = clock.today().year - 10
    at_step(lea, "identite").send(**{**IDENTITY, "birth_date_year": str(young)})
    assert lea.status == 422
    assert "birth_date" not in saved(lea)


FILES = [
    ("no file at all", None, "Choisissez d’abord un fichier"),
    ("a file of 0 bytes", ("a.jpg", b""), "vide"),
    ("a program named photo.jpg", ("photo.jpg", b"MZ\x90\x00" + b"\0" * 500), "pas une photo"),
    ("20 MB and one byte", ("a.jpg", b"\xff\xd8\xff" + b"\0" * LIMIT), "20 Mo"),
    ("a PDF with a password", ("a.pdf", pdf(owner="a", user="b")), "mot de passe"),
    ("a JPEG that is cut", ("a.jpg", jpeg()[:3000]), "abîmé"),
]


@pytest.mark.parametrize(("what", "file", "says"), FILES, ids=[f[0] for f in FILES])
def test_a_file_that_will_not_do(lea, what, file, says):
    lea.answers()
    slot = lea.slots()[0][2]
    lea.send(f"/documents/{slot}/", **({"file": file} if file else {}))
    assert lea.status == 422
    lea.sees(says)
    assert Upload.objects.count() == 0


def test_a_side_that_is_missing_is_named_and_the_request_is_not_sent(lea):
    lea.answers().gives_documents()
    verso = next(slot for piece, side, slot in lea.slots() if side == "verso")
    lea.open(f"/demandes/{lea.reference}/documents/{verso}/retirer/").send()
    lea.open(f"/demandes/{lea.reference}/recapitulatif/")
    lea.sees("Vos documents")
    assert Dossier.objects.get(reference=lea.reference).state == "DRAFT"
    with pytest.raises(AssertionError, match="no form"):
        lea.form(having="sincere")


@pytest.fixture
def ready(lea):
    """Everything is given; a code was asked for."""
    lea.answers().gives_documents()
    lea.open(f"/demandes/{lea.reference}/recapitulatif/")
    lea.send(having="send", press="send")
    return lea


def test_a_wrong_code_says_so_and_the_right_one_still_opens(ready):
    code = ready.last_code()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    ready.send(having="code", code=wrong, sincere="on")
    assert ready.status == 422
    ready.sees("Ce n’est pas le bon code")
    ready.send(having="code", code=f" {code[:3]} {code[3:]} ", sincere="on")
    assert ready.url.endswith("/recu/")


def test_five_wrong_codes_shut_the_code_even_for_the_right_one(ready):
    code = ready.last_code()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        ready.send(having="code", code=wrong, sincere="on")
    ready.send(having="code", code=code, sincere="on")
    ready.sees("essayé trop de fois")
    assert Dossier.objects.get(reference=ready.reference).state == "DRAFT"


def test_a_code_that_has_run_out(ready):
    code = ready.last_code()
    later(minutes=16)  # the page is still open in the person's browser
    ready.send(having="code", code=code, sincere="on")
    assert ready.status == 422
    ready.sees("n’est plus valable")


def test_a_code_already_used_for_another_request(ready):
    code = ready.last_code()
    ready.send(having="code", code=code, sincere="on")
    first = ready.reference
    ready.begins().answers().gives_documents()
    assert ready.reference != first
    ready.open(f"/demandes/{ready.reference}/recapitulatif/").send(having="send", press="send")
    fresh = ready.last_code()
    if fresh != code:
        ready.send(having="code", code=code, sincere="on")
        assert ready.status == 422


def test_without_the_declaration_nothing_is_sent(ready):
    ready.send(having="code", code=ready.last_code())
    assert ready.status == 422
    ready.sees("Cochez cette case")
    assert Dossier.objects.get(reference=ready.reference).state == "DRAFT"


def test_a_submission_sent_again_after_a_lost_answer_shows_the_same_receipt(ready):
    code = ready.last_code()
    form = ready.form(having="sincere")
    data = {k: v[0] for k, v in form.values.items() if v} | {"code": code, "sincere": "on"}
    url = f"/demandes/{ready.reference}/recapitulatif/"
    for _ in range(3):
        response = ready.client.post(url, data)
        assert response.status_code == 302
        assert response["Location"].endswith("/recu/")
    assert Dossier.objects.get(reference=ready.reference).events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_submits_once(centres):
    lea = Citizen().signs_up().begins().answers().gives_documents()
    lea.open(f"/demandes/{lea.reference}/recapitulatif/").send(having="send", press="send")
    form = lea.form(having="sincere")
    data = {k: v[0] for k, v in form.values.items() if v} | {"code": lea.last_code(), "sincere": "on"}
    url = f"/demandes/{lea.reference}/recapitulatif/"
    answers = []

    def press():
        answers.append(lea.client.post(url, data)["Location"])
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {a.split("/")[-2] for a in answers} == {"recu"}
    assert Dossier.objects.get(reference=lea.reference).events.count() == 1


def test_two_tabs_that_save_the_same_step(lea):
    at_step(lea, "adresse")
    other = {k: v[0] for k, v in lea.form().values.items() if v}
    lea.send(**HOME)
    response = lea.client.post(
        f"/demandes/{lea.reference}/adresse/", {**other, **HOME, "postcode": "29200", "town": "Brest"}
    )
    assert response.status_code == 409
    page = response.content.decode()
    assert "a été enregistrée ailleurs" in page
    assert 'value="Brest"' in page  # what the second tab typed is there
    assert saved(lea)["town"] == "Rennes"  # and what the first one saved too
    lea.url = f"/demandes/{lea.reference}/adresse/"
    lea._land(response)
    lea.send()
    assert saved(lea)["town"] == "Brest"  # saved by a person who has read


def test_the_back_button_shows_the_answers_and_changes_keep_the_others(lea):
    lea.answers()
    at_step(lea, "identite")
    assert kept(lea, birth_name="Moreau", birth_date_day="14", birth_date_year="2000")
    lea.send(given_names="Léa")
    assert saved(lea)["given_names"] == "Léa"
    assert saved(lea)["town"] == "Rennes"


def test_answers_changed_in_another_tab_are_read_again_before_sending(ready):
    form = ready.form(having="sincere")
    data = {k: v[0] for k, v in form.values.items() if v} | {"code": ready.last_code(), "sincere": "on"}
    at_step(ready, "adresse").send(**{**HOME, "postcode": "29200", "town": "Brest"})
    response = ready.client.post(f"/demandes/{ready.reference}/recapitulatif/", data)
    assert response.status_code == 422
    assert "Vos réponses ont changé" in response.content.decode()


def test_a_stale_token_brings_the_step_back_with_what_was_typed(lea):
    at_step(lea, "adresse")
    data = {k: v[0] for k, v in lea.form().values.items() if v} | HOME | {"csrfmiddlewaretoken": "x" * 64}
    lea.url = f"/demandes/{lea.reference}/adresse/"
    response = lea.client.post(lea.url, data, headers={"Origin": "http://testserver"})
    assert response.status_code == 403
    lea._land(response)
    lea.sees("ouverte depuis trop longtemps", "enregistrez à nouveau")
    assert kept(lea, street="8 rue des Lices")
    lea.send()
    assert saved(lea)["street"] == "8 rue des Lices"


def test_a_strangers_page_that_posts_here_gets_nothing_back(lea):
    response = lea.client.post(
        f"/demandes/{lea.reference}/adresse/", HOME, headers={"Origin": "https://mechant.example"}
    )
    assert response.status_code == 403
    assert "rue des Lices" not in response.content.decode()
    assert "street" not in saved(lea)


def test_a_sent_request_is_no_longer_changed(ready):
    ready.send(having="code", code=ready.last_code(), sincere="on")
    for url in ("adresse", "documents", "recapitulatif"):
        ready.open(f"/demandes/{ready.reference}/{url}/")
        assert ready.url.endswith(("/suivi/", "/recu/"))
    slot = ready.slots()[0][2]
    token = ready.open("/demandes/").page.forms[0].values["csrfmiddlewaretoken"][0]
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("a.jpg", jpeg())
    ready.client.post(
        f"/demandes/{ready.reference}/documents/{slot}/", {"file": file, "csrfmiddlewaretoken": token}
    )
    assert Upload.objects.filter(current=True).count() == 6
    assert Upload.objects.count() == 6


def test_the_agents_old_page_is_told_so(ready):
    ready.send(having="code", code=ready.last_code(), sincere="on")
    camille = Agent()
    camille.open(f"/agent/dossiers/{ready.reference}/")
    stale = camille.form("/take_up/")
    camille.send("/take_up/")
    data = {k: v[0] for k, v in stale.values.items() if v}
    response = camille.client.post(f"/agent/dossiers/{ready.reference}/release/", data, follow=True)
    assert "a changé depuis que vous avez ouvert la page" in response.content.decode()
    assert Dossier.objects.get(reference=ready.reference).state == "IN_REVIEW"


def test_a_refusal_of_a_document_without_a_reason_asks_for_one(ready):
    ready.send(having="code", code=ready.last_code(), sincere="on")
    camille = Agent().takes_up(ready.reference)
    slot = ready.slots()[0][2]
    camille.send(
        f"/documents/{slot}/", having="reason", verdict="refuse", note="Trop flou, pouvez-vous recommencer ?"
    )
    assert camille.status == 422
    camille.sees("Choisissez le motif du refus", "Trop flou, pouvez-vous recommencer ?")


@pytest.mark.parametrize(
    "reference", ["TP-0000-0001", "x", "TP-ZZZZ-ZZZZ", "..", "%00", "TP-0000-0000'", "😀"]
)
def test_a_reference_that_is_none_is_not_found(lea, reference):
    for url in (
        f"/demandes/{reference}/suivi/",
        f"/demandes/{reference}/documents/",
        f"/demandes/{reference}/",
    ):
        assert lea.open(url).status == 404


def test_dates_are_those_of_paris(lea, monkeypatch):
    import permis.clock as world

    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)  # already 2027 in Paris
    monkeypatch.setattr(world, "now", lambda: late)
    assert world.today() == dt.date(2027, 1, 1)


def test_an_old_tab_that_says_it_again_is_told_so_and_nothing_is_pretended(ready):
    """Asked for documents twice: the button of the first round, pressed in the second, sends nothing."""
    ready.send(having="code", code=ready.last_code(), sincere="on")
    camille = Agent()
    stale = None
    for _ in range(2):
        camille.takes_up(ready.reference).judges(ready.reference)
        camille.judges(ready.reference, "ADDR", "refuse", reason="R03").says(ready.reference, "ask_for_more")
        ready.gives_documents(only="ADDR")
        ready.open(f"/demandes/{ready.reference}/documents/")
        if stale is None:
            stale = {k: v[0] for k, v in ready.form("/completer/").values.items() if v}
            ready.send("/completer/")
    response = ready.client.post(f"/demandes/{ready.reference}/completer/", stale, follow=True)
    assert "C’est envoyé" not in response.content.decode()
    assert "plus à jour" in response.content.decode()
    assert Dossier.objects.get(reference=ready.reference).state == "INCOMPLETE"


def test_a_document_replaced_since_the_agents_page_is_not_accepted_unseen(ready):
    ready.send(having="code", code=ready.last_code(), sincere="on")
    camille = Agent().takes_up(ready.reference)
    slot = next(slot for piece, _, slot in ready.slots() if piece == "ADDR")
    old = camille.form(f"/documents/{slot}/")
    data = {k: v[0] for k, v in old.values.items() if v} | {"verdict": "accept"}
    camille.judges(ready.reference, "ADDR", "refuse", reason="R03").says(ready.reference, "ask_for_more")
    ready.gives_documents(only="ADDR")
    ready.open(f"/demandes/{ready.reference}/documents/").send("/completer/")
    camille.takes_up(ready.reference)
    page = camille.client.post(f"/agent/dossiers/{ready.reference}/documents/{slot}/", data, follow=True)
    assert "a été remplacé depuis" in page.content.decode()
    assert Dossier.objects.get(reference=ready.reference).slots.get(piece="ADDR").status == "ready"


@pytest.mark.parametrize("seen", ["²", "9" * 5000, "-1", "x", ""])
def test_a_version_that_is_no_number_is_no_500(ready, seen):
    ready.send(having="code", code=ready.last_code(), sincere="on")
    camille = Agent()
    camille.open(f"/agent/dossiers/{ready.reference}/")
    data = {k: v[0] for k, v in camille.form("/take_up/").values.items() if v} | {"seen": seen}
    assert camille.client.post(f"/agent/dossiers/{ready.reference}/take_up/", data).status_code == 302


def test_a_request_bigger_than_a_file_may_be_is_refused_before_it_fills_the_memory(lea):
    lea.answers()
    from django.core.files.uploadedfile import SimpleUploadedFile

    url = f"/demandes/{lea.reference}/documents/{lea.slots()[0][2]}/"
    response = lea.client.post(
        url, {"file": SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"\0" * (23 << 20))}
    )
    assert response.status_code == 413
    assert "trop lourd" in response.content.decode()
    two = {"file": SimpleUploadedFile("a.jpg", b"x"), "other": SimpleUploadedFile("b.jpg", b"x")}
    assert lea.client.post(url, two).status_code == 413


def test_an_encoding_that_is_none_is_no_500(lea):
    kind = "application/x-www-form-urlencoded; charset=rot13"
    assert lea.client.generic("POST", "/compte/connexion/", b"a=b", content_type=kind).status_code == 400


def test_finishing_later_keeps_what_is_right_of_an_unfinished_step(lea):
    at_step(lea, "identite").send(
        press="later", birth_name="Moreau", birth_date_day="31", birth_date_month="02"
    )
    assert lea.url == "/demandes/"
    lea.sees("Ce qui est bien rempli est enregistré")
    assert saved(lea)["birth_name"] == "Moreau"
    assert "birth_date" not in saved(lea)


def test_an_address_that_only_a_button_opens_says_so(lea):
    lea.open("/demandes/commencer/")
    assert lea.status == 405
    lea.sees("Elle s’ouvre avec un bouton, pas avec une adresse. Rien n’est perdu.")


def test_what_is_right_on_a_step_with_an_error_is_there_when_one_comes_back(lea):
    at_step(lea, "identite").send(**{**IDENTITY, "birth_place": "Renes"})
    assert lea.status == 422
    at_step(lea, "identite")  # left and opened again, without pressing anything
    kept(lea, birth_name="Moreau", given_names="Léa Jeanne Inès", birth_place="Renes")
    assert saved(lea)["birth_name"] == "Moreau"
    assert "birth_place" not in saved(lea)
