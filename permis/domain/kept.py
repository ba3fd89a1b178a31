"""Table 4, what we keep: for each kind of data, how long, because of what, and what "gone" means."""

from __future__ import annotations

from dataclasses import dataclass

from permis.domain.legal import CRPA, PARAMETER, Source


@dataclass(frozen=True)
class Kept:
    """One kind of data: the model fields that hold it, how long it is kept, why, and how it goes."""

    data: str
    fields: tuple[str, ...]  # app.Model.field
    until: str
    because: str
    source: Source
    gone: str


KEPT: tuple[Kept, ...] = (
    Kept(
        "compte : adresse électronique, téléphone, mot de passe haché",
        ("accounts.Person.email", "accounts.Person.phone", "accounts.Person.password", "accounts.Person.name"),
        "fermeture du compte, ou 2 ans sans connexion",
        "se connecter et être prévenu",
        PARAMETER,
        "effacé",
    ),
    Kept(
        "codes à usage unique",
        ("accounts.Code.digest", "accounts.Code.address"),
        "15 minutes, puis 1 jour",
        "confirmer une adresse ou une demande",
        PARAMETER,
        "effacé",
    ),
    Kept(
        "réponses de la demande (identité, adresse, permis, examen, perte ou vol, sanction, avis médical, voyage)",
        ("dossier.Dossier.answers", "dossier.Dossier.owner"),
        "5 ans après la décision",
        "recours et rectification du titre",
        PARAMETER,
        "clé détruite",
    ),
    Kept(
        "historique de la demande",
        ("dossier.Event.detail", "dossier.Event.actor"),
        "5 ans après la décision",
        "preuve de ce qui a été décidé et dit",
        CRPA.art("art. L211-2"),
        "clé détruite",
    ),
    Kept(
        "documents, photo et signature",
        ("evidence.Upload.name", "evidence.Upload.files", "evidence.Upload.checks"),
        "délai de recours : 2 mois après la remise ou le refus ; 30 jours pour ce qui est repris avant l’envoi",
        "instruction et recours",
        PARAMETER,
        "clé détruite, fichiers effacés",
    ),
    Kept(
        "fichiers qui arrivent, tels que la personne les envoie",
        ("evidence.Arrival.name", "evidence.Arrival.parts", "evidence.Arrival.phone"),
        "jusqu’à la fin de leur contrôle ; 24 heures s’ils n’arrivent pas en entier ; le nom d’un fichier refusé, 24 heures ou jusqu’au fichier qui le remplace",
        "en faire les pages que lisent les agents",
        PARAMETER,
        "clé détruite, fichiers effacés",
    ),
    Kept(
        "page ouverte sur un téléphone pour envoyer une photo (empreintes illisibles)",
        ("evidence.PhoneLink.token_index", "evidence.PhoneLink.holder_index"),
        "15 minutes, puis la vie de la demande",
        "recevoir la photo d’un seul téléphone",
        PARAMETER,
        "effacé",
    ),
    Kept(
        "photo et signature déposées par un photographe (e-photo), et à qui elles sont",
        ("evidence.EPhoto.code", "evidence.EPhoto.holder", "evidence.EPhoto.files"),
        "6 mois après le dépôt, ou le délai des documents de la demande qui s’en sert",
        "remplir une demande avec un code",
        PARAMETER,
        "clé détruite, fichiers effacés",
    ),
    Kept(
        "photo et signature reçues par courrier et numérisées, avant qu’un agent les confirme",
        ("instruction.Sheet.pictures",),
        "la confirmation de l’agent, 30 jours au plus",
        "trouver la demande à laquelle elles vont",
        PARAMETER,
        "clé et images effacées",
    ),
    Kept(
        "mots de refus d’un document",
        ("dossier.Slot.note",),
        "5 ans après la décision",
        "expliquer un refus",
        CRPA.art("art. L211-2"),
        "clé détruite",
    ),
    Kept(
        "adresse postale d’une lettre et son numéro",
        ("delivery.Letter.address", "delivery.Letter.number"),
        "5 ans après la décision",
        "enquête postale",
        PARAMETER,
        "clé détruite",
    ),
    Kept(
        "numéro donné par le registre, et à qui (empreintes illisibles)",
        ("production.GivenNumber.number_index", "production.GivenNumber.person_index"),
        "5 ans après la décision",
        "ne pas croire un registre qui donne un numéro à deux personnes",
        PARAMETER,
        "effacé",
    ),
    Kept(
        "messages à envoyer",
        ("notices.Notice.address", "notices.Notice.subject", "notices.Notice.text"),
        "jusqu’à l’envoi",
        "prévenir la personne",
        PARAMETER,
        "effacé dès l’envoi",
    ),
    Kept(
        "adresse du représentant légal, et sa signature par code",
        ("dossier.Mandate.address", "dossier.Mandate.address_index", "dossier.Mandate.key_index"),
        "5 ans après la décision",
        "preuve de qui a signé",
        PARAMETER,
        "clé détruite",
    ),
    Kept(
        "qui a lu quoi",
        ("dossier.Look.actor", "dossier.Look.target"),
        "1 an",
        "contrôle des accès",
        PARAMETER,
        "effacé",
    ),
)
