"""The applicants of the demo, one a row: who they are, what they answer, what happens when, and where they stand.

All are invented. The ages are counted from today, so that who is 17 stays 17.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from permis.demo.people import CITIZENS, address_of
from permis.demo.road import Applicant
from permis.domain.terms import months
from permis.domain.vocabulary import Motive, State

Act = tuple[Any, ...]
CAMILLE, JULIEN, NADIA, HUGO, INES, BERNARD = (
    address_of(name) for name in ("camille.roux", "julien.prigent", "nadia.ferrand", "hugo.lemoine", "ines.marchand", "bernard.faucher")
)  # fmt: skip

BLURRED = "La photo est floue : on ne lit ni le nom ni la date. Posez le document à plat, près d’une fenêtre."
OLD_BILL = "Cette facture a plus de 6 mois. Donnez une facture récente, à votre nom et à cette adresse."
NOT_YOURS = "Ce certificat d’examen n’est pas à votre nom. Téléchargez le vôtre sur le site des résultats."
SUSPENDED = "Une suspension est en cours sur votre droit à conduire. Refaites la demande après sa fin."
TWICE = "Vous avez déjà une demande en cours pour ce permis : nous continuons avec celle-là."

# ── Roads: (days since what came before, act, words) ────────────────────────────────────────────────────────
FRESH: tuple[Act, ...] = ((0, "begin"),)
HALF = (*FRESH, (0.01, "answer", 3))
FULL = (*FRESH, (0.02, "answer"), (0.1, "give"))
ALMOST = (*FRESH, (0.02, "answer"), (0.1, "give", 1))
SENT = (*FULL, (0.05, "send"))
SIGNED = (*FULL, (0.01, "invite"), (0.4, "represent"))
SENT_SIGNED = (*SIGNED, (0.3, "send"))
TAKE: Act = (3, "say", "take_up")


def granted(sent: tuple[Act, ...] = SENT, after: float = 5) -> tuple[Act, ...]:
    """Sent, read and granted: the card is ordered."""
    return (*sent, (after, "read"))


def posted(sent: tuple[Act, ...] = SENT, after: float = 5) -> tuple[Act, ...]:
    """Granted, made and given to the post."""
    return (*granted(sent, after), (6, "make"))


def faulty(piece: str, reason: str, words: str) -> tuple[Act, ...]:
    """Sent with a document that cannot be accepted, and asked for again."""
    return (
        *FRESH,
        (0.02, "answer"),
        (0.1, "give_blurred", piece),
        (0.05, "send"),
        (4, "read", piece, reason, words),
    )


# ── People ──────────────────────────────────────────────────────────────────────────────────────────────────
# Where each lives; the department decides which centre reads.
HOMES = {
    "lices": ("8 rue des Lices", "35000", "Rennes"),
    "siam": ("41 rue de Siam", "29200", "Brest"),
    "odet": ("3 quai de l’Odet", "29000", "Quimper"),
    "sillon": ("17 chaussée du Sillon", "35400", "Saint-Malo"),
    "remparts": ("5 rue des Remparts", "56000", "Vannes"),
    "port": ("22 rue du Port", "56100", "Lorient"),
    "chateau": ("9 rue du Château", "35300", "Fougères"),
    "gare": ("60 rue de la Gare", "22000", "Saint-Brieuc"),
    "viaduc": ("14 rue du Viaduc", "29600", "Morlaix"),
    "paix": ("31 rue de la Paix", "53000", "Laval"),
    "bretagne": ("2 place de Bretagne", "35500", "Vitré"),
    "emailleurs": ("12 rue des Émailleurs", "87000", "Limoges"),
    "trech": ("7 rue du Trech", "19000", "Tulle"),
    "hugo": ("19 avenue Victor-Hugo", "16000", "Angoulême"),
    "pictave": ("4 rue Pictave", "86000", "Poitiers"),
    "brisson": ("28 rue Brisson", "79000", "Niort"),
    "minage": ("11 rue du Minage", "17000", "La Rochelle"),
    "creuse": ("6 rue de la Creuse", "23000", "Guéret"),
    "feltre": ("33 rue de Feltre", "44000", "Nantes"),
    "montagne": ("15 rue de la Montagne", "97300", "Cayenne"),
    "tolbiac": ("52 avenue du Maine", "75014", "Paris"),
    "garonne": ("70 quai des Chartrons", "33000", "Bordeaux"),
    "solferino": ("25 rue Solférino", "59000", "Lille"),
    "prado": ("130 avenue du Prado", "13008", "Marseille"),
}  # fmt: skip
OF_RENNES = frozenset({"22", "29", "35", "50", "53", "56", "61", "72"})


def somebody(
    given: str, name: str, sex: str, born: str, place: str, home: str, **more: Any
) -> dict[str, Any]:
    """The answers that everybody gives. `born`: ISO, in part when the papers say no more."""
    street, postcode, town = HOMES[home]
    return {
        "sanction": "no", "medical_flag": "no", "gearbox": "manual",
        "sex": sex, "birth_name": name, "given_names": given, "birth_date": born, "birth_country": "FR",
        "birth_place": place, "nationality": "FR", "guardianship": "no", "address": "own",
        "letterbox": name[:38], "street": street, "postcode": postcode, "town": town, **more,
    }  # fmt: skip


def exam(
    days: int = 3, category: str = "B", mode: str = "traditional", where: str = "35", **more: Any
) -> dict[str, Any]:
    """A first licence, after an exam passed so many days before the request."""
    return {
        "motive": Motive.REU.value, "categories": [category], "exam_on": days, "exam_department": where,
        "learning_mode": mode, "medical_flag": "no", **more,
    }  # fmt: skip


def lost(*held: str, place: str = "Rennes", story: str = "Tombé de ma poche dans le bus.") -> dict[str, Any]:
    """A licence that was lost two days before the request."""
    categories = list(held or ("B",))
    return {
        "motive": Motive.PERTE.value,
        "held_categories": categories,
        "lost_on": 2,
        "lost_place": place,
        "lost_story": story,
    }


def by(quality: str, given: str, name: str, email: str, **more: Any) -> dict[str, Any]:
    """Who signs with the person."""
    return {
        "rep_quality": quality, "rep_given_names": given, "rep_birth_name": name, "rep_birth_date": "1974-09-02",
        "rep_birth_place": "Brest", "rep_channel": "email", "rep_email": address_of(email), **more,
    }  # fmt: skip


def hosted(name: str) -> dict[str, Any]:
    """Lives in the home of somebody."""
    return {"address": "hosted", "host_name": name}


def foreign(nationality: str, country: str = "") -> dict[str, Any]:
    """Of another nationality, born there unless the country says otherwise."""
    return {
        "nationality": nationality,
        "birth_country": country or nationality,
        "resident_since": "2019-09-02",
        "student": "no",
    }


def applicants(today: dt.date) -> tuple[Applicant, ...]:
    """Everybody, those who can be found on the demo's page first, but for Tom: his invitation stays on top."""
    rows = (*_known(today), *_first_licences(today), *_lost_licences(), *_other_motives(today))
    return (
        *(row for row in rows if row.slug != "tom.moreau"),
        *(row for row in rows if row.slug == "tom.moreau"),
    )


def _born(today: dt.date, years: int, more: int = 4) -> str:
    return months(today, -12 * years - more).isoformat()


def _row(
    slug: str, state: State, days: float, road: tuple[Act, ...], *answers: dict[str, Any], **more: str
) -> Applicant:
    merged: dict[str, Any] = {}
    for part in answers:
        merged |= part
    rennes = merged["postcode"][:2] in OF_RENNES
    known = {address_of(name): phone for name, _, phone in CITIZENS}
    reader = more.get("reader", CAMILLE if rennes else HUGO)
    phone = known.get(address_of(slug)) or more.get("phone", "")
    email = "" if phone else address_of(slug)
    return Applicant(slug, state, merged, road, days, reader, NADIA if rennes else BERNARD, email, phone)


def _known(today: dt.date) -> tuple[Applicant, ...]:
    """Those who can sign in by the table of the demo's page."""
    return (
        _row("lea.moreau", State.POSTED, 17, (*posted(), (2, "scan", "pass")),
             somebody("Léa Jeanne Inès", "Moreau", "F", _born(today, 18), "Rennes", "lices"), exam(), hosted("Anne Moreau")),
        _row("tom.moreau", State.DRAFT, 2, (*FULL, (0.05, "invite")),
             somebody("Tom Paul", "Moreau", "M", _born(today, 17), "Rennes", "lices"), exam(),
             by("mother", "Anne", "Moreau", "anne.moreau")),
        _row("sami.haddad", State.DRAFT, 1, HALF,
             somebody("Sami", "Haddad", "M", _born(today, 22), "Rennes", "port"), exam()),
        _row("marie.lebihan", State.IN_REVIEW, 6, (*SENT, TAKE, (0.1, "judge", "", "", "", 3)),
             somebody("Marie Anne", "Le Bihan", "F", "1979-06-21", "Quimper", "odet"),
             lost("B", "C", "CE", place="Quimper", story="Perdu sur une aire de repos de la N165.")),
        _row("youssef.elamrani", State.INCOMPLETE, 24, faulty("STAY", "R01", BLURRED),
             somebody("Youssef", "El Amrani", "M", "1991-11-02", "Casablanca", "siam"), exam(), foreign("MA")),
        _row("jeanne.roy", State.SUBMITTED, 9, SENT_SIGNED,
             somebody("Jeanne", "Roy", "F", "1958-02-11", "Limoges", "emailleurs", guardianship="yes"),
             lost(place="Limoges", story="Je ne sais plus où je l’ai rangé."), by("guardian", "Paul", "Vergne", "paul.vergne")),
        _row("ana.ferreira", State.AT_POST_OFFICE, 26, (*posted(), (2, "scan", "pass"), (0.2, "scan", "absent")),
             somebody("Ana Sofia", "Ferreira da Silva", "F", "1996-04-30", "Porto", "feltre"), exam(where="44"), foreign("PT")),
        _row("karim.benali", State.COMPLETED, 15, (*faulty("DOMICILIATION", "R01", BLURRED), (5, "complete")),
             somebody("Karim", "Benali", "M", "1988-12-09", "Lyon 3e", "lices"), exam(), {"address": "homeless"}),
    )  # fmt: skip


def _first_licences(today: dt.date) -> tuple[Applicant, ...]:
    """First licences, in each state of the road."""
    aac = {"mode": "aac"}
    return (
        _row("chloe.guillou", State.DRAFT, 0.2, FRESH, somebody("Chloé", "Guillou", "F", _born(today, 20), "Brest", "siam"), exam()),
        _row("noah.riou", State.DRAFT, 11, ALMOST, somebody("Noah", "Riou", "M", _born(today, 23), "Morlaix", "viaduc"), exam(), hosted("Yann Riou")),
        _row("emma.lagadec", State.DRAFT, 3, SIGNED, somebody("Emma Lou", "Lagadec", "F", _born(today, 17), "Lorient", "port"), exam(**aac), by("father", "Erwan", "Lagadec", "erwan.lagadec")),
        _row("inaya.diallo", State.SUBMITTED, 2, SENT, somebody("Inaya", "Diallo", "F", "1994-08-15", "Conakry", "lices"), exam(), foreign("GN")),
        _row("louis.tanguy", State.SUBMITTED, 8, SENT_SIGNED, somebody("Louis Marie", "Tanguy", "M", _born(today, 17, 6), "Vannes", "remparts"), exam(**aac), by("mother", "Claire", "Tanguy", "claire.tanguy")),
        _row("suryani", State.SUBMITTED, 5, SENT, somebody("", "Suryani", "F", "1990", "Yogyakarta", "gare", no_given_name="yes"), exam(where="22"), foreign("ID")),
        _row("jade.renard", State.SUBMITTED, 12, SENT, somebody("Jade", "Renard", "F", _born(today, 19), "Caen", "chateau"), exam(92, "A2"), hosted("Denis Renard")),
        _row("marie-charlotte", State.IN_REVIEW, 7, (*SENT, TAKE),
             somebody("Marie-Charlotte Élisabeth Victoire", "de La Rochefoucauld-Montbéliard d’Estissac", "F", "1985-01-25", "Paris 14e", "sillon", letterbox="La Rochefoucauld"), exam(), reader=JULIEN),
        _row("mateo.garcia", State.IN_REVIEW, 25, (*granted(), (4, "make", "rejected")), somebody("Mateo", "García Núñez", "M", "1999-07-07", "Sevilla", "bretagne"), exam(), foreign("ES"), reader=JULIEN),
        _row("sarah.cohen", State.VERIFYING, 13, (*SENT, TAKE, (0.1, "judge", "", "", "", 4), (0.1, "say", "verify")), somebody("Sarah", "Cohen", "F", "1997-03-03", "Nantes", "paix"), exam(where="53")),
        _row("lucas.morvan", State.INCOMPLETE, 9, faulty("ADDR", "R03", OLD_BILL), somebody("Lucas", "Morvan", "M", "1992-10-18", "Saint-Brieuc", "gare"), exam(where="22")),
        _row("enzo.petit", State.COMPLETED, 19, (*faulty("PHOTO", "R05", ""), (8, "complete")), somebody("Enzo", "Petit", "M", "1998-05-05", "Laval", "paix"), exam(where="53")),
        _row("camille.leroux", State.IN_PRODUCTION, 8, granted(after=6), somebody("Camille", "Le Roux", "F", "1995-09-12", "Dinan", "sillon"), exam()),
        _row("hugo.simon", State.IN_PRODUCTION, 14, granted(SENT_SIGNED), somebody("Hugo", "Simon", "M", _born(today, 17, 8), "Rennes", "bretagne"), exam(**aac), by("mother", "Laure", "Simon", "laure.simon")),
        _row("manon.faure", State.POSTED, 31, (*posted(), (2, "scan", "return")), somebody("Manon", "Faure", "F", "1993-02-14", "Limoges", "emailleurs"), exam(where="87"), reader=INES),
        _row("ali.rezai", State.AT_POST_OFFICE, 20, (*posted(after=4), (2, "scan", "absent")), somebody("Ali", "Rezai", "M", "1987", "Kaboul", "trech"), exam(where="19"), foreign("AF")),
        _row("lina.dubois", State.DELIVERED, 45, (*posted(), (3, "scan", "deliver")), somebody("Lina", "Dubois", "F", _born(today, 19), "Poitiers", "pictave"), exam(where="86"), hosted("Marc Dubois"), reader=INES),
        _row("theo.blanc", State.DELIVERED, 38, (*posted(), (2, "scan", "absent"), (6, "scan", "collect")), somebody("Théo", "Blanc", "M", "1996-12-01", "Angoulême", "hugo"), exam(where="16")),
        _row("eva.martin", State.RETURNED, 41, (*posted(), (3, "scan", "return"), (6, "scan", "return")), somebody("Eva", "Martin", "F", "1990-06-06", "Niort", "brisson"), exam(where="79")),
        _row("paul.girard", State.MISSING, 29, (*posted(), (3, "scan", "deliver"), (4, "report_missing")), somebody("Paul", "Girard", "M", "1984-04-04", "Bordeaux", "garonne"), exam(where="33")),
        _row("nina.lambert", State.REFUSED, 22, (*SENT, (5, "say", "take_up"), (0.1, "judge", "CEPC", "R06", NOT_YOURS), (0.1, "say", "refuse", "R06")), somebody("Nina", "Lambert", "F", "1999-08-28", "Guéret", "creuse"), exam(where="23")),
        _row("rayan.mercier", State.CLOSED, 52, faulty("CEPC", "R06", NOT_YOURS), somebody("Rayan", "Mercier", "M", "1998-01-19", "Lille", "solferino"), exam(where="59"), reader=INES),
        _row("zoe.fontaine", State.CANCELLED, 10, (*SENT, (2, "cancel")), somebody("Zoé", "Fontaine", "F", "2000-02-29", "Marseille 8e", "prado"), exam(where="13")),
        _row("gael.perrin", State.CANCELLED, 101, HALF, somebody("Gaël", "Perrin", "M", "1994-11-11", "La Rochelle (17)", "minage"), exam(where="17")),
        _row("adele.roche", State.SUBMITTED, 4, SENT, somebody("Adèle", "Roche", "F", _born(today, 20), "Toulouse", "tolbiac"), exam(where="75"), hosted("Odile Roche")),
    )  # fmt: skip


def _lost_licences() -> tuple[Applicant, ...]:
    """Licences that were lost, in each state of the road."""
    return (
        _row("sandrine.costa", State.SUBMITTED, 1, SENT, somebody("Sandrine", "Costa", "F", "1972-10-10", "Cayenne", "montagne"), lost(place="Cayenne", story="Perdu au marché.")),
        _row("alain.lefevre", State.SUBMITTED, 6, SENT, somebody("Alain", "Lefèvre", "M", "1951-05-17", "Rouen", "chateau"), lost("B", "A")),
        _row("brigitte.noel", State.IN_REVIEW, 16, (*SENT, TAKE, (0.1, "judge"), (0.1, "say", "refuse", "R13", SUSPENDED), (6, "say", "reopen", "", "La suspension est finie depuis hier : nous reprenons votre demande.", "head")), somebody("Brigitte", "Noël", "F", "1966-12-24", "Strasbourg", "remparts"), lost()),
        _row("ousmane.ba", State.IN_REVIEW, 5, (*SENT, TAKE), somebody("Ousmane", "Ba", "M", "1980-01-01", "Dakar", "hugo"), lost("B"), foreign("SN")),
        _row("philippe.caron", State.INCOMPLETE, 12, faulty("ID", "R01", BLURRED), somebody("Philippe", "Caron", "M", "1963-03-30", "Caen", "brisson"), lost("B", "D")),
        _row("helene.brun", State.IN_PRODUCTION, 10, granted(), somebody("Hélène", "Brun", "F", "1975-07-14", "Perpignan", "pictave"), lost(), reader=INES),
        _row("didier.masson", State.POSTED, 15, posted(after=4), somebody("Didier", "Masson", "M", "1959-09-09", "Châteauroux", "minage"), lost("B", "BE")),
        _row("yvonne.kerjean", State.DELIVERED, 27, (*posted(after=4), (3, "scan", "deliver")), somebody("Yvonne", "Kerjean", "F", "1946-08-08", "Brest", "odet"), lost()),
        _row("mehdi.saidi", State.REFUSED, 20, (*SENT, TAKE, (0.1, "judge"), (0.1, "say", "refuse", "R16", TWICE)), somebody("Mehdi", "Saïdi", "M", "1989-05-29", "Nantes", "port"), lost()),
    )  # fmt: skip


def about(motive: Motive, **told: Any) -> dict[str, Any]:
    """What is answered for another motive. A number as a date: so many days before the request (after it: negative)."""
    return {"motive": motive.value, **told}


def from_abroad(country: str, obtained: str, settled: int, *codes: str, **more: Any) -> dict[str, Any]:
    """A licence of another country, and since how many days its holder lives here."""
    return {
        "categories": list(codes or ("B",)), "licence_country": country, "licence_obtained_on": obtained,
        "licence_has_end": "no", "licence_lost": "no", "resident_since": settled, "student": "no", **more,
    }  # fmt: skip


def handed_over(*after: Act) -> tuple[Act, ...]:
    """An exchange whose original is asked for; then what happens to it."""
    return (*SENT, TAKE, (0.1, "judge"), (0.05, "say", "ask_original"), *after)


IN_HAND: tuple[Act, ...] = ((6, "say", "receive_original"),)
GENUINE: tuple[Act, ...] = (*IN_HAND, (9, "say", "authenticate"), (0.1, "say", "approve"))


def _other_motives(today: dt.date) -> tuple[Applicant, ...]:
    """One request of each other motive that people make themselves, at each end and on the way to it."""
    held = {"held_categories": ["B"]}
    heavy = {"held_categories": ["B", "C", "CE"]}
    banned = {
        "ban_starts_on": 400,
        "ban_ends_on": 30,
        "licence_surrendered_on": 400,
        "licence_first_issued_on": "2012-04-12",
        "medical_opinion_on": 20,
    }
    return (
        # The register
        _row("jules.adam", State.REGISTERED, 9, granted(after=4), somebody("Jules", "Adam", "M", _born(today, 26), "Rennes", "lices"), about(Motive.INS, learning_mode="traditional", categories=["B"], held_categories=["none"])),
        _row("louise.picard", State.IN_REVIEW, 4, (*SENT, TAKE), somebody("Louise", "Picard", "F", "1998-03-08", "Dijon", "siam"), about(Motive.INS_EXT, learning_mode="traditional", categories=["A2"], **held)),
        _row("marc.vidal", State.REGISTERED, 14, granted(), somebody("Marc", "Vidal", "M", "1986-07-19", "Toulouse", "hugo"), about(Motive.INS_RET, learning_mode="traditional", was_invalidated="yes", categories=["B"], licence_number="121087101234", theory_only="no", **banned)),
        _row("greta.vogel", State.REGISTERED, 21, granted(), somebody("Greta", "Vogel", "F", "1983-02-03", "Bremen", "feltre"), foreign("DE"), about(Motive.ENR_EU, **{k: v for k, v in from_abroad("DE", "2003-06-01", 700).items() if k != "licence_lost"})),
        # Exams and certificates
        _row("lea.marchal", State.IN_PRODUCTION, 12, granted(), somebody("Léa", "Marchal", "F", "1994-10-10", "Nancy", "gare"), exam(4, "A2", where="22"), about(Motive.REU_EXT, **held)),
        _row("romain.giraud", State.SUBMITTED, 6, SENT, somebody("Romain", "Giraud", "M", "1985-01-15", "Lyon 3e", "paix"), exam(5, where="53"), about(Motive.REU_RET, theory_only="no", **banned)),
        _row("kevin.bourdon", State.SUBMITTED, 3, SENT, somebody("Kévin", "Bourdon", "M", "1999-09-29", "Brest", "port"), about(Motive.MIL, categories=["B"], held_categories=["none"])),
        _row("ines.aubert", State.IN_REVIEW, 5, (*SENT, TAKE), somebody("Inès", "Aubert", "F", _born(today, 27), "Tours", "creuse"), about(Motive.DIP, categories=["B"], held_categories=["none"])),
        # The card in hand
        _row("jean.morel", State.POSTED, 16, posted(after=4), somebody("Jean", "Morel", "M", "1975-01-01", "Reims", "chateau"), about(Motive.VOL, theft_declared="yes", theft_receipt_on=2, theft_authority="Commissariat de Fougères", theft_report_number="2026/1234", theft_place="Fougères", **held)),
        _row("sophie.garnier", State.DELIVERED, 30, (*posted(after=4), (3, "scan", "deliver")), somebody("Sophie", "Garnier", "F", "1990-01-01", "Metz", "trech"), about(Motive.DET, **held)),
        _row("rene.blot", State.SUBMITTED, 7, SENT, somebody("Simone", "Blot", "F", "1944-11-30", "Poitiers", "pictave"), about(Motive.ROSE, **held)),
        _row("claire.hamon", State.IN_REVIEW, 6, (*SENT, TAKE), somebody("Claire", "Hamon", "F", "1979-08-18", "Vannes", "remparts"), about(Motive.EC, civil_status_reason="change", civil_status_before="Hamon-Daly", **held)),
        _row("michel.tual", State.SUBMITTED, 2, SENT, somebody("Michel", "Tual", "M", "1960-04-04", "Brest", "viaduc"), about(Motive.EXP15, licence_has_end="yes", licence_expires_on=-60, **held)),
        _row("rene.lucas", State.IN_REVIEW, 8, (*SENT, TAKE, (0.1, "judge", "", "", "", 3)), somebody("René", "Lucas", "M", "1968-04-02", "Lorient", "port"), about(Motive.MED, categories=["C", "CE"], medical_opinion_on=1, category_ends_on_C=-45, category_ends_on_CE=-45, **heavy)),
        _row("odette.salaun", State.SUBMITTED, 10, SENT, somebody("Odette", "Salaün", "F", "1952-06-16", "Quimper", "odet"), about(Motive.MED_REST, categories=["B"], medical_opinion_on=4, **held)),
        _row("bruno.delmas", State.SUBMITTED, 4, SENT, somebody("Bruno", "Delmas", "M", "1982-12-12", "Niort", "brisson"), about(Motive.SUSP, sanction="yes", categories=["B"], ban_starts_on=215, ban_ends_on=1, medical_opinion_on=12, **held)),
        _row("eva.colin", State.IN_PRODUCTION, 11, granted(), somebody("Eva", "Colin", "F", "1991-05-05", "Orléans", "solferino"), about(Motive.ERR, error_kind="name", error_words="Mon nom est écrit Collin, avec deux l.", received_on=20, **held)),
        # Licences of elsewhere, and a booklet for elsewhere
        _row("marco.rossi", State.ORIGINAL_AWAITED, 13, handed_over(), somebody("Marco", "Rossi", "M", "1988-03-21", "Torino", "lices"), foreign("IT"), about(Motive.ECH_EU, **from_abroad("IT", "2008-04-01", 900))),
        _row("yuki.tanaka", State.AUTHENTICATING, 24, handed_over(*IN_HAND), somebody("Yuki", "Tanaka", "F", "1992-07-07", "Osaka", "garonne"), foreign("JP"), about(Motive.ECH_HUE, stay_started_on=150, **from_abroad("JP", "2012-05-20", 160))),
        _row("teva.maono", State.IN_REVIEW, 9, (*SENT, TAKE), somebody("Teva", "Maono", "M", "1990-09-09", "Papeete", "siam"), about(Motive.ECH_COM, **from_abroad("PF", "2010-10-10", 300))),
        _row("anne.leroy", State.IN_PRODUCTION, 33, handed_over(*GENUINE), somebody("Anne", "Leroy", "F", "1977-01-27", "Bayonne", "minage"), about(Motive.RETAB, **from_abroad("CA", "2015-03-03", 400))),
        _row("ben.carre", State.IN_PRODUCTION, 18, granted(), somebody("Ben", "Carré", "M", "1995-04-25", "Angers", "paix"), about(Motive.PCI, needed_on=-240, destinations="Japon, Vietnam", **held)),
    )  # fmt: skip
