"""The agents' queue: who is read first, and who sees what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from permis import clock
from permis.accounts.models import Person
from permis.dossier.access import dossiers_for_agent
from permis.dossier.models import Dossier
from permis.instruction.queue import in_order
from tests.stages.test_move import lea, submitted, whole_draft  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


def sent(owner, centre, **columns):
    """A request sent to this centre, with these columns."""
    dossier = submitted(whole_draft(owner))
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(cert=centre, **columns)
    return dossier.reference


def test_answers_come_first_then_rights_that_end_soon_then_the_longest_waiting(lea, centres):  # noqa: F811
    now, today, rennes = clock.now(), clock.today(), centres["rennes"]
    days = dt.timedelta
    far = today + days(90)
    old = sent(lea, rennes, submitted_at=now - days(9), provisional_until=far)
    ends = sent(lea, rennes, submitted_at=now - days(1), provisional_until=today + days(30))
    not_yet = sent(lea, rennes, submitted_at=now - days(5), provisional_until=today + days(31))
    answered = sent(lea, rennes, submitted_at=now, provisional_until=far, priority=1)
    elsewhere = sent(lea, centres["limoges"], submitted_at=now - days(20))
    camille = Person.objects.get(name="Camille Roux")
    order = [d.reference for d in in_order(dossiers_for_agent(camille))]
    assert order == [answered, ends, old, not_yet]
    assert elsewhere not in order


def test_nobody_decides_on_his_own_request(centres):
    camille = Person.objects.get(name="Camille Roux")
    own = sent(camille, centres["rennes"])
    assert own not in [d.reference for d in dossiers_for_agent(camille)]
    nadia = Person.objects.get(name="Nadia Ferrand")
    assert own in [d.reference for d in dossiers_for_agent(nadia)]
