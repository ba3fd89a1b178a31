"""What each piece is, in words: its name, its sides, an accepted example, what gets it refused."""

from __future__ import annotations

from dataclasses import dataclass

from permis.domain.vocabulary import Piece, Reason


@dataclass(frozen=True)
class About:
    """How a piece is explained to the person who must give it."""

    label: str
    what: str
    example: str
    refused: str
    sides: tuple[tuple[str, str], ...] = (("page", "Le document"),)  # (slug, French label)
    instead: str = ""  # what to do when one does not have it


BOTH = (("recto", "Recto (la face avec la photo)"), ("verso", "Verso (le dos)"))

PIECES: dict[Piece, About] = {
    Piece.ID: About(
        "Pièce d’identité",
        "Votre carte d’identité ou votre passeport, en couleur, recto et verso.",
        "Une carte d’identité ou un passeport valide, ou expiré depuis moins de 5 ans. Pour un passeport, "
        "photographiez la double page avec la photo, puis la page de signature.",
        "Une copie en noir et blanc, une face manquante, un document expiré depuis plus de 5 ans.",
        BOTH,
        instead="Un passeport ou une carte d’identité expirés depuis moins de 5 ans conviennent. Sinon, demandez d’abord une carte d’identité à la mairie.",
    ),
    Piece.ADDR: About(
        "Justificatif de domicile",
        "Un document de moins de 6 mois à votre nom et à votre adresse.",
        "Une facture d’électricité, de gaz, d’eau ou de téléphone, un avis d’impôt, une quittance de loyer "
        "d’une agence.",
        "Une quittance écrite à la main, une facture de plus de 6 mois, un document à un autre nom.",
        instead="Un avis d’impôt, une facture de téléphone mobile ou une quittance d’agence conviennent aussi. Si rien n’est à votre nom, changez votre réponse : « Une autre personne m’héberge ».",
    ),
    Piece.HEB: About(
        "Attestation d’hébergement",
        "Une lettre datée et signée par la personne qui vous héberge et par vous.",
        "« Je certifie héberger chez moi… depuis plus de 3 mois », avec les deux signatures.",
        "Une seule signature, pas de date.",
        instead="Une feuille blanche suffit : écrivez la phrase d’exemple, datez, signez tous les deux, puis photographiez-la.",
    ),
    Piece.ID_HEB: About(
        "Pièce d’identité de la personne qui vous héberge",
        "Sa carte d’identité ou son passeport, recto et verso.",
        "Une carte d’identité ou un passeport lisible, en couleur.",
        "Une face manquante, une copie floue.",
        BOTH,
        instead="Sa carte d’identité ou son passeport expirés depuis moins de 5 ans conviennent.",
    ),
    Piece.ADDR_HEB: About(
        "Justificatif de domicile de la personne qui vous héberge",
        "Un document de moins de 6 mois à son nom.",
        "Une facture d’électricité, de gaz, d’eau ou de téléphone.",
        "Une facture de plus de 6 mois.",
        instead="Un avis d’impôt, une facture de téléphone mobile ou une quittance d’agence à son nom conviennent aussi.",
    ),
    Piece.PHOTO: About(
        "Photo et signature",
        "Une photo d’identité de moins de 6 mois et votre signature. Elles seront imprimées sur la carte.",
        "Une photo de face, sur un fond uni et clair, prise par un photographe ou dans une cabine. "
        "Une signature à l’encre noire sur une feuille blanche.",
        "Un fond blanc, un sourire, des lunettes avec un reflet, une signature coupée.",
        (("photo", "Photo d’identité"), ("signature", "Signature")),
        instead="Un photographe ou une cabine agréés donnent un code de 22 caractères (e-photo), à utiliser ici à la place des deux fichiers.",
    ),
    Piece.DOMICILIATION: About(
        "Attestation d’élection de domicile",
        "Le document de la mairie ou de l’association où vous recevez votre courrier.",
        "L’attestation en cours de validité (cerfa 16029), ou l’ancien livret spécial de circulation.",
        "Une attestation dont la date de fin est passée.",
        instead="Demandez-la à la mairie (CCAS) ou à une association agréée : elle est gratuite.",
    ),
    Piece.HOTEL: About(
        "Attestation du gérant",
        "Une lettre datée et signée par le gérant de l’hôtel, du camping ou du terrain où vous vivez.",
        "« J’atteste que… réside dans mon établissement depuis le… », avec le cachet.",
        "Une lettre sans date ou sans signature, une simple réservation.",
        instead="Demandez-la à l’accueil de l’établissement. Joignez un justificatif de domicile du gérant, à la même adresse.",
    ),
    Piece.BOAT: About(
        "Attestation de la capitainerie",
        "Un document de moins de 6 mois du port où votre bateau est amarré.",
        "L’attestation de la capitainerie à votre nom.",
        "Un document de plus de 6 mois.",
        instead="Demandez-la à la capitainerie de votre port.",
    ),
    Piece.REP: About(
        "Signature de votre représentant",
        "La signature de la personne qui signe avec vous, sur une feuille blanche ou sur l’écran.",
        "Une signature à l’encre noire, entière. Cette personne peut la donner depuis son propre appareil.",
        "Une signature coupée, une photo d’autre chose.",
        (("signature", "Signature"),),
        instead="Votre représentant peut la tracer lui-même sur son téléphone : envoyez-lui le lien à l’étape suivante.",
    ),
    Piece.ID_REP: About(
        "Pièce d’identité de votre représentant",
        "Sa carte d’identité ou son passeport, en couleur, recto et verso.",
        "Une carte d’identité ou un passeport lisible. Cette personne peut le donner depuis son propre appareil.",
        "Une face manquante, une copie floue ou en noir et blanc.",
        BOTH,
        instead="Votre représentant peut la photographier lui-même : envoyez-lui le lien à l’étape suivante.",
    ),
    Piece.RECENSEMENT: About(
        "Attestation de recensement",
        "L’attestation donnée par la mairie après le recensement, à 16 ans.",
        "L’attestation de la mairie ou de service-public.fr. Un agent la regarde.",
        "Un document d’une autre personne.",
    ),
    Piece.CEPC: About(
        "Certificat d’examen (CEPC)",
        "Le résultat favorable de votre épreuve de conduite.",
        "Le PDF téléchargé sur le site des résultats, ou une photo de la feuille.",
        "Un résultat insuffisant, le certificat d’une autre catégorie ou d’une autre personne.",
        instead="Il se télécharge dès le lendemain de l’examen sur le site des résultats, avec votre numéro NEPH et votre date de naissance.",
    ),
    Piece.STAY: About(
        "Titre de séjour",
        "Le document qui vous autorise à séjourner en France, recto et verso.",
        "Une carte de séjour, une carte de résident, un visa de long séjour validé.",
        "Un titre expiré sans récépissé.",
        BOTH,
        instead="Un récépissé de demande de renouvellement convient. Pour un mineur, le document de circulation convient.",
    ),
    Piece.RESN: About(
        "Preuve de votre résidence en France",
        "Un document qui montre que vous vivez en France depuis au moins 185 jours.",
        "Une fiche de paie, un contrat de travail, un avis d’impôt, une quittance de loyer.",
        "Un document de moins de 6 mois de présence.",
        instead="Un contrat de travail, une attestation de sécurité sociale ou un certificat de scolarité de plus de 6 mois conviennent.",
    ),
    Piece.ASSR2: About(
        "Attestation de sécurité routière (ASSR2)",
        "L’attestation passée au collège, ou l’ASR. Si vous l’avez perdue, une déclaration sur l’honneur.",
        "L’attestation remise par votre collège.",
        "L’ASSR de premier niveau (ASSR1).",
        instead="Demandez un duplicata à votre collège, ou faites une déclaration sur l’honneur : elle suffit.",
    ),
    Piece.ASR: About(
        "Attestation de sécurité routière (ASR)",
        "Celle que l’on passe sans être scolarisé.",
        "L’attestation d’un Greta.",
        "L’ASSR1.",
    ),
    Piece.HONOUR: About(
        "Déclaration sur l’honneur",
        "Une phrase datée et signée.",
        "« Je déclare sur l’honneur avoir obtenu l’ASSR2. »",
        "Pas de signature.",
    ),
    Piece.JDC: About(
        "Journée défense et citoyenneté",
        "Votre certificat de participation, ou une attestation d’exemption ou de situation.",
        "Le certificat individuel de participation.",
        "La convocation à la journée.",
        instead="Le centre du service national donne une attestation de situation qui remplace un certificat perdu.",
    ),
    Piece.JDC_EXEMPTION: About(
        "Attestation d’exemption de la JDC",
        "L’attestation individuelle d’exemption.",
        "L’attestation du centre du service national.",
        "La convocation à la journée.",
    ),
    Piece.JDC_SITUATION: About(
        "Attestation de situation administrative",
        "Elle remplace un certificat perdu.",
        "L’attestation du centre du service national.",
        "La convocation à la journée.",
    ),
    Piece.JDC_PROVISOIRE: About(
        "Attestation provisoire de situation",
        "Elle est donnée quand la journée est reportée.",
        "L’attestation du centre du service national.",
        "La convocation à la journée.",
    ),
    Piece.AAC: About(
        "Attestation de fin de conduite accompagnée",
        "Le document remis par votre auto-école.",
        "L’attestation de fin de formation initiale (AFFI).",
        "Le livret d’apprentissage sans l’attestation.",
        instead="Demandez-la à votre auto-école.",
    ),
    Piece.MED: About(
        "Avis médical",
        "L’avis d’un médecin agréé, favorable, de moins de 2 ans (cerfa 14880).",
        "Le formulaire cerfa 14880 rempli et signé.",
        "Un certificat de votre médecin traitant.",
        instead="Prenez rendez-vous avec un médecin agréé par la préfecture. Ce n’est pas votre médecin traitant.",
    ),
    Piece.STAMP: About(
        "Timbre fiscal",
        "Un timbre électronique pour le permis de conduire.",
        "Le numéro à 16 chiffres reçu par SMS ou sur le PDF.",
        "Un timbre d’amende.",
    ),
}

# What may be wrong with each piece: an agent chooses among these. Any piece may be unreadable (R01), and any that
# names somebody may differ from the register (R15).
_R = Reason
REASONS_FOR: dict[Piece, tuple[Reason, ...]] = {
    Piece.ID: (_R.R02, _R.R15),
    Piece.ADDR: (_R.R03,),
    Piece.HEB: (_R.R04,),
    Piece.ID_HEB: (_R.R04, _R.R02),
    Piece.ADDR_HEB: (_R.R04, _R.R03),
    Piece.DOMICILIATION: (_R.R03,),
    Piece.HOTEL: (_R.R03,),
    Piece.BOAT: (_R.R03,),
    Piece.PHOTO: (_R.R05,),
    Piece.CEPC: (_R.R06, _R.R15, _R.R20),
    Piece.STAY: (_R.R10, _R.R15),
    Piece.RESN: (_R.R10,),
    Piece.REP: (_R.R09, _R.R05),
    Piece.ID_REP: (_R.R09, _R.R02, _R.R15),
    Piece.ASSR2: (_R.R07, _R.R15),
    Piece.JDC: (_R.R08, _R.R15),
    Piece.AAC: (_R.R06, _R.R15),
    Piece.MED: (_R.R12, _R.R15),
}


def reasons_for(piece: Piece) -> tuple[Reason, ...]:
    """Why this piece may be refused, the usual reasons first; it may always be unreadable."""
    return (Reason.R01, *REASONS_FOR[piece])
