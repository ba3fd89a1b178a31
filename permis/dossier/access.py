"""Who may see a dossier: the query that fetches it is the check of the right.

"Not yours" and "does not exist" answer alike: both raise Http404 with nothing else to see.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.http import Http404

from permis import clock
from permis.accounts.models import Person
from permis.domain.lifecycle import ENDED
from permis.domain.situation import Situation
from permis.domain.vocabulary import Role
from permis.dossier.mandates import index_of, live, needed
from permis.dossier.models import Dossier, Mandate
from permis.dossier.reference import read

DECIDERS = (Role.AGENT, Role.SUPERVISOR, Role.FRAUD_REFERENT)


def dossiers_of(person: Person) -> QuerySet[Dossier]:
    """The dossiers that this person filed."""
    return Dossier.objects.filter(owner=person) if person.is_authenticated else Dossier.objects.none()


def dossiers_for_agent(person: Person) -> QuerySet[Dossier]:
    """The dossiers of the centres where this person decides.

    Drafts are the citizen's alone, and nobody decides on a request of his own, or that he signed for another.
    """
    centres = (
        [cert for cert, role in person.roles.items() if role in DECIDERS] if person.is_authenticated else []
    )
    if not centres:
        return Dossier.objects.none()
    found = Dossier.objects.filter(cert__in=centres).exclude(submitted_at=None).exclude(owner=person)
    his = [
        index_of(channel, person.address(channel)) for channel in ("email", "sms") if person.address(channel)
    ]
    return found.exclude(pk__in=Mandate.objects.filter(address_index__in=his).values("dossier"))


def dossier_for(person: Person, reference: str) -> Dossier:
    """The person's own dossier with this reference. Raises Http404 otherwise."""
    return _one(dossiers_of(person), reference)


def dossier_for_agent(person: Person, reference: str) -> Dossier:
    """A dossier of the agent's centre with this reference. Raises Http404 otherwise."""
    return _one(dossiers_for_agent(person), reference)


def dossier_represented(mandates: Collection[str], reference: str) -> tuple[Dossier, Mandate]:
    """The dossier that one of these live mandates lets its holder see, with it. Raises Http404 otherwise.

    A mandate ends with the request, with a newer invitation, and when the person comes of age.
    """
    allowed = Mandate.objects.filter(pk__in=mandates, ended_at=None, expires_at__gt=clock.now())
    found = _one(
        Dossier.objects.filter(mandates__in=allowed).exclude(state__in=[str(s) for s in ENDED]), reference
    )
    today = Situation.from_answers(found.read_answers(), today=clock.today())
    mandate = live(found)
    if mandate is None or not needed(today) or str(mandate.pk) not in mandates:
        raise Http404
    return found, mandate


def role_in(person: Person, dossier: Dossier) -> Role:
    """The role of this person in the centre of the dossier. KeyError if none."""
    return person.roles[str(dossier.cert_id)]


def _one(allowed: QuerySet[Dossier], reference: str) -> Dossier:
    found = allowed.filter(reference=read(reference) or "").select_related("cert", "assignee").first()
    if found is None:
        raise Http404
    return found
