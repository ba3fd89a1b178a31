"""E-photo: a booth deposits a photo and a signature, and the person uses the code once."""

from __future__ import annotations

import base64
import datetime as dt
import json
import threading

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from permis import clock
from permis.accounts import partners
from permis.accounts.models import ApiKey, Partner
from permis.accounts.models import Person as Account
from permis.adapters import adapter
from permis.demo import world
from permis.demo.people import PASSWORD
from permis.domain.vocabulary import Motive, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.models import Dossier
from permis.evidence import ephoto, keep
from permis.evidence.models import EPhoto, Upload
from tests.browser import Person
from tests.conftest import given, jpeg
from tests.stages.test_move import LEA

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]

AGENT = move.Actor(Role.AGENT, "someone")
HOLDER = {"birth_name": "MOREAU", "given_names": "Léa Jeanne", "birth_date": "2000-03-14"}
PHOTO, SIGNATURE = jpeg(413, 531, "photo"), jpeg(600, 240, "signature")


class Booth:
    """A booth with a key of our API."""

    def __init__(self, key: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.key = key
        self.calls = 0

    def calls_with(
        self, body: bytes, *, key: str | None = None, once: str | None = None, length: int | None = None
    ):
        """One raw call."""
        self.calls += 1
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}
        headers["Idempotency-Key"] = once or f"depot-{self.calls:08d}"
        extra = {"CONTENT_LENGTH": str(length)} if length is not None else {}
        return self.client.post(
            "/api/v1/ephotos", body, content_type="application/json", headers=headers, **extra
        )

    def deposits(
        self, holder=HOLDER, photo=PHOTO, signature=SIGNATURE, *, key=None, once=None, **more: object
    ):
        """A deposit as the API wants it."""
        body = {
            **holder,
            "photo": base64.b64encode(photo).decode(),
            "signature": base64.b64encode(signature).decode(),
            **more,
        }
        return self.calls_with(json.dumps(body).encode(), key=key, once=once)

    def code(self, **changes) -> str:
        """A code for this holder."""
        answer = self.deposits({**HOLDER, **changes})
        assert answer.status_code == 201, answer.content
        return answer.json()["code"]


@pytest.fixture
def booth():
    """An approved booth."""
    return Booth(partners.issue("Cabines du Ponant"))


def account(identifier="lea.moreau@demo.telepermis.example"):
    """A citizen of the demo."""
    return (
        Account.objects.get(email=identifier) if "@" in identifier else Account.objects.get(phone=identifier)
    )


def draft(owner=None, **changes):
    """A draft whose questions are answered, with no document."""
    dossier = move.start(owner or account(), Motive.REU)
    answers = {**LEA, "exam_on": clock.today().isoformat(), **changes}
    return facts.save_answers(dossier, Role.CITIZEN, answers, revision=0)


def signed_in(identifier="lea.moreau@demo.telepermis.example"):
    """The person in front of the service."""
    person = Person()
    person.open("/compte/connexion/")
    person.send(having="password", identifier=identifier, password=PASSWORD)
    return person


@pytest.fixture
def lea():
    """Léa, signed in."""
    return signed_in()


def types(person, dossier, code):
    """Types the code on the page that asks for it."""
    return person.open(f"/demandes/{dossier.reference}/documents/e-photo/").send(having="code", code=code)


def uses(person, dossier, code):
    """Types the code and takes both pictures."""
    types(person, dossier, code).sees("Est-ce bien vous")
    return person.send(press="use")


def slots(dossier):
    """side → status of the piece PHOTO."""
    return dict(dossier.slots.filter(piece="PHOTO").values_list("side", "status"))


def sleeps_until(day):
    """The world's clock goes to noon of that day."""
    noon = dt.datetime.combine(day, dt.time(12), clock.PARIS)
    world.set_offset(clock.offset() + (noon - clock.now()).total_seconds())


def six_months_after(day):
    """By hand: the same day six months later, or the last of that month."""
    year, month = day.year + (day.month + 6 > 12), (day.month + 5) % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))


def test_a_booth_deposits_and_lea_fills_both_sides_with_the_code(booth, lea):
    answer = booth.deposits()
    assert answer.status_code == 201
    code, expires = answer.json()["code"], answer.json()["expires_on"]
    assert len(code) == 22
    assert code.isascii()
    assert code.isalnum()
    assert code == code.upper()
    assert expires == six_months_after(clock.today()).isoformat()
    dossier = draft()
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("J’ai un code e-photo")
    typed = " ".join(code[at : at + 4] for at in range(0, 22, 4)).lower().replace(" ", "-", 1)
    types(lea, dossier, typed).sees("Est-ce bien vous", "Utiliser ces images")
    for side in ("photo", "signature"):
        seen = lea.client.get(f"/demandes/{dossier.reference}/documents/e-photo/{side}/")
        assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
        assert "sandbox" in seen["Content-Security-Policy"]
        assert seen["Cache-Control"] == "private, no-store"
    assert slots(dossier) == {"photo": "empty", "signature": "empty"}  # nothing before she says yes
    lea.send(press="use").sees("c’est ajouté", "code e-photo")
    assert slots(dossier) == {"photo": "ready", "signature": "ready"}
    row = EPhoto.objects.get()
    assert (row.dossier_id, row.used_at is not None) == (dossier.pk, True)
    uploads = Upload.objects.filter(slot__dossier=dossier, current=True)
    assert {(u.slot.side, u.source, u.ephoto_id) for u in uploads} == {
        ("photo", "ephoto", row.pk),
        ("signature", "ephoto", row.pk),
    }
    for upload in uploads:
        assert keep.page_bytes(upload, 1) == ephoto.picture(row, upload.slot.side)


def test_the_code_is_in_no_address_and_nothing_of_the_deposit_can_be_read_in_the_database(booth, lea):
    code = booth.code()
    dossier = draft()
    uses(lea, dossier, code)
    assert code not in lea.url
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM evidence_ephoto")
        raw = repr([bytes(c) if isinstance(c, memoryview) else c for c in cursor.fetchone()])
    for secret in (code, "MOREAU", "Moreau", "2000-03-14", "Jeanne"):
        assert secret not in raw
    key = EPhoto.objects.get().files["photo"]["key"]
    assert b"\xff\xd8\xff" not in b"".join(adapter("storage").get(key))[:64]


def test_one_wrong_letter_finds_nothing_and_what_was_typed_is_kept(booth, lea):
    code = booth.code()
    wrong = ("B" if code[0] != "B" else "C") + code[1:]
    dossier = draft()
    types(lea, dossier, wrong).sees("Nous ne trouvons pas ce code", "demandez à votre photographe")
    assert lea.status == 422
    assert lea.form(having="code").values["code"] == [wrong]
    assert slots(dossier) == {"photo": "empty", "signature": "empty"}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Écrivez le code e-photo"),
        ("  - ", "Écrivez le code e-photo"),
        ("ABCD EFGH", "il en manque 14"),
        ("A" * 23, "il y en a 1 de trop"),
        ("É" + "A" * 21, "Vérifiez le signe « É »"),
        ("٣" + "A" * 21, "Vérifiez le signe « ٣ »"),
        ("A" * 21 + "!", "Vérifiez le signe « ! »"),
        ("A\x00" + "B" * 20, "Vérifiez le signe"),
    ],
)
def test_what_cannot_be_a_code_says_what_to_correct(lea, typed, says):
    dossier = draft()
    types(lea, dossier, typed).sees(says)
    assert lea.status == 422


def test_a_code_serves_one_request_and_is_free_again_when_taken_out_of_the_draft(booth, lea):
    code = booth.code()
    first, second = draft(), draft()
    uses(lea, first, code)
    types(lea, second, code).sees("un code ne sert qu’une fois")
    assert lea.status == 422
    for slot in first.slots.filter(piece="PHOTO"):
        lea.open(f"/demandes/{first.reference}/documents/{slot.pk}/retirer/").send()
        used = EPhoto.objects.get().used_at is not None
        assert used == (slot.side == "photo")  # the signature still holds it
    uses(lea, second, code).sees("c’est ajouté")
    assert EPhoto.objects.get().dossier_id == second.pk


def test_a_code_is_free_again_when_other_pictures_take_its_place(booth, lea):
    code = booth.code()
    dossier = draft()
    uses(lea, dossier, code)
    for slot in dossier.slots.filter(piece="PHOTO"):
        given(slot, Role.CITIZEN)
    assert EPhoto.objects.get().used_at is None


def test_the_same_code_again_in_the_same_request_is_no_fault(booth, lea):
    code = booth.code()
    dossier = draft()
    uses(lea, dossier, code)
    uses(lea, dossier, code).sees("c’est ajouté")
    row = EPhoto.objects.get()
    assert row.dossier_id == dossier.pk
    assert Upload.objects.filter(slot__dossier=dossier, current=True).count() == 2


def test_the_code_of_a_request_that_is_cancelled_can_be_used_in_the_next_one(booth, lea):
    code = booth.code()
    first = draft()
    uses(lea, first, code)
    move.move(first, Verb.CANCEL, move.Actor(Role.CITIZEN, str(first.owner_id)))
    assert Dossier.objects.get(pk=first.pk).get_state() is State.CANCELLED
    second = draft()
    uses(lea, second, code).sees("c’est ajouté")
    assert EPhoto.objects.get().dossier_id == second.pk


def granted(dossier):
    """The draft is sent and granted, and its card ordered."""
    for slot in dossier.slots.filter(asked=True, status=SlotStatus.EMPTY):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    move.move(dossier, Verb.TAKE_UP, AGENT)
    for slot in dossier.slots.filter(asked=True):
        facts.decide(slot, SlotStatus.ACCEPTED, Role.AGENT)
    move.move(dossier, Verb.APPROVE, AGENT)
    move.move(dossier, Verb.ORDER_CARD, move.SYSTEM)
    return dossier


def test_the_code_of_a_card_that_was_made_and_never_collected_does_not_serve_again(booth, lea):
    code = booth.code()
    first = draft()
    uses(lea, first, code)
    granted(first)
    move.move(first, Verb.MAKE_CARD, move.Actor(Role.PLANT))
    move.move(first, Verb.POST, move.SYSTEM, detail={"number": "1"})
    move.move(first, Verb.RETURN, move.Actor(Role.POST))
    move.move(first, Verb.CLOSE, move.SYSTEM)
    assert Dossier.objects.get(pk=first.pk).get_state() is State.CLOSED
    second = draft()
    types(lea, second, code).sees("Ce code sert déjà à une autre demande")
    assert lea.status == 422
    assert EPhoto.objects.get().dossier_id == first.pk


def test_the_code_of_a_request_refused_after_the_factory_rejected_its_card_serves_again(booth, lea):
    code = booth.code()
    first = draft()
    uses(lea, first, code)
    granted(first)
    move.move(first, Verb.REJECT_CARD, move.Actor(Role.PLANT), detail={"why": "Nom illisible."})
    move.move(first, Verb.REFUSE, AGENT, detail={"reason": "Une suspension est en cours."})
    second = draft()
    uses(lea, second, code).sees("c’est ajouté")
    assert EPhoto.objects.get().dossier_id == second.pk


def test_a_code_of_a_request_that_was_erased_stays_used_unless_it_was_released(booth, lea):
    code = booth.code()
    first, second = draft(), draft()
    uses(lea, first, code)
    assert ephoto.release(first) == 1
    uses(lea, second, code).sees("c’est ajouté")


def test_the_last_day_is_good_and_the_day_after_is_not(booth, lea):
    code = booth.code()
    last = EPhoto.objects.get().expires_on
    sleeps_until(last)
    lea = signed_in()
    dossier = draft()
    types(lea, dossier, code).sees("Est-ce bien vous")
    sleeps_until(last + dt.timedelta(days=1))
    lea = signed_in()
    types(lea, dossier, code).sees("Ce code a expiré", str(last.year))
    assert lea.status == 422
    assert slots(dossier)["photo"] == "empty"


def test_somebody_elses_code_tells_nothing_of_them(booth, lea):
    code = booth.code(birth_name="Le Goff", birth_date="1990-07-01")
    dossier = draft()
    types(lea, dossier, code).sees("Ce code n’est pas à votre nom")
    assert lea.status == 422
    assert "Le Goff" not in lea.page.text
    assert "1990" not in lea.page.text


def test_the_same_name_born_another_day_is_somebody_else(booth, lea):
    code = booth.code(birth_date="2000-03-15")
    types(lea, draft(), code).sees("Ce code n’est pas à votre nom")


def test_accents_and_case_of_the_name_do_not_matter(booth, lea):
    code = booth.code(birth_name="d’AGÜERO MOREL")
    uses(lea, draft(birth_name="D'Aguero-Morel"), code).sees("c’est ajouté")


def test_what_was_checked_for_one_request_is_not_shown_in_another(booth, lea):
    types(lea, draft(), booth.code()).sees("Est-ce bien vous")
    other = draft(birth_name="Martin")
    lea.open(f"/demandes/{other.reference}/documents/e-photo/")
    assert "Est-ce bien vous" not in lea.page.text
    seen = lea.client.get(f"/demandes/{other.reference}/documents/e-photo/photo/")
    assert seen.status_code == 302


def test_a_name_changed_between_the_check_and_the_use_is_noticed(booth, lea):
    dossier = draft()
    types(lea, dossier, booth.code())
    facts.save_answers(dossier, Role.CITIZEN, {"birth_name": "Martin"}, revision=dossier.revision)
    lea.send(press="use").sees("Écrivez à nouveau votre code")
    assert slots(dossier)["photo"] == "empty"


def test_whoever_guesses_is_slowed_down_and_a_typing_mistake_is_not_counted(booth, lea):
    dossier = draft()
    for _ in range(12):
        types(lea, dossier, "ABC").sees("il en manque 19")
    for n in range(10):
        types(lea, dossier, f"{n:022d}").sees("Nous ne trouvons pas ce code")
    types(lea, dossier, booth.code()).sees("Trop d’essais", "15 minutes")
    assert lea.status == 422


def test_only_the_side_that_is_asked_again_is_filled_when_the_rest_is_accepted(booth, lea):
    dossier = draft()
    for slot in dossier.slots.filter(asked=True):
        given(slot, Role.CITIZEN)
    agent = move.Actor(Role.AGENT, "someone")
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    move.move(dossier, Verb.TAKE_UP, agent)
    for slot in dossier.slots.filter(asked=True):
        verdict = SlotStatus.REFUSED if slot.side == "photo" else SlotStatus.ACCEPTED
        facts.decide(slot, verdict, Role.AGENT, reason="R05" if slot.side == "photo" else "", note="floue")
    move.move(dossier, Verb.ASK_FOR_MORE, agent, detail={"reason": "R05"})
    dossier.refresh_from_db()
    uses(lea, dossier, booth.code()).sees("C’est ajouté depuis votre code")
    assert slots(dossier) == {"photo": "ready", "signature": "accepted"}


@pytest.mark.django_db(transaction=True)
def test_two_requests_that_take_the_same_code_at_once_one_wins(booth):
    code = booth.code()
    dossiers = [draft(), draft()]
    row = ephoto.find(dossiers[0], code)
    ready, outcomes = threading.Barrier(2), []

    def run(dossier):
        ready.wait()
        try:
            ephoto.take(dossier, Role.CITIZEN, row.pk)
            outcomes.append(("won", dossier.pk))
        except ephoto.NotGood as fault:
            outcomes.append((fault.sentence, dossier.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(dossier,)) for dossier in dossiers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said == "won" for said, _ in outcomes) == [False, True]
    winner = next(pk for said, pk in outcomes if said == "won")
    assert next(said for said, _ in outcomes if said != "won") == ephoto.USED
    assert EPhoto.objects.get().dossier_id == winner
    for dossier in dossiers:
        expected = "ready" if dossier.pk == winner else "empty"
        assert slots(dossier) == {"photo": expected, "signature": expected}
    kept = {file["key"] for u in Upload.objects.all() for file in u.files}
    kept |= {file["key"] for file in EPhoto.objects.get().files.values()}
    assert set(adapter("storage").keys()) == kept  # the loser left nothing behind


# ── The API ─────────────────────────────────────────────────────────────────────────────────────────────


def problem(answer, status):
    """The problem document that an answer carries."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), (
        answer.content
    )
    found = answer.json()
    assert found["status"] == status
    assert found["title"]
    assert found["detail"].endswith((".", "»", "14")), found
    return found


def test_a_key_is_shown_once_and_kept_as_a_hash():
    key = partners.issue("Photo Lices")
    row = ApiKey.objects.get()
    assert key not in repr(vars(row))
    assert row.hint == key[-4:]
    assert partners.holder(key).name == "Photo Lices"
    other = partners.issue("Photo Lices")
    assert other != key
    assert partners.holder(other) == partners.holder(key)


def test_a_key_that_was_revoked_opens_nothing(booth):
    assert booth.deposits().status_code == 201
    assert partners.revoke(booth.key)
    found = problem(booth.deposits(), 401)
    assert "Authorization: Bearer" in found["detail"]
    assert booth.deposits()["WWW-Authenticate"].startswith("Bearer")
    assert not partners.revoke(booth.key)
    assert EPhoto.objects.count() == 1


@pytest.mark.parametrize("key", ["", "tp_false", "Bearer", "é" * 40, "tp_" + "x" * 5000])
def test_a_false_key_opens_nothing(booth, key):
    problem(booth.deposits(key=key), 401)
    assert not EPhoto.objects.exists()


def test_a_partner_who_left_deposits_nothing_more(booth):
    from django.db import transaction

    with transaction.atomic():
        Partner.objects.update(is_active=False)
    problem(booth.deposits(), 401)


def test_a_driving_school_may_not_deposit_photos():
    school = Booth(partners.issue("Auto-école des Lices", Role.SCHOOL))
    problem(school.deposits(), 403)


def test_whoever_tries_keys_is_slowed_down_and_a_good_key_still_passes(booth):
    for _ in range(10):
        problem(booth.deposits(key="tp_guess"), 401)
    late = booth.deposits(key="tp_guess")
    problem(late, 429)
    assert late["Retry-After"] == "900"
    assert booth.deposits().status_code == 201


def test_a_booth_that_runs_wild_is_asked_to_wait(booth, monkeypatch):
    from permis.evidence import api

    monkeypatch.setattr(api.PACE, "num_requests", 2)
    assert [booth.deposits().status_code for _ in range(2)] == [201, 201]
    problem(booth.deposits(), 429)
    assert Booth(partners.issue("Photo Lices")).deposits().status_code == 201


def test_the_same_deposit_sent_again_answers_with_the_same_code(booth):
    first, again = booth.deposits(once="ticket-0001"), booth.deposits(once="ticket-0001")
    assert (again.status_code, again.json()) == (201, first.json())
    assert EPhoto.objects.count() == 1
    other = Booth(partners.issue("Photo Lices")).deposits(once="ticket-0001")
    assert other.json()["code"] != first.json()["code"]


def test_a_key_of_idempotency_is_not_used_for_another_deposit(booth):
    booth.deposits(once="ticket-0001")
    found = problem(booth.deposits({**HOLDER, "birth_name": "Martin"}, once="ticket-0001"), 422)
    assert "Idempotency-Key" in found["detail"]
    found = problem(booth.deposits(once="court"), 422)
    assert [e["pointer"] for e in found["errors"]] == ["Idempotency-Key"]


HOSTILE = [
    ("a page in disguise", b"<html><script>alert(1)</script>", "pas une photo"),
    ("a PDF", b"%PDF-1.7\n" + b"x" * 500, "pas une photo"),
    ("nothing", b"", "vide"),
    ("a picture that is cut", jpeg()[:2000], "abîmé"),
    ("a pixel flood", None, "trop grande"),
]


@pytest.mark.parametrize(("what", "data", "says"), HOSTILE, ids=[h[0] for h in HOSTILE])
def test_a_hostile_file_through_the_api_is_refused_and_leaves_nothing(booth, what, data, says):
    from tests.stages.test_intake import png

    bad = png("1", (20000, 20000)) if data is None else data
    found = problem(booth.deposits(signature=bad), 422)
    assert says in found["detail"]
    assert [e["pointer"] for e in found["errors"]] == ["#/signature"]
    assert not EPhoto.objects.exists()
    assert list(adapter("storage").keys()) == []


def test_nothing_of_the_files_that_were_sent_is_kept(booth):
    booth.deposits(photo=PHOTO + b"SECRET-OF-THE-ORIGINAL")
    assert b"SECRET" not in ephoto.picture(EPhoto.objects.get(), "photo")


def refused_body(**changes):
    """A body with something wrong."""
    good = base64.b64encode(PHOTO).decode()
    return json.dumps({**HOLDER, "photo": good, "signature": good, **changes}).encode()


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b"", 400, None),
        (b"not json", 400, None),
        (b"\xff\xfe", 400, None),
        (b"[" * 200_000, 400, None),
        (b"[]", 422, "#/"),
        (b"{}", 422, "#/birth_name"),
        (refused_body(photo="data:image/jpeg;base64,AAAA"), 422, "#/photo"),
        (refused_body(photo=12), 422, "#/photo"),
        (refused_body(more="x"), 422, "#/more"),
        (refused_body(birth_date="14/03/2000"), 422, "#/birth_date"),
        (refused_body(birth_date="2000-02-30"), 422, "#/birth_date"),
        (refused_body(birth_date="2999-01-01"), 422, "#/birth_date"),
        (refused_body(birth_date=953000000), 422, "#/birth_date"),
        (refused_body(birth_name="R2D2"), 422, "#/birth_name"),
        (refused_body(birth_name="\u200b"), 422, "#/birth_name"),
        (refused_body(given_names="a" * 300), 422, "#/given_names"),
    ],
)
def test_a_deposit_that_cannot_be_read_says_which_field(booth, body, status, pointer):
    found = problem(booth.calls_with(body), status)
    if pointer:
        assert pointer in [e["pointer"] for e in found["errors"]]
    assert "Moreau" not in json.dumps(found)
    assert not EPhoto.objects.exists()


def test_a_call_that_is_too_heavy_is_not_read(booth):
    problem(booth.calls_with(b"{}", length=50_000_000), 413)


def test_another_method_is_told_which_one_is_taken():
    answer = Client().get("/api/v1/ephotos")
    problem(answer, 405)
    assert answer["Allow"] == "POST"


def test_the_description_of_the_api_lists_the_deposit_and_no_page_of_somebody_else():
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found = answer.json()
    assert found["openapi"].startswith("3.1")
    deposit = found["paths"]["/api/v1/ephotos"]["post"]
    assert set(deposit["responses"]) >= {"201", "401", "403", "422"}
    assert deposit["security"]
    assert "Idempotency-Key" in [p["name"] for p in deposit["parameters"] if p["required"]]
    assert Client().get("/api/v1/docs").status_code == 404
    assert Client().get("/api/v1/")["Location"] == "/api/v1/openapi.json"
    assert settings.DEBUG is False
