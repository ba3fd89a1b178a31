"""One contract, run on the demo and on the real one: the callers cannot tell them apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from permis.adapters import files
from permis.adapters.mail import demo as demo_mail
from permis.adapters.mail.demo import DemoMail
from permis.adapters.mail.smtp import Smtp
from permis.adapters.plant import CardOrder
from permis.adapters.plant import demo as plant
from permis.adapters.post import demo as post
from permis.adapters.sms.demo import DemoSms
from permis.adapters.sms.demo import read_all as sms_read


@pytest.fixture(autouse=True)
def own_world(settings, tmp_path):
    """A world of its own."""
    settings.PERMIS_DATA = tmp_path


class Server:
    """A real SMTP server on this machine."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.answer = "250 OK"
        self.controller = Controller(self, hostname="127.0.0.1", port=0)

    async def handle_DATA(  # noqa: N802  the name that the server calls
        self, server, session, envelope
    ):
        self.got.append(envelope.content)
        return self.answer

    def __enter__(self):
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.controller.port = probe.getsockname()[1]
        self.controller.start()
        self.url = f"smtp://127.0.0.1:{self.controller.port}"
        return self

    def __exit__(self, *_):
        self.controller.stop()


@pytest.fixture(params=["demo", "smtp"])
def mail(request):
    """(a mail adapter, what arrived)."""
    if request.param == "demo":
        yield DemoMail(), lambda: [p.read_bytes() for p in files.names(files.outside("mail"), ".eml")]
        return
    with Server() as server:
        yield Smtp(server.url), lambda: list(server.got)


def sent(mail, **changes):
    """Sends one mail and reads what arrived."""
    adapter, arrived = mail
    words = {
        "key": "k-1",
        "to": "lea@exemple.fr",
        "subject": "Permis B : votre code",
        "text": "Léa, votre code : 123456\n",
    }
    adapter.send(**{**words, **changes})
    return message_from_bytes(arrived()[-1], policy=policy.default)


def test_a_mail_arrives_with_its_accents_and_a_stable_message_id(mail):
    message = sent(mail)
    assert message["To"] == "lea@exemple.fr"
    assert message["Subject"] == "Permis B : votre code"
    assert message.get_content().strip() == "Léa, votre code : 123456"
    assert message["Message-ID"].startswith("<k-1@")
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_subject_with_a_line_break_cannot_add_a_header(mail):
    message = sent(mail, subject="Bonjour\r\nBcc: eve@exemple.fr")
    assert message["Bcc"] is None


def test_an_address_with_a_line_break_is_refused(mail):
    adapter, arrived = mail
    with pytest.raises(Exception):  # noqa: B017, PT011  each library has its own word for it
        adapter.send(key="k", to="a@b.fr\nBcc: eve@exemple.fr", subject="s", text="t")
    assert arrived() == []


def test_smtp_says_so_when_the_server_refuses():
    with Server() as server:
        server.answer = "451 later"
        with pytest.raises(OSError, match="451"):
            Smtp(server.url).send(key="k", to="a@exemple.fr", subject="s", text="t")
    with pytest.raises(OSError):  # noqa: PT011  nobody listens
        Smtp(server.url).send(key="k", to="a@exemple.fr", subject="s", text="t")


def test_the_demo_keeps_one_mail_for_one_key_and_finds_its_codes_and_links():
    for _ in range(2):
        DemoMail().send(
            key="k", to="a@exemple.fr", subject="s", text="Code 012345\nhttp://x/y/\n2026-11-23 0123456\n"
        )
    (found,) = demo_mail.read_all("A@exemple.fr")
    assert (found["codes"], found["links"]) == (["012345"], ["http://x/y/"])
    assert demo_mail.read_all("b@exemple.fr") == []


def test_the_demo_keeps_one_text_message_for_one_key():
    for _ in range(2):
        DemoSms().send(key="k", number="+33612345678", text="Télépermis : 123456 est votre code.")
    (found,) = sms_read("+33612345678")
    assert found["codes"] == ["123456"]


CARD = CardOrder("TP-0000-0000", "Moreau", "Léa", "2000-03-14", "Rennes", ("B",), b"photo", b"signature")


def test_the_factory_takes_an_order_once_and_its_news_stay_until_acknowledged():
    factory = plant.DemoPlant()
    for _ in range(2):
        factory.order("k1", CARD)
    assert [o["reference"] for o in plant.orders()] == ["TP-0000-0000"]
    assert plant.answer("made") == ["TP-0000-0000"]
    assert plant.answer("made") == []
    (news,) = factory.news()
    assert (news.kind, news.order, len(news.card_number)) == ("made", "k1", 9)
    assert isinstance(news.day, dt.date)
    for _ in range(2):
        factory.acknowledge(news.id)
    assert factory.news() == []
    assert plant.orders()[0]["answered"] == "made"


@pytest.mark.parametrize("product", ["card", "corrected_card", "booklet"])
def test_the_factory_is_told_what_to_make_and_with_which_codes(product):
    plant.DemoPlant().order("k1", replace(CARD, product=product, codes=("70", "78"), photo=b""))
    (order,) = plant.orders()
    assert (order["product"], order["codes"], order["photo"]) == (product, ["70", "78"], "")
    plant.answer("made")
    assert len(plant.DemoPlant().news()[0].card_number) == 9


def test_the_factory_does_not_make_what_it_does_not_know():
    with pytest.raises(ValueError, match="does not make"):
        plant.DemoPlant().order("k1", replace(CARD, product="passport"))
    assert plant.orders() == []


def test_an_order_of_before_there_were_booklets_is_one_of_a_card():
    plant.DemoPlant().order("k1", CARD)
    path = next(files.names(files.outside("plant", "orders"), ".json"))
    files.write_json(path, {k: v for k, v in files.read_json(path).items() if k not in {"product", "codes"}})
    assert plant.orders()[0]["product"] == "card"
    assert plant.answer("made") == ["TP-0000-0000"]


def test_the_post_gives_one_number_for_one_key_and_tells_its_scans_until_acknowledged():
    office = post.DemoPost()
    number = office.take("k1", ("Léa Moreau", "35000 RENNES"))
    assert office.take("k1", ("Léa Moreau", "35000 RENNES")) == number
    assert len(post.letters()) == 1
    assert post.scan("absent", {number}) == [number]
    assert post.scan("collect", {number}) == [number]
    assert post.scan("deliver", {number}) == []  # it is already collected
    assert [s.kind for s in office.scans()] == ["absent", "collect"]
    for scan in office.scans():
        office.acknowledge(scan.id)
    assert office.scans() == []


def test_letter_numbers_have_the_check_digit_of_the_postal_union():
    # 473124829 is the published example of the check digit (UPU S10): 47312482 gives 9.
    assert post.s10(47312482) == "LL473124829FR"
