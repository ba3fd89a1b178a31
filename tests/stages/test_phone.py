"""From the computer to the phone: one page for one document, one phone, a quarter of an hour, nothing of the request."""

from __future__ import annotations

import base64
import datetime as dt
import logging
import re
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from django.conf import settings
from django.db import transaction
from django.test import Client
from PIL import Image

from permis import clock
from permis.accounts.logs import NoKeys
from permis.demo import world
from permis.domain.vocabulary import Role, Verb
from permis.dossier import move
from permis.evidence import arrivals, phone, views_phone, work
from permis.evidence.models import Arrival, PhoneLink, Upload
from tests.browser import Person
from tests.conftest import given, jpeg
from tests.stages.test_ephoto import draft, signed_in
from tests.stages.test_tus import OFFSET, metadata

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]


@pytest.fixture
def lea():
    """Léa, signed in on her computer."""
    return signed_in()


@pytest.fixture
def dossier():
    """A draft of hers, with no document."""
    return draft()


@pytest.fixture
def address(dossier):
    """The slot of her proof of address, which takes several files."""
    return dossier.slots.get(asked=True, piece="ADDR")


def offered(lea, dossier, slot):
    """Léa asks for a QR code on her computer; the address that it holds, without the server."""
    lea.open(f"/demandes/{dossier.reference}/documents/{slot.pk}/telephone/")
    lea.send(f"/documents/{slot.pk}/telephone/")
    assert lea.status == 200
    return code_read(lea)


def code_read(lea):
    """What a phone reads in the picture that the page shows."""
    html = lea.response.content.decode()
    src = re.search(r'<img class="tp-qr" src="([^"]+)"', html).group(1)
    answer = lea.client.get(src)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "private, no-store"
    picture = np.array(Image.open(BytesIO(answer.content)).convert("L"))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text in lea.page.text  # the same, for a phone that reads no code
    return found.text.removeprefix("http://testserver")


def phoned(url):
    """A phone that opens this address."""
    return Person().open(url)


def gives(handset, data=None, name="IMG_1.jpg"):
    """The first form of the phone's page, with a picture."""
    return handset.send("/photo/", file=(name, jpeg() if data is None else data))


def status(slot):
    """The slot's status now."""
    slot.refresh_from_db()
    return slot.status


def test_a_picture_taken_with_the_phone_lands_in_the_slot_and_the_computer_shows_it(lea, dossier, address):
    url = offered(lea, dossier, address)
    lea.sees("Nous attendons la photo de votre téléphone", "jusqu’à")
    handset = phoned(url)
    handset.sees("Prendre la photo", address.label)
    assert handset.status == 200
    gives(handset).sees(views_phone.TAKEN)
    assert status(address) == "ready"
    lea.open(lea.url).sees("La photo est arrivée")
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("IMG_1.jpg")
    handset.send("/fini/").sees("Vous pouvez fermer cette page", "La suite est sur l’ordinateur")
    assert handset.status == 200
    assert phoned(url).status == 410


def test_the_page_says_nothing_of_the_request(lea, dossier, address):
    url = offered(lea, dossier, address)
    handset = phoned(url)
    pages = [handset.response]
    gives(handset)
    pages.append(handset.response)
    pages.append(phoned(url).response)  # another phone
    handset.send("/fini/")
    pages.append(handset.response)
    others = {slot.label for slot in dossier.slots.filter(asked=True).exclude(pk=address.pk)}
    for answer in pages:
        said = answer.content.decode() + repr(sorted(answer.headers.items()))
        for secret in (
            "Léa",
            "Moreau",
            dossier.reference,
            str(dossier.pk),
            str(address.pk),
            "Rennes",
            "facture",
        ):
            assert secret not in said
        assert not [label for label in others if label in said]
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert dossier.reference not in url
    assert str(address.pk) not in url


def test_a_quarter_of_an_hour_to_the_second(lea, dossier, address):
    url = offered(lea, dossier, address)
    link = PhoneLink.objects.get()
    assert link.expires_at - link.made_at == dt.timedelta(minutes=15)
    with transaction.atomic():
        PhoneLink.objects.update(expires_at=clock.now() + dt.timedelta(seconds=30))
    handset = phoned(url)
    assert handset.status == 200
    world.set_offset(clock.offset() + 31)
    assert phoned(url).status == 410
    gives(handset)
    assert handset.status == 410
    handset.sees("faites un nouveau QR code sur l’ordinateur")
    assert status(address) == "empty"
    assert not Arrival.objects.exists()
    # On the computer too.
    lea.open(f"/demandes/{dossier.reference}/documents/{address.pk}/telephone/").sees(
        "Faire un nouveau QR code"
    )
    assert 'tp-qr"' not in lea.response.content.decode()


def test_the_link_is_open_at_the_last_second_and_shut_at_the_next(dossier, address, monkeypatch):
    link = phone.make(address, Role.CITIZEN)
    for second, over in ((0, False), (899, False), (900, True), (901, True)):
        monkeypatch.setattr(
            phone.clock, "now", lambda second=second: link.made_at + dt.timedelta(seconds=second)
        )
        assert phone.is_over(link) is over


def test_one_phone_uses_the_link_and_a_second_one_is_sent_away(lea, dossier, address):
    url = offered(lea, dossier, address)
    first, second = phoned(url), phoned(url)
    assert (first.status, second.status) == (200, 200)  # looking is not using
    gives(first)
    assert second.open(url).status == 403
    second.sees("Ce code a déjà servi sur un autre téléphone", "sur l’ordinateur")
    assert first.open(url).status == 200
    late = Person()
    late.open("/")
    answer = late.client.post(f"{url}photo/", {"file": BytesIO(jpeg())})
    assert answer.status_code == 403
    assert Upload.objects.count() == 1


def test_a_phone_that_had_the_page_open_before_cannot_give_after_another_did(lea, dossier, address):
    url = offered(lea, dossier, address)
    first, second = phoned(url), phoned(url)
    gives(first)
    gives(second)
    assert second.status == 403
    assert Upload.objects.filter(slot=address).count() == 1


def test_one_phone_may_photograph_both_sides_with_a_code_each_and_come_back_to_the_first(lea, dossier):
    recto, verso = (dossier.slots.get(piece="ID", side=side) for side in ("recto", "verso"))
    one = offered(lea, dossier, recto)
    handset = phoned(one)
    gives(handset)
    two = offered(lea, dossier, verso)
    handset.open(two)
    gives(handset)
    assert handset.open(one).status == 200
    assert handset.open(two).status == 200


def test_a_new_code_ends_the_one_before(lea, dossier, address):
    before = offered(lea, dossier, address)
    after = offered(lea, dossier, address)
    assert before != after
    assert phoned(before).status == 410
    assert phoned(after).status == 200


def test_once_the_request_is_sent_the_page_opens_no_more(lea, dossier, address):
    url = offered(lea, dossier, address)
    handset = phoned(url)
    for slot in dossier.slots.filter(asked=True):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    before = Upload.objects.count()
    gives(handset)
    assert handset.status == 410
    assert phoned(url).status == 410
    assert Upload.objects.count() == before
    lea.open(f"/demandes/{dossier.reference}/documents/{address.pk}/telephone/")
    assert lea.status == 200
    if any(form.method == "post" and form.action.endswith("/telephone/") for form in lea.page.forms):
        lea.send(f"/documents/{address.pk}/telephone/")
        assert lea.url.endswith(f"/demandes/{dossier.reference}/suivi/")


def test_a_document_that_is_asked_no_more_takes_no_picture(lea, dossier, address):
    from permis.database.guard import door

    url = offered(lea, dossier, address)
    with transaction.atomic(), door("slot"):
        type(address).objects.filter(pk=address.pk).update(asked=False)
    assert phoned(url).status == 410


def test_several_pages_come_from_one_phone_and_stand_one_after_the_other(lea, dossier, address):
    handset = phoned(offered(lea, dossier, address))
    for n in (1, 2, 3):
        gives(handset, name=f"{n}.jpg").sees(views_phone.TAKEN)
    handset.sees("Photo 1", "Photo 3")
    rows = Upload.objects.filter(slot=address, current=True).order_by("given_at")
    assert [row.read_name() for row in rows] == ["1.jpg", "2.jpg", "3.jpg"]


def test_the_first_picture_of_a_phone_replaces_what_the_slot_held(lea, dossier, address):
    work.give(address, Role.CITIZEN, data=jpeg(), name="old.jpg")
    gives(phoned(offered(lea, dossier, address)), name="new.jpg")
    assert [row.read_name() for row in Upload.objects.filter(slot=address, current=True)] == ["new.jpg"]


def test_a_picture_in_which_something_is_wrong_is_said_so_on_the_phone_and_not_counted(lea, dossier, address):
    handset = phoned(offered(lea, dossier, address))
    from tests.stages.test_checks import blurred

    gives(handset, blurred())
    handset.sees("L’image est floue", views_phone.HELD)
    assert status(address) == "empty"
    gives(handset, name="sharp.jpg").sees(views_phone.TAKEN)
    assert status(address) == "ready"
    assert [row.read_name() for row in Upload.objects.filter(slot=address, current=True)] == ["sharp.jpg"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "vide"),
        (b"not a picture at all", "n’est pas une photo"),
        (b"x" * (20 * 1024 * 1024 + 1), "pèse plus de 20 Mo"),
    ],
    ids=["empty", "text", "too big"],
)
def test_a_file_that_cannot_be_taken_is_said_so_on_the_phone(lea, dossier, address, data, says):
    handset = phoned(offered(lea, dossier, address))
    gives(handset, data).sees(says)
    assert handset.status == 422
    assert status(address) == "empty"
    gives(handset).sees(views_phone.TAKEN)


def test_a_phone_that_sends_nothing_is_told_to_take_a_picture(lea, dossier, address):
    handset = phoned(offered(lea, dossier, address))
    handset.send("/photo/").sees("Choisissez d’abord un fichier, ou prenez une photo")
    assert handset.status == 422


def test_while_the_antivirus_does_not_answer_the_phone_says_that_the_picture_came(
    lea, dossier, address, monkeypatch
):
    from permis.adapters.antivirus import Unknown

    class Down:
        def look(self, _chunks):
            raise Unknown("TimeoutError")

    real = work.adapter
    with monkeypatch.context() as patched:
        patched.setattr(work, "adapter", lambda name: Down() if name == "antivirus" else real(name))
        handset = phoned(offered(lea, dossier, address))
        gives(handset).sees(views_phone.LOOKING)
    assert status(address) == "received"


def test_a_phone_goes_on_where_its_line_was_cut(lea, dossier, address):
    url = offered(lea, dossier, address)
    handset = phoned(url)
    data = jpeg()
    token = handset.client.cookies[settings.CSRF_COOKIE_NAME].value

    def asks(verb, where, body=b"", client=handset.client, **headers):
        said = {"Tus-Resumable": "1.0.0", "X-CSRFToken": token}
        said |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return client.generic(verb, where, body, content_type=OFFSET, headers=said)

    assert asks("OPTIONS", f"{url}envois/")["Tus-Version"] == "1.0.0"
    begun = asks(
        "POST",
        f"{url}envois/",
        data[:500],
        Upload_Length=len(data),
        Upload_Metadata=metadata(filename="p.jpg"),
    )
    assert (begun.status_code, begun["Upload-Offset"]) == (201, "500")
    here = begun["Location"]
    assert here.startswith(url)
    assert asks("HEAD", here)["Upload-Offset"] == "500"
    stranger = Client()
    assert asks("PATCH", here, data[500:], client=stranger, Upload_Offset=500).status_code == 403
    assert asks("PATCH", here, data[500:], Upload_Offset=500).status_code == 204
    work.sweep()
    assert status(address) == "ready"
    handset.open(url).sees(views_phone.TAKEN)


def test_a_phone_does_not_reach_an_upload_that_is_not_its_own(lea, dossier, address):
    url = offered(lea, dossier, address)
    row = arrivals.begin(address, Role.CITIZEN, name="a.jpg", length=10, channel="tus")
    answer = phoned(url).client.head(f"{url}envois/{row.pk}/", headers={"Tus-Resumable": "1.0.0"})
    assert answer.status_code == 404


@pytest.mark.parametrize("token", ["aaaaaaaaaaaaaaaaaaaaaaaaaa", "x", "A" * 300, "0" * 26])
def test_an_address_that_nobody_was_given_opens_a_page_that_helps(token):
    handset = phoned(f"/telephone/{token}/")
    assert handset.status == 404
    handset.sees("Cette page n’existe pas", "L’adresse a peut-être une faute")


def test_an_address_copied_by_hand_in_capitals_opens_too(lea, dossier, address):
    url = offered(lea, dossier, address)
    token = url.split("/")[2]
    assert len(token) == 26
    assert phoned(f"/telephone/{token.upper()}/").status == 200


def test_the_address_is_in_no_log_and_the_token_in_no_row(lea, dossier, address, caplog):
    assert all("no_keys" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
    caplog.set_level(logging.DEBUG, logger="django.request")  # louder than any installation
    caplog.handler.addFilter(NoKeys())
    url = offered(lea, dossier, address)
    token = url.split("/")[2]
    handset = phoned(url)
    gives(handset)
    phoned(url)
    handset.send("/fini/")
    phoned(url)
    phoned(f"/telephone/{token}/rien/")
    assert [record for record in caplog.records if "/telephone/…" in record.getMessage()]
    assert token not in caplog.text
    row = PhoneLink.objects.values().get()
    assert token not in repr(row)
    assert handset.client.session.get("phone")
    assert token not in repr(dict(handset.client.session))


def test_a_stranger_sees_neither_the_page_nor_the_code_of_lea(lea, dossier, address):
    offered(lea, dossier, address)
    link = PhoneLink.objects.get()
    tom = signed_in("tom.moreau@demo.telepermis.example")
    assert tom.client.get(f"/demandes/{dossier.reference}/documents/code/{link.pk}.png").status_code == 404
    assert tom.open(f"/demandes/{dossier.reference}/documents/{address.pk}/telephone/").status == 404
    assert Client().get(f"/demandes/{dossier.reference}/documents/code/{link.pk}.png").status_code == 302


def test_looking_at_the_page_of_the_code_makes_none(lea, dossier, address):
    lea.open(f"/demandes/{dossier.reference}/documents/{address.pk}/telephone/")
    assert not PhoneLink.objects.exists()


def asks(handset, verb, where, body=b"", client=None, **headers):
    """A request of the phone's script, as the protocol wants it."""
    said = {"Tus-Resumable": "1.0.0", "X-CSRFToken": handset.client.cookies[settings.CSRF_COOKIE_NAME].value}
    said |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return (client or handset.client).generic(verb, where, body, content_type=OFFSET, headers=said)


def begins(handset, url, data, **more):
    """The phone's script opens an upload."""
    name = metadata(filename="p.jpg")
    return asks(handset, "POST", f"{url}envois/", data, Upload_Metadata=name, **more)


def test_a_page_kept_on_the_computer_stays_when_the_phone_sends_the_next_one(lea, dossier, address):
    from tests.stages.test_checks import blurred

    url = offered(lea, dossier, address)
    handset = phoned(url)
    gives(handset, blurred(), name="1.jpg").sees("Reprendre la photo")
    lea.open(f"/demandes/{dossier.reference}/documents/").send("/garder/")
    handset.open(url).sees("Envoyer une autre page")
    gives(handset, name="2.jpg")
    rows = Upload.objects.filter(slot=address, current=True).order_by("given_at")
    assert [row.read_name() for row in rows] == ["1.jpg", "2.jpg"]


def test_an_upload_begun_in_time_ends_after_the_quarter_of_an_hour_and_no_other_begins(lea, dossier, address):
    url, data = offered(lea, dossier, address), jpeg()
    handset = phoned(url)
    here = begins(handset, url, data[:500], Upload_Length=len(data))["Location"]
    with transaction.atomic():
        PhoneLink.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    late = begins(handset, url, data[:500], Upload_Length=len(data))
    assert (late.status_code, late["Content-Type"]) == (410, "application/problem+json")
    assert late.json()["detail"] == views_phone.OVER
    stranger = asks(handset, "PATCH", here, data[500:], client=Client(), Upload_Offset=500)
    assert (stranger.status_code, stranger["Content-Type"]) == (403, "application/problem+json")
    assert asks(handset, "HEAD", here)["Upload-Offset"] == "500"
    assert asks(handset, "PATCH", here, data[500:], Upload_Offset=500).status_code == 204
    work.sweep()
    assert status(address) == "ready"


def test_an_upload_begun_in_time_ends_nowhere_once_the_request_is_sent(lea, dossier, address):
    url, data = offered(lea, dossier, address), jpeg()
    handset = phoned(url)
    here = begins(handset, url, data[:500], Upload_Length=len(data))["Location"]
    for slot in dossier.slots.filter(asked=True):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    answer = asks(handset, "PATCH", here, data[500:], Upload_Offset=500)
    assert (answer.status_code, answer.json()["detail"]) == (410, views_phone.OVER)


def test_a_spoilt_row_does_not_close_the_page_of_the_phone(lea, dossier, address):
    from tests.stages.test_checks import blurred

    url = offered(lea, dossier, address)
    handset = phoned(url)
    gives(handset, blurred())
    with transaction.atomic():
        Upload.objects.filter(slot=address).update(checks=b"spoilt")
    assert handset.open(url).status == 200
    handset.sees(views_phone.HELD)


def test_a_phone_that_names_a_paper_breaks_no_page_of_its_owner(lea):
    dossier = draft()
    slot = dossier.slots.filter(asked=True).exclude(piece="PHOTO").first()
    link = phone.make(slot, Role.CITIZEN)
    named = base64.b64encode(b"NOPE").decode()
    answer = Client().post(
        f"/telephone/{phone.token(link)}/envois/",
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": f"given_as {named}"},
    )
    assert answer.status_code == 422
    given(slot, Role.CITIZEN, given_as="NOPE")  # were it written all the same
    assert lea.open(f"/demandes/{dossier.reference}/documents/").status == 200
