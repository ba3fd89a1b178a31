"""The people of the demo who can sign in: two centres with their agents, and a few citizens. Arriving again changes nothing."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from permis.accounts.models import Cert, Membership, Person
from permis.domain.vocabulary import Role

PASSWORD = "la-route-est-belle"  # noqa: S105  of the demo, printed for whoever opens it


def address_of(name: str) -> str:
    """The e-mail of somebody of the demo; it leads nowhere outside."""
    return f"{name}@demo.telepermis.example"


CENTRES = (
    (
        "rennes",
        "CERT de Rennes",
        "22 29 35 50 53 56 61 72",
        False,
        "1 place de la Démonstration\n35000 RENNES",
    ),
    (
        "limoges",
        "CERT de Limoges",
        "16 17 19 23 24 79 86 87",
        True,
        "2 place de la Démonstration\n87000 LIMOGES",
    ),
)
# who, e-mail, name, centre and role of each
STAFF = tuple(
    (f"{name}, {what} ({town.capitalize()})", address_of(email), name, town, role)
    for name, what, email, town, role in (
        ("Camille Roux", "agente", "camille.roux", "rennes", Role.AGENT),
        ("Julien Prigent", "agent", "julien.prigent", "rennes", Role.AGENT),
        ("Nadia Ferrand", "cheffe", "nadia.ferrand", "rennes", Role.SUPERVISOR),
        ("Gaëlle Kervella", "référente fraude", "gaelle.kervella", "rennes", Role.FRAUD_REFERENT),
        ("Hugo Lemoine", "agent", "hugo.lemoine", "limoges", Role.AGENT),
        ("Inès Marchand", "agente", "ines.marchand", "limoges", Role.AGENT),
        ("Bernard Faucher", "chef", "bernard.faucher", "limoges", Role.SUPERVISOR),
        ("Solène Vialle", "référente fraude", "solene.vialle", "limoges", Role.FRAUD_REFERENT),
    )
)
# Name of the account, who it is, and the mobile number of those who have no e-mail.
CITIZENS: tuple[tuple[str, str, str | None], ...] = (
    ("lea.moreau", "Léa Moreau, 18 ans, hébergée par sa mère", None),
    ("tom.moreau", "Tom Moreau, 17 ans, sa mère signe avec lui", None),
    ("sami.haddad", "Sami Haddad, inscrit avec son mobile", "+33639981240"),
    ("marie.lebihan", "Marie Le Bihan, routière, permis perdu", None),
    ("youssef.elamrani", "Youssef El Amrani, Marocain, titre de séjour", None),
    ("jeanne.roy", "Jeanne Roy, sous tutelle, permis perdu", None),
    ("ana.ferreira", "Ana Ferreira da Silva, Portugaise", None),
    ("karim.benali", "Karim Benali, sans domicile stable", None),
    ("jules.adam", "Jules Adam, inscrit à l’examen", None),
    ("marco.rossi", "Marco Rossi, échange un permis italien", None),
    ("ben.carre", "Ben Carré, permis international", None),
)


def login_of(name: str, phone: str | None) -> str:
    """What this citizen types to sign in."""
    return (
        f"0{phone[3]} {' '.join(phone[at : at + 2] for at in range(4, 12, 2))}" if phone else address_of(name)
    )


SIGN_INS = tuple((who, email, PASSWORD) for who, email, *_ in STAFF) + tuple(
    (who, login_of(name, phone), PASSWORD) for name, who, phone in CITIZENS
)


def arrive() -> None:
    """Makes the centres and the people that are not there yet. Their requests come apart: `population.arrive`."""
    known = set(Person.objects.exclude(email=None).values_list("email", flat=True))
    known |= set(Person.objects.exclude(phone=None).values_list("phone", flat=True))
    wanted = {email for _, email, *_ in STAFF} | {phone or address_of(name) for name, _, phone in CITIZENS}
    unaddressed = {centre.code for centre in Cert.objects.filter(address="")}
    if wanted <= known and not unaddressed & {code for code, *_ in CENTRES}:
        return
    password = make_password(PASSWORD)
    with transaction.atomic():
        centres = {
            code: Cert.objects.get_or_create(
                code=code,
                defaults={
                    "name": name,
                    "departments": departments,
                    "takes_the_rest": rest,
                    "address": address,
                },
            )[0]
            for code, name, departments, rest, address in CENTRES
        }
        for code, *_, address in CENTRES:
            Cert.objects.filter(code=code, address="").update(address=address)
        for _, email, name, code, role in STAFF:
            person, _new = Person.objects.get_or_create(
                email=email,
                defaults={"name": name, "password": password, "is_active": True, "email_confirmed": True},
            )
            Membership.objects.get_or_create(person=person, cert=centres[code], defaults={"role": role})
        for name, _, phone in CITIZENS:
            person_of("" if phone else address_of(name), phone or "", password)


def person_of(email: str, phone: str, password: str) -> Person:
    """The citizen with this e-mail or this number, made when nobody has it. Inside a transaction of the caller."""
    ready = {"password": password, "is_active": True}
    if phone:
        return Person.objects.get_or_create(phone=phone, defaults={**ready, "phone_confirmed": True})[0]
    return Person.objects.get_or_create(email=email, defaults={**ready, "email_confirmed": True})[0]
