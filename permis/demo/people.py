"""The people of the demo: two centres, their agents, two citizens. Arriving again changes nothing."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from permis.accounts.models import Cert, Membership, Person
from permis.domain.vocabulary import Role

PASSWORD = "la-route-est-belle"  # noqa: S105  of the demo, printed for whoever opens it

CENTRES = (
    ("rennes", "CERT de Rennes", "22 29 35 50 53 56 61 72", False),
    ("limoges", "CERT de Limoges", "16 17 19 23 24 79 86 87", True),
)
STAFF = (
    (
        "Camille Roux, agente (Rennes)",
        "camille.roux@demo.telepermis.example",
        "Camille Roux",
        "rennes",
        Role.AGENT,
    ),
    (
        "Nadia Ferrand, cheffe (Rennes)",
        "nadia.ferrand@demo.telepermis.example",
        "Nadia Ferrand",
        "rennes",
        Role.SUPERVISOR,
    ),
    (
        "Hugo Lemoine, agent (Limoges)",
        "hugo.lemoine@demo.telepermis.example",
        "Hugo Lemoine",
        "limoges",
        Role.AGENT,
    ),
)
CITIZENS = (
    ("Léa Moreau, citoyenne (e-mail)", "lea.moreau@demo.telepermis.example", None),
    ("Sami Haddad, citoyen (mobile)", None, "+33639981240"),
)
SIGN_INS = tuple((who, email, PASSWORD) for who, email, *_ in STAFF) + tuple(
    (who, email or "06 39 98 12 40", PASSWORD) for who, email, _ in CITIZENS
)


def arrive() -> None:
    """Makes the centres and the people that are not there yet."""
    known = set(Person.objects.exclude(email=None).values_list("email", flat=True))
    known |= set(Person.objects.exclude(phone=None).values_list("phone", flat=True))
    wanted = {email for _, email, *_ in STAFF} | {email or phone for _, email, phone in CITIZENS}
    if wanted <= known:
        return
    password = make_password(PASSWORD)
    with transaction.atomic():
        centres = {
            code: Cert.objects.get_or_create(
                code=code, defaults={"name": name, "departments": departments, "takes_the_rest": rest}
            )[0]
            for code, name, departments, rest in CENTRES
        }
        for _, email, name, code, role in STAFF:
            person, _new = Person.objects.get_or_create(
                email=email,
                defaults={"name": name, "password": password, "is_active": True, "email_confirmed": True},
            )
            Membership.objects.get_or_create(person=person, cert=centres[code], defaults={"role": role})
        for _, email, phone in CITIZENS:
            if email:
                Person.objects.get_or_create(
                    email=email, defaults={"password": password, "is_active": True, "email_confirmed": True}
                )
            else:
                Person.objects.get_or_create(
                    phone=phone, defaults={"password": password, "is_active": True, "phone_confirmed": True}
                )
