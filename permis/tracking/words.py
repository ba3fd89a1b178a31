"""What each message says. The day of the event, never "now": messages may overtake each other.

An SMS names the service and says where to look; it never carries a link.
"""

from __future__ import annotations

from dataclasses import dataclass

from permis.domain.lifecycle import Thing
from permis.domain.vocabulary import State
from permis.dossier.models import Event


@dataclass(frozen=True)
class Message:
    """One message in its two forms. `{…}` are filled from the event; `act` asks the person to do something."""

    subject: str
    text: str
    sms: str
    act: bool = False


WHERE = "Suivez votre demande ici :\n{url}\n"
MESSAGES: dict[str, Message] = {
    "registered": Message(
        "{what} : votre demande {reference} est enregistrée",
        "Nous avons bien reçu votre demande le {day}. Son numéro est {reference}.\n\n"
        "Un agent va la lire. Vous n’avez rien à faire pour l’instant. Votre reçu est sur la page de suivi.\n\n"
        "{to_do}{drive}" + WHERE,
        "Télépermis : votre demande {reference} est enregistrée le {day}. Un agent va la lire.",
    ),
    "photo_awaited": Message(
        "{what} : votre demande {reference} est enregistrée, postez votre photo et votre signature",
        "Nous avons bien reçu votre demande le {day}. Son numéro est {reference}.\n\n"
        "Il manque votre photo et votre signature, que vous avez choisi d’envoyer par courrier : un agent lit votre "
        "demande quand nous les avons. La feuille à imprimer est sur la page de suivi, avec votre reçu.\n\n"
        "{to_do}{drive}" + WHERE,
        "Télépermis : votre demande {reference} est enregistrée le {day}. Postez votre photo et votre signature avant le "
        "{until} : la feuille est sur le site.",
        act=True,
    ),
    "in_instruction": Message(
        "{what} : un agent lit votre demande",
        "Depuis le {day}, un agent du {cert} lit votre demande {reference}. Vous n’avez rien à faire.\n\n"
        + WHERE,
        "Télépermis : depuis le {day}, un agent lit votre demande {reference}. Vous n’avez rien à faire.",
    ),
    "to_complete": Message(
        "{what} : il nous manque un document, avant le {until}",
        "Nous avons lu votre demande {reference} le {day}. Il faut refaire :\n\n{refused}\n"
        "{rest} Vous avez jusqu’au {until}.\n\n" + WHERE,
        "Télépermis : un document est à refaire pour votre demande {reference}, avant le {until}. "
        "Connectez-vous au site pour voir lequel.",
        act=True,
    ),
    "accepted": Message(
        "{what} : votre demande est acceptée",
        "Votre demande {reference} a été acceptée le {day}. {soon}\n\n{drive}" + WHERE,
        "Télépermis : votre demande {reference} a été acceptée le {day}. {soon}",
    ),
    "in_production": Message(
        "{what} : {yours} est en fabrication",
        "La fabrication de {yours} (demande {reference}) a été lancée le {day}.\n\n" + WHERE,
        "Télépermis : la fabrication de {yours} a été lancée le {day}.",
    ),
    "card_rejected": Message(
        "{what} : {yours} n’a pas pu être fabriqué{e}",
        "L’usine nous a rendu votre demande {reference} le {day} : {the} n’a pas pu être fabriqué{e}. Un agent regarde "
        "pourquoi. Vous n’avez rien à faire pour l’instant : s’il faut refaire une photo, il vous l’écrit.\n\n"
        + WHERE,
        "Télépermis : {yours} n’a pas pu être fabriqué{e} le {day}. Un agent regarde pourquoi. Vous n’avez rien à faire.",
    ),
    "posted": Message(
        "{what} : {yours} est parti{e}, lettre {number}",
        "{Yours} est parti{e} le {day}, en lettre suivie numéro {number}. La lettre arrive dans votre boîte aux lettres : "
        "vérifiez que votre nom est dessus.\n\n" + WHERE,
        "Télépermis : {yours} est parti{e} le {day}, lettre {number}. Vérifiez que votre nom est sur la boîte aux lettres.",
    ),
    "at_post_office": Message(
        "{what} : votre lettre vous attend au bureau de poste jusqu’au {until}",
        "Le facteur est passé le {day} et n’a pas pu déposer la lettre {number}. Elle vous attend au bureau de poste "
        "{office} jusqu’au {until}.\n\nApportez votre pièce d’identité et l’avis de passage, ou ce numéro. "
        "Après cette date, la lettre nous revient.\n\n" + WHERE,
        "Télépermis : {licence} vous attend à La Poste {office} jusqu’au {until}. Apportez votre pièce d’identité.",
        act=True,
    ),
    "post_office_reminder": Message(
        "{what} : encore quelques jours pour retirer votre lettre, jusqu’au {until}",
        "Votre lettre vous attend toujours au bureau de poste, jusqu’au {until}. Apportez votre pièce d’identité.\n\n"
        + WHERE,
        "Télépermis : {licence} vous attend toujours à La Poste, jusqu’au {until}.",
        act=True,
    ),
    "delivered": Message(
        "{what} : {licence} vous a été remis",
        "La Poste nous dit que {licence} vous a été remis le {day}.\n\n{check} Si vous ne l’avez pas reçu, dites-le-nous sur la page de suivi.\n\n"
        + WHERE,
        "Télépermis : La Poste dit vous avoir remis {licence} le {day}. Pas reçu ? Dites-le-nous sur le site.",
    ),
    "returned": Message(
        "{what} : la lettre nous revient",
        "La lettre n’a pas été retirée à temps : elle nous revient depuis le {day}. {again}\n\n" + WHERE,
        "Télépermis : la lettre nous revient depuis le {day}. Vérifiez que votre nom est sur la boîte aux lettres.",
    ),
    "missing": Message(
        "{what} : nous cherchons votre lettre",
        "Vous nous avez dit le {day} que la lettre n’est pas arrivée. Nous cherchons avec La Poste, puis nous faisons "
        "fabriquer {new} s’il le faut.\n\n" + WHERE,
        "Télépermis : nous cherchons votre lettre avec La Poste.",
    ),
    "remade": Message(
        "{what} : nous faisons fabriquer {new}",
        "Depuis le {day}, nous faisons fabriquer {new}. Vous n’avez rien à payer et rien à faire.\n\n"
        + WHERE,
        "Télépermis : nous faisons fabriquer {new} depuis le {day}. Vous n’avez rien à faire.",
    ),
    "refused": Message(
        "{what} : votre demande est refusée",
        "Votre demande {reference} a été refusée le {day}, pour cette raison :\n\n{reason}\n\n{remedies}\n"
        + WHERE,
        "Télépermis : votre demande {reference} a été refusée le {day}. La raison et vos recours sont sur le site.",
    ),
    "closed": Message(
        "{what} : votre demande est classée sans suite",
        "Votre demande {reference} a été classée sans suite le {day}. {reason}\n\n"
        "Vous pouvez en faire une nouvelle quand vous voulez.\n\n{remedies}\n" + WHERE,
        "Télépermis : votre demande {reference} a été classée sans suite le {day}. Vous pouvez en faire une nouvelle.",
    ),
    "reopened": Message(
        "{what} : votre demande est rouverte",
        "Votre demande {reference} est rouverte depuis le {day}. Un agent la reprend.\n\n" + WHERE,
        "Télépermis : votre demande {reference} est rouverte depuis le {day}.",
    ),
    "cancelled": Message(
        "{what} : votre demande est annulée",
        "Vous avez annulé votre demande {reference} le {day}. Vous pouvez en faire une nouvelle quand vous voulez.\n",
        "Télépermis : vous avez annulé votre demande {reference} le {day}.",
    ),
    "draft_closed": Message(
        "{what} : votre brouillon est fermé",
        "Rien n’a changé dans votre brouillon {reference} depuis trois mois : il a été fermé le {day}.\n",
        "Télépermis : votre brouillon {reference} a été fermé le {day}.",
    ),
    "draft_reminder": Message(
        "{what} : votre demande vous attend",
        "Vous avez commencé une demande ({reference}) et il reste des choses à compléter. Tout ce que vous avez écrit "
        "est gardé.\n\nReprenez-la ici :\n{url}\n",
        "Télépermis : votre demande {reference} n’est pas encore envoyée. Tout est gardé, reprenez-la sur le site.",
    ),
    "complement_reminder": Message(
        "{what} : il nous manque toujours un document, avant le {until}",
        "Un document est toujours à refaire pour votre demande {reference}. Vous avez jusqu’au {until}. "
        "Après cette date, la demande est classée sans suite.\n\n" + WHERE,
        "Télépermis : un document est toujours à refaire pour votre demande {reference}, avant le {until}.",
        act=True,
    ),
    "silence": Message(
        "{what} : votre demande attend depuis deux mois",
        "Votre demande {reference} attend depuis deux mois, et nous vous présentons nos excuses. En droit, ce silence "
        "vaut refus depuis le {day} : vous pouvez le contester. L’instruction continue : vous n’avez rien à refaire.\n\n"
        "{remedies}\n" + WHERE,
        "Télépermis : votre demande {reference} attend depuis deux mois. Vos droits sont expliqués sur le site.",
    ),
    "appeal": Message(
        "{what} : dernier jour pour contester",
        "Le {day} est le dernier jour pour contester le refus de votre demande {reference} devant le tribunal "
        "administratif.\n\n" + WHERE,
        "Télépermis : le {day} est le dernier jour pour contester le refus de votre demande {reference}.",
    ),
    "error_report": Message(
        "{what} : dernier jour pour signaler une erreur",
        "Le {day} est le dernier jour pour signaler une erreur sur {yours} (demande {reference}).\n\n"
        + WHERE,
        "Télépermis : le {day} est le dernier jour pour signaler une erreur sur {yours}.",
    ),
    "original_asked": Message(
        "{what} : envoyez-nous votre permis original, avant le {until}",
        "Pour continuer votre demande {reference}, nous devons voir votre permis étranger lui-même. "
        "Postez-le avant le {until}, de préférence en lettre recommandée, avec le numéro de votre demande, à :\n\n"
        "{send_to}\n\nDès que nous l’avons, vous recevez une attestation de dépôt (ADS) pour l’attente. Gardez une copie "
        "du permis des deux côtés. Après cette date, la demande est classée sans suite.\n\n" + WHERE,
        "Télépermis : envoyez-nous votre permis original avant le {until}. L’adresse est sur la page de suivi.",
        act=True,
    ),
    "original_received": Message(
        "{what} : nous avons reçu votre permis original",
        "Nous avons reçu votre permis original le {day}. Nous le vérifions. Votre attestation de dépôt (ADS) est sur la "
        "page de suivi : portez-la avec votre pièce d’identité.\n\n" + WHERE,
        "Télépermis : nous avons reçu votre permis original le {day}. Votre attestation de dépôt est sur le site.",
    ),
    "registered_result": Message(
        "{what} : c’est fait",
        "Le {day} : {done} {where} {check}\n\n" + WHERE,
        "Télépermis : le {day}, {what}, c’est fait. Votre attestation est sur le site.",
    ),
    "number_refused": Message(
        "{what} : votre numéro est à vérifier",
        "Dans le registre des permis, le numéro que vous avez écrit dans la demande {reference} est celui d’une autre "
        "personne. Un agent reprend votre demande depuis le {day}. S’il l’accorde de nouveau, vous recevez un nouveau "
        "numéro. Vous n’avez rien à faire pour l’instant.\n\n" + WHERE,
        "Télépermis : le numéro écrit dans votre demande est à vérifier. Un agent s’en occupe. Vous n’avez rien à faire.",
    ),
}

REMEDIES = (
    "Vous pouvez, dans les 2 mois :\n"
    "- écrire au préfet pour lui demander de revoir sa décision (recours gracieux) ;\n"
    "- écrire au ministre de l’Intérieur (recours hiérarchique) ;\n"
    "- saisir le tribunal administratif (article R421-5 du Code de justice administrative), aussi sur "
    "le site Télérecours citoyens.\n"
)

# Why a request ends without a decision, by where it stood; an agent writes his own reason.
CLOSED_FROM: dict[State, str] = {
    State.INCOMPLETE: "Nous n’avons pas reçu les documents demandés avant la date dite.",
    State.AWAITING_PHOTO: "Nous n’avons pas reçu votre photo avant la date dite.",
    State.ORIGINAL_AWAITED: "Nous n’avons pas reçu votre permis original avant la date dite.",
    State.RETURNED: "{The} est revenu{e}, et personne ne l’a demandé{e} pendant 6 mois : nous l’avons détruit{e}.",
}


def closed_from(event: Event, thing: Thing) -> str:
    """Why the request ended by itself, by where it stood; empty when an agent closed it, with his own words."""
    return CLOSED_FROM.get(State(event.before), "").format(**thing.words())


REST_IS_GOOD = "Le reste est bon : vous ne refaites que cela."
REST_TO_READ = (
    "Pour l’instant, nous vous demandons seulement cela. Un agent lira le reste avec votre réponse."
)

AGAIN = "Nous vous la renvoyons une fois : vous n’avez rien à faire, sauf vérifier que votre nom est sur la boîte aux lettres."
NOT_AGAIN = (
    "Elle est déjà revenue deux fois : nous la gardons 6 mois. Un agent regarde l’adresse et peut la faire refaire. "
    "Vérifiez que votre nom est sur la boîte aux lettres."
)
