"""How many questions each main page asks the database: a number written here, the same with little data and with much."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permis import journey
from permis.accounts.models import Person
from permis.demo.people import PASSWORD
from permis.domain.vocabulary import Motive, Role, SlotStatus, Verb
from permis.dossier import facts, move
from permis.dossier.models import Dossier
from tests.stages.test_move import AGENT, submitted, whole_draft

LEA, CAMILLE = "lea.moreau@demo.telepermis.example", "camille.roux@demo.telepermis.example"

NOT_OURS = re.compile("SAVEPOINT|django_session")  # sessions stand in another file, or beside

# page → most queries (of the database; sessions and cache are another file), the person that opens it
PAGES = {
    "/": (3, LEA),
    "/demandes/": (3, LEA),
    "/demandes/{draft}/identite/": (6, LEA),
    "/demandes/{draft}/documents/": (9, LEA),
    "/demandes/{draft}/recapitulatif/": (11, LEA),
    "/demandes/{sent}/recu/": (8, LEA),
    "/demandes/{sent}/suivi/": (9, LEA),
    "/agent/": (10, CAMILLE),
    "/agent/dossiers/{sent}/": (12, CAMILLE),
}


def sent(lea, centre):
    """A request of Léa, read by an agent: some history."""
    dossier = submitted(
        whole_draft(lea), also=lambda here, _e: Dossier.objects.filter(pk=here.pk).update(cert=centre)
    )
    move.move(dossier, Verb.TAKE_UP, AGENT)
    return dossier


def counted(clients, draft, dossier):
    """Queries of each page, each opened once before so that what is only done once is done."""
    found = {}
    for page, (_, who) in PAGES.items():
        url = page.format(draft=draft.reference, sent=dossier.reference)
        assert clients[who].get(url).status_code == 200, url
        with CaptureQueriesContext(connection) as queries:
            clients[who].get(url)
        found[page] = [query["sql"] for query in queries if not NOT_OURS.search(query["sql"])]
    return found


@pytest.mark.django_db
def test_each_main_page_asks_a_known_number_of_questions_that_does_not_grow(centres):
    lea = Person.objects.get(email=LEA)
    clients = {who: Client() for who in (LEA, CAMILLE)}
    for who, client in clients.items():
        assert client.post("/compte/connexion/", {"identifier": who, "password": PASSWORD}).status_code == 302
    draft, dossier = whole_draft(lea), sent(lea, centres["rennes"])
    few = counted(clients, draft, dossier)

    # Much more of everything: requests, events, documents that were refused and given again, deadlines, messages.
    for _ in range(4):
        move.start(lea, Motive.REU)
        sent(lea, centres["rennes"])
    slot = dossier.slots.get(piece="ADDR")
    facts.decide(slot, SlotStatus.REFUSED, Role.AGENT, reason="R03", note="Trop ancien.")
    facts.decide(slot, SlotStatus.ACCEPTED, Role.AGENT)
    for _ in range(3):
        move.move(dossier, Verb.RELEASE, AGENT)
        move.move(dossier, Verb.TAKE_UP, AGENT)
    journey.settle()
    many = counted(clients, draft, dossier)

    for page, (most, _) in PAGES.items():
        assert len(few[page]) <= most, (page, len(few[page]), few[page])
        assert len(many[page]) <= len(few[page]), (page, len(few[page]), len(many[page]), many[page])
