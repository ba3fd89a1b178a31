"""What each piece is, in words: its name, its sides, an accepted example, what gets it refused."""

from __future__ import annotations

from dataclasses import dataclass, replace

from permis.domain.vocabulary import Motive, Piece, Reason


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
        "Une photo d’identité de moins de 6 mois et votre signature. Elles serviront à fabriquer votre permis.",
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
    Piece.ASSR1: About(
        "Attestation de sécurité routière de premier niveau (ASSR1)",
        "L’attestation passée au collège, en 5e. L’ASSR2 ou l’ASR conviennent aussi.",
        "L’attestation remise par votre collège, ou l’ASR passée dans un Greta.",
        "Une attestation d’une autre personne, un bulletin scolaire.",
        instead="Demandez un duplicata à votre collège. Si vous n’êtes plus scolarisé, l’ASR se passe dans un Greta.",
    ),
    Piece.LIC: About(
        "Votre permis de conduire",
        "Votre permis actuel, en couleur, recto et verso.",
        "Les deux faces de la carte, ou les deux côtés du permis rose déplié.",
        "Une seule face, une copie en noir et blanc, des bords coupés.",
        BOTH,
        instead="Si vous ne l’avez plus, c’est une autre demande : choisissez « J’ai perdu mon permis » ou « On me l’a volé ».",
    ),
    Piece.PSY: About(
        "Examen psychotechnique",
        "Le résultat de l’examen passé chez un psychologue déclaré à la préfecture.",
        "Le compte rendu daté et signé par le psychologue. Vous le montrez aussi au médecin.",
        "Une convocation, un devis, l’examen d’une autre personne.",
        instead="La préfecture donne la liste des psychologues déclarés. L’examen dure au moins 40 minutes et coûte environ 100 €.",
    ),
    Piece.THEFT: About(
        "Récépissé de déclaration de vol",
        "Le papier remis par la police ou la gendarmerie quand vous avez déclaré le vol.",
        "Le récépissé daté, à votre nom, qui cite le permis de conduire.",
        "La pré-plainte en ligne seule, une plainte qui ne cite pas le permis.",
        instead="Déclarez d’abord le vol à la police ou à la gendarmerie. Vous pouvez commencer par une pré-plainte en ligne, puis signer sur place.",
    ),
    Piece.CIVIL: About(
        "Acte d’état civil",
        "Un acte ou un jugement qui montre votre état civil actuel.",
        "Un acte de naissance récent, un jugement, un décret de changement de nom.",
        "Un livret de famille seul, une carte d’identité, un acte sans date.",
        instead="L’acte de naissance se demande gratuitement à la mairie du lieu de naissance, ou à Nantes pour une naissance à l’étranger.",
    ),
    Piece.DECISION: About(
        "Décision sur votre permis",
        "La décision du préfet ou du juge, ou la lettre qui l’annonce, toutes les pages.",
        "L’arrêté de suspension, le jugement, la lettre 48SI, la lettre « référence 44 » ou « référence 7 ».",
        "L’avis de contravention, une page qui manque, la décision d’une autre personne.",
        instead="Demandez une copie à la préfecture du lieu de l’infraction pour une suspension ou une lettre, au greffe du tribunal pour un jugement.",
    ),
    Piece.FORM: About(
        "Attestation de formation",
        "L’attestation remise à la fin de la formation.",
        "L’attestation signée, avec le cachet de l’école, vos nom et prénom et les dates de la formation.",
        "Un devis, une facture, une convocation.",
        instead="Demandez un double à l’école qui vous a formé.",
    ),
    Piece.DIPLOMA: About(
        "Diplôme ou titre professionnel",
        "Le diplôme de la route que vous avez obtenu, ou son relevé de notes.",
        "Un CAP, un bac professionnel ou un titre professionnel de conducteur, ou le relevé de notes qui dit « admis ».",
        "Un certificat de scolarité, une convocation à l’examen.",
        instead="Le relevé de notes convient tant que le diplôme n’est pas imprimé. Sinon, demandez une attestation de réussite au rectorat.",
    ),
    Piece.MIL: About(
        "Volet de conversion du brevet militaire",
        "Le papier signé par l’autorité militaire qui dit ce que votre brevet permet de conduire.",
        "Le volet de conversion, signé et daté.",
        "Le brevet militaire seul, un volet sans signature.",
        instead="Demandez-le à votre unité, ou au dernier corps où vous avez servi.",
    ),
    Piece.FIMO: About(
        "Attestation de FIMO voyageurs",
        "L’attestation de formation initiale minimale obligatoire, ou l’engagement de la suivre dans l’année.",
        "L’attestation de la FIMO « voyageurs », ou l’engagement signé par votre employeur ou par le centre de formation.",
        "Une inscription non signée, la FIMO « marchandises ».",
        instead="Un engagement à la suivre dans un délai d’un an convient. Demandez-le à votre centre de formation.",
    ),
    Piece.FLIC: About(
        "Permis étranger",
        "Votre permis d’un autre pays, en couleur, recto et verso.",
        "Les deux faces de la carte, ou toutes les pages du livret qui portent une mention.",
        "Une copie en noir et blanc, un permis international, une attestation à la place du permis.",
        BOTH,
        instead="S’il est perdu ou volé, cochez-le à la page des cas particuliers : une déclaration de perte ou de vol est alors demandée.",
    ),
    Piece.TRAD: About(
        "Traduction du permis étranger",
        "Une traduction officielle en français.",
        "Celle d’un traducteur inscrit sur la liste d’une cour d’appel, ou une traduction faite à l’étranger puis légalisée ou apostillée.",
        "Une traduction faite par vous ou par un site, sans cachet.",
        instead="La liste des traducteurs agréés se trouve sur le site de chaque cour d’appel. Un permis déjà écrit en français n’a pas besoin de traduction : envoyez alors son image.",
    ),
    Piece.ADC: About(
        "Attestation de droits à conduire",
        "Le papier de moins de 3 mois du pays, ou de la collectivité, qui a donné le permis.",
        "L’original daté, avec sa traduction officielle s’il n’est pas en français.",
        "Un papier de plus de 3 mois, une copie du permis.",
        instead="Demandez-la au service des permis du pays d’origine, ou à son consulat en France.",
    ),
    Piece.RESAB: About(
        "Preuve de votre résidence dans le pays du permis",
        "Un document qui montre que vous viviez dans ce pays quand le permis vous a été donné.",
        "Un certificat de résidence, un contrat de travail, un bail, un certificat de scolarité de cette époque.",
        "Un document d’une autre époque, un billet d’avion seul.",
        instead="Le consulat de France ou l’administration de ce pays peut donner un certificat de résidence.",
    ),
    Piece.ARRIV: About(
        "Preuve de votre arrivée en France",
        "Un document qui montre depuis quand vous vivez en France.",
        "Un premier bail, un premier contrat de travail, un certificat de radiation du consulat.",
        "Un document sans date, une déclaration écrite par vous.",
        instead="Une attestation d’inscription à la sécurité sociale ou un certificat de scolarité qui porte la date convient.",
    ),
    Piece.RENON: About(
        "Renonciation aux catégories de poids lourd",
        "Une lettre datée et signée : vous gardez les catégories légères et laissez les lourdes.",
        "« Je renonce aux catégories C et D de mon permis », avec la date et votre signature.",
        "Une lettre sans date ou sans signature.",
        instead="Si vous voulez garder les poids lourds, donnez un avis médical à la place.",
    ),
    Piece.MANDATE: About(
        "Mandat donné à l’auto-école",
        "Le papier signé par lequel vous demandez à l’auto-école de faire la demande pour vous.",
        "Le mandat daté et signé par vous, et par un parent si vous êtes mineur. L’auto-école le garde.",
        "Un mandat sans signature, ou pour une autre demande.",
        instead="L’auto-école vous le donne à signer.",
    ),
    Piece.STAMP: About(
        "Timbre fiscal",
        "Un timbre électronique pour le permis de conduire.",
        "Le numéro à 16 chiffres reçu par SMS ou sur le PDF.",
        "Un timbre d’amende.",
    ),
}

# The same piece, told otherwise where the motive makes it another paper: what changes, by field.
_OTHERWISE: dict[tuple[Motive, Piece], dict[str, str]] = {
    (Motive.DET, Piece.LIC): {
        "what": "Le permis abîmé, en couleur, recto et verso, même s’il manque un morceau.",
        "example": "Les deux faces de ce qui reste, posées à plat.",
        "instead": "S’il n’en reste rien, la demande est celle d’un permis perdu.",
    },
    (Motive.ERR, Piece.LIC): {
        "what": "La carte reçue, celle qui porte l’erreur, recto et verso.",
        "instead": "Si vous n’avez rien reçu, n’utilisez pas cette demande : signalez-le depuis le suivi de votre demande.",
    },
    (Motive.PERTE, Piece.LIC): {
        "what": "Une copie ou une photo du permis perdu, si vous en avez une.",
        "example": "Une photo gardée dans votre téléphone, une photocopie.",
        "instead": "Continuez sans : elle n’est pas obligatoire.",
    },
    (Motive.VOL, Piece.LIC): {
        "what": "Une copie ou une photo du permis volé, si vous en avez une.",
        "example": "Une photo gardée dans votre téléphone, une photocopie.",
        "instead": "Continuez sans : elle n’est pas obligatoire.",
    },
    (Motive.ROSE, Piece.LIC): {
        "label": "Votre permis rose à trois volets",
        "what": "Les deux côtés du permis déplié, en couleur.",
        "example": "Le permis ouvert à plat, d’un côté puis de l’autre.",
    },
    (Motive.EC, Piece.CIVIL): {
        "what": "L’acte ou le jugement qui montre ce qui a changé : nom, prénom, sexe, ou divorce.",
        "example": "Un acte de naissance mis à jour, un décret, un jugement. Pour un divorce : le jugement, ou la convention déposée chez un notaire.",
        "instead": "La mairie du lieu de naissance donne un acte à jour, gratuitement. Le tribunal ou le notaire donne une copie du jugement ou de la convention.",
    },
    (Motive.ERR, Piece.CIVIL): {
        "label": "Preuve de ce qui est juste",
        "what": "Un document qui montre l’orthographe ou la date exactes.",
        "example": "Un acte de naissance récent.",
    },
    (Motive.ECH_EU, Piece.CIVIL): {
        "label": "Preuve de votre nom de naissance",
        "what": "Un document officiel où se lit votre nom de naissance : c’est lui qui sera imprimé.",
        "example": "Un acte de naissance, une carte d’identité ou un passeport qui porte ce nom.",
        "refused": "Un document qui ne porte que le nom d’usage.",
        "instead": "Demandez un extrait d’acte de naissance à l’état civil de votre pays, si possible en version plurilingue.",
    },
    (Motive.SUSP, Piece.DECISION): {
        "label": "Décision de suspension",
        "what": "L’arrêté du préfet ou le jugement qui a suspendu votre permis, toutes les pages.",
        "example": "L’arrêté préfectoral ou le jugement, avec la durée et les dates.",
        "refused": "L’avis de rétention donné au bord de la route, une page qui manque.",
        "instead": "Demandez une copie à la préfecture du lieu de l’infraction, ou au greffe du tribunal.",
    },
    (Motive.INS_RET, Piece.DECISION): {
        "label": "Lettre d’invalidation ou d’annulation",
        "what": "La lettre qui dit que votre permis est invalidé ou annulé, avec la date où vous l’avez rendu.",
        "example": "La « référence 44 », donnée quand vous rendez un permis invalidé (lettre 48SI). La « référence 7 », ou le jugement, pour une annulation.",
        "refused": "La lettre 48SI sans preuve que le permis a été rendu.",
        "instead": "La préfecture à qui vous avez rendu le permis peut redonner ce papier.",
    },
    (Motive.REU_RET, Piece.DECISION): {
        "label": "Lettre d’invalidation ou d’annulation",
        "what": "La lettre qui dit que votre permis était invalidé ou annulé, et jusqu’à quand.",
        "example": "La « référence 44 » pour une invalidation, la « référence 7 » ou le jugement pour une annulation.",
        "refused": "La lettre 48SI sans preuve que le permis a été rendu.",
        "instead": "La préfecture à qui vous avez rendu le permis peut redonner ce papier.",
    },
    **{
        (motive, Piece.DECISION): {
            "label": "Décision sur votre permis étranger",
            "what": "La décision de suspension ou d’annulation et la lettre du préfet qui vous demande l’échange.",
            "example": "La décision, toutes les pages, avec la lettre de la préfecture.",
            "refused": "L’avis de contravention, une page qui manque.",
            "instead": "Demandez une copie à la préfecture qui vous a écrit.",
        }
        for motive in (Motive.ECH_EU, Motive.ECH_HUE, Motive.ECH_COM)
    },
    (Motive.FORM_AM, Piece.FORM): {
        "label": "Attestation de formation AM",
        "what": "L’attestation remise à la fin de la formation de 8 heures, par l’auto-école ou une association agréée.",
    },
    (Motive.FORM_A, Piece.FORM): {
        "label": "Attestation de formation A",
        "what": "L’attestation de la formation de 7 heures, suivie après 2 ans de permis A2, ou dans les 3 mois d’avant.",
    },
    (Motive.FORM_B96, Piece.FORM): {
        "label": "Attestation de formation B96",
        "what": "L’attestation de la formation de 7 heures à la conduite avec une remorque.",
    },
    (Motive.FORM_78, Piece.FORM): {
        "label": "Attestation de formation à la boîte manuelle",
        "what": "L’attestation de la formation de 7 heures au moins sur une voiture à boîte manuelle.",
    },
    (Motive.MIL, Piece.FORM): {
        "what": "L’attestation de la formation de conducteur suivie dans l’armée.",
        "example": "L’attestation signée par l’autorité militaire, avec les dates de la formation.",
        "instead": "Demandez-la à votre unité, avec le volet de conversion.",
    },
    (Motive.SUSP, Piece.MED): {
        "what": "L’avis favorable du médecin agréé ou de la commission médicale, de moins de 2 ans (cerfa 14880).",
        "instead": "Après une infraction d’alcool ou de stupéfiants, prenez rendez-vous avec la commission médicale de la préfecture. Sinon, avec un médecin agréé.",
    },
    (Motive.REU_EXT, Piece.CEPC): {
        "what": "Le résultat favorable de l’épreuve de conduite de la nouvelle catégorie.",
    },
    (Motive.RETAB, Piece.FLIC): {
        "what": "Le permis reçu à l’étranger en échange du permis français, recto et verso.",
    },
}


def about(piece: Piece, motive: Motive | None = None) -> About:
    """How the piece is told, in the words of this motive if it has its own. KeyError for a piece without words."""
    told = PIECES[piece]
    return replace(told, **_OTHERWISE.get((motive, piece), {})) if motive else told  # type: ignore[arg-type]


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
    Piece.JDC_EXEMPTION: (_R.R08, _R.R15),
    Piece.JDC_SITUATION: (_R.R08, _R.R15),
    Piece.JDC_PROVISOIRE: (_R.R08, _R.R15),
    Piece.RECENSEMENT: (_R.R08, _R.R15),
    Piece.ASSR1: (_R.R07, _R.R15),
    Piece.ASR: (_R.R07, _R.R15),
    Piece.HONOUR: (_R.R07,),
    Piece.AAC: (_R.R06, _R.R15),
    Piece.MED: (_R.R12, _R.R15),
    Piece.PSY: (_R.R12, _R.R15),
    Piece.RENON: (_R.R12, _R.R05),
    Piece.LIC: (_R.R15, _R.R13),
    Piece.THEFT: (_R.R15,),
    Piece.CIVIL: (_R.R15,),
    Piece.DECISION: (_R.R13, _R.R15),
    Piece.FORM: (_R.R06, _R.R11, _R.R15),
    Piece.DIPLOMA: (_R.R06, _R.R11, _R.R15),
    Piece.MIL: (_R.R06, _R.R15),
    Piece.FIMO: (_R.R06, _R.R11, _R.R15),
    Piece.FLIC: (_R.R17, _R.R13, _R.R15),
    Piece.TRAD: (_R.R17, _R.R15),
    Piece.ADC: (_R.R17, _R.R13, _R.R15),
    Piece.RESAB: (_R.R17, _R.R10),
    Piece.ARRIV: (_R.R17, _R.R10),
    Piece.MANDATE: (_R.R21, _R.R15),
    Piece.STAMP: (_R.R14,),
}


def reasons_for(piece: Piece) -> tuple[Reason, ...]:
    """Why this piece may be refused, the usual reasons first; it may always be unreadable."""
    return (Reason.R01, *REASONS_FOR[piece])
