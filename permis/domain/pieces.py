"""What each piece is, in words: its name, its sides, an accepted example, what gets it refused."""

from __future__ import annotations

from dataclasses import dataclass

from permis.domain.vocabulary import Piece


@dataclass(frozen=True)
class About:
    """How a piece is explained to the person who must give it."""

    label: str
    what: str
    example: str
    refused: str
    sides: tuple[tuple[str, str], ...] = (("page", "Le document"),)  # (slug, French label)


BOTH = (("recto", "Recto (la face avec la photo)"), ("verso", "Verso (le dos)"))

PIECES: dict[Piece, About] = {
    Piece.ID: About(
        "Pièce d’identité",
        "Votre carte d’identité ou votre passeport, en couleur, recto et verso.",
        "Une carte d’identité ou un passeport valide, ou expiré depuis moins de 5 ans. Pour un passeport, "
        "photographiez la double page avec la photo, puis la page de signature.",
        "Une copie en noir et blanc, une face manquante, un document expiré depuis plus de 5 ans.",
        BOTH,
    ),
    Piece.ADDR: About(
        "Justificatif de domicile",
        "Un document de moins de 6 mois à votre nom et à votre adresse.",
        "Une facture d’électricité, de gaz, d’eau ou de téléphone, un avis d’impôt, une quittance de loyer "
        "d’une agence.",
        "Une quittance écrite à la main, une facture de plus de 6 mois, un document à un autre nom.",
    ),
    Piece.HEB: About(
        "Attestation d’hébergement",
        "Une lettre datée et signée par la personne qui vous héberge et par vous.",
        "« Je certifie héberger chez moi… depuis plus de 3 mois », avec les deux signatures.",
        "Une seule signature, pas de date.",
    ),
    Piece.ID_HEB: About(
        "Pièce d’identité de la personne qui vous héberge",
        "Sa carte d’identité ou son passeport, recto et verso.",
        "Une carte d’identité ou un passeport lisible, en couleur.",
        "Une face manquante, une copie floue.",
        BOTH,
    ),
    Piece.ADDR_HEB: About(
        "Justificatif de domicile de la personne qui vous héberge",
        "Un document de moins de 6 mois à son nom.",
        "Une facture d’électricité, de gaz, d’eau ou de téléphone.",
        "Une facture de plus de 6 mois.",
    ),
    Piece.PHOTO: About(
        "Photo et signature",
        "Une photo d’identité de moins de 6 mois et votre signature. Elles seront imprimées sur la carte.",
        "Une photo de face, sur un fond uni et clair, prise par un photographe ou dans une cabine. "
        "Une signature à l’encre noire sur une feuille blanche.",
        "Un fond blanc, un sourire, des lunettes avec un reflet, une signature coupée.",
        (("photo", "Photo d’identité"), ("signature", "Signature")),
    ),
    Piece.CEPC: About(
        "Certificat d’examen (CEPC)",
        "Le résultat favorable de votre épreuve de conduite.",
        "Le PDF téléchargé sur le site des résultats, ou une photo de la feuille.",
        "Un résultat insuffisant, le certificat d’une autre catégorie ou d’une autre personne.",
    ),
    Piece.STAY: About(
        "Titre de séjour",
        "Le document qui vous autorise à séjourner en France, recto et verso.",
        "Une carte de séjour, une carte de résident, un visa de long séjour validé.",
        "Un titre expiré sans récépissé.",
        BOTH,
    ),
    Piece.RESN: About(
        "Preuve de votre résidence en France",
        "Un document qui montre que vous vivez en France depuis au moins 185 jours.",
        "Une fiche de paie, un contrat de travail, un avis d’impôt, une quittance de loyer.",
        "Un document de moins de 6 mois de présence.",
    ),
    Piece.ASSR2: About(
        "Attestation de sécurité routière (ASSR2)",
        "L’attestation passée au collège, ou l’ASR. Si vous l’avez perdue, une déclaration sur l’honneur.",
        "L’attestation remise par votre collège.",
        "L’ASSR de premier niveau (ASSR1).",
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
    ),
    Piece.MED: About(
        "Avis médical",
        "L’avis d’un médecin agréé, favorable, de moins de 2 ans (cerfa 14880).",
        "Le formulaire cerfa 14880 rempli et signé.",
        "Un certificat de votre médecin traitant.",
    ),
    Piece.STAMP: About(
        "Timbre fiscal",
        "Un timbre électronique pour le permis de conduire.",
        "Le numéro à 16 chiffres reçu par SMS ou sur le PDF.",
        "Un timbre d’amende.",
    ),
}
