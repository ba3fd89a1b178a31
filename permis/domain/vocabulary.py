"""The closed lists of the field: motives, categories, pieces, reasons, states, verbs, roles."""

from __future__ import annotations

from enum import StrEnum


class Motive(StrEnum):
    """Why a licence is asked for. Closed list: a new member is a change of contract."""

    INS = "INS"
    INS_EXT = "INS_EXT"
    INS_RET = "INS_RET"
    REU = "REU"
    REU_EXT = "REU_EXT"
    REU_RET = "REU_RET"
    FORM_AM = "FORM_AM"
    FORM_A = "FORM_A"
    FORM_B96 = "FORM_B96"
    FORM_78 = "FORM_78"
    PERTE = "PERTE"
    VOL = "VOL"
    DET = "DET"
    ROSE = "ROSE"
    EC = "EC"
    EXP15 = "EXP15"
    MED = "MED"
    MED_REST = "MED_REST"
    SUSP = "SUSP"
    ECH_EU = "ECH_EU"
    ECH_HUE = "ECH_HUE"
    ECH_COM = "ECH_COM"
    ENR_EU = "ENR_EU"
    RETAB = "RETAB"
    MIL = "MIL"
    DIP = "DIP"
    PCI = "PCI"
    ERR = "ERR"

    @property
    def label(self) -> str:
        """The French name of the motive, as a person reads it."""
        return MOTIVE_LABELS[self]


MOTIVE_LABELS: dict[Motive, str] = {
    Motive.INS: "Inscription à l’examen du permis",
    Motive.INS_EXT: "Inscription à une nouvelle catégorie",
    Motive.INS_RET: "Inscription après une annulation ou une invalidation",
    Motive.REU: "Premier permis après la réussite à l’examen",
    Motive.REU_EXT: "Nouvelle catégorie après la réussite à l’examen",
    Motive.REU_RET: "Permis après une annulation ou une invalidation",
    Motive.FORM_AM: "Permis AM après la formation",
    Motive.FORM_A: "Permis A après la formation (A2 vers A)",
    Motive.FORM_B96: "Mention B96 après la formation",
    Motive.FORM_78: "Levée de la restriction à la boîte automatique",
    Motive.PERTE: "Permis perdu",
    Motive.VOL: "Permis volé",
    Motive.DET: "Permis abîmé",
    Motive.ROSE: "Remplacement d’un permis rose à trois volets",
    Motive.EC: "Changement d’état civil",
    Motive.EXP15: "Fin de validité de la carte (15 ans)",
    Motive.MED: "Renouvellement après un avis médical",
    Motive.MED_REST: "Restriction médicale ajoutée ou levée",
    Motive.SUSP: "Fin de suspension",
    Motive.ECH_EU: "Échange d’un permis européen",
    Motive.ECH_HUE: "Échange d’un permis non européen",
    Motive.ECH_COM: "Échange d’un permis d’une collectivité d’outre-mer",
    Motive.ENR_EU: "Enregistrement d’un permis européen",
    Motive.RETAB: "Rétablissement des droits au retour de l’étranger",
    Motive.MIL: "Conversion d’un brevet militaire",
    Motive.DIP: "Validation d’un diplôme professionnel",
    Motive.PCI: "Permis de conduire international",
    Motive.ERR: "Erreur sur la carte reçue",
}


# The motives that rest on a training certificate: only a driving school may make these requests (ANTS-AE1).
SCHOOL_ONLY = frozenset({Motive.FORM_AM, Motive.FORM_A, Motive.FORM_B96, Motive.FORM_78})
# The exchange of a licence given elsewhere.
EXCHANGES = frozenset({Motive.ECH_EU, Motive.ECH_HUE, Motive.ECH_COM})


class Category(StrEnum):
    """The categories of the licence."""

    AM = "AM"
    A1 = "A1"
    A2 = "A2"
    A = "A"
    B1 = "B1"
    B = "B"
    BE = "BE"
    C1 = "C1"
    C1E = "C1E"
    C = "C"
    CE = "CE"
    D1 = "D1"
    D1E = "D1E"
    D = "D"
    DE = "DE"

    @property
    def label(self) -> str:
        """The code followed by the vehicle in plain words."""
        return f"{self.value} ({CATEGORY_LABELS[self]})"


CATEGORY_LABELS: dict[Category, str] = {
    Category.AM: "cyclomoteur ou voiturette",
    Category.A1: "moto légère, 125 cm³",
    Category.A2: "moto jusqu’à 35 kW",
    Category.A: "toutes les motos",
    Category.B1: "quadricycle lourd",
    Category.B: "voiture",
    Category.BE: "voiture avec une remorque lourde",
    Category.C1: "poids lourd jusqu’à 7,5 tonnes",
    Category.C1E: "poids lourd jusqu’à 7,5 tonnes avec remorque",
    Category.C: "poids lourd",
    Category.CE: "poids lourd avec remorque",
    Category.D1: "minibus jusqu’à 16 passagers",
    Category.D1E: "minibus avec remorque",
    Category.D: "autocar, autobus",
    Category.DE: "autocar avec remorque",
}

HEAVY_C = frozenset({Category.C1, Category.C1E, Category.C, Category.CE})
HEAVY_D = frozenset({Category.D1, Category.D1E, Category.D, Category.DE})
HEAVY = HEAVY_C | HEAVY_D


class Piece(StrEnum):
    """What the law may require. The person gives *uploads* for it."""

    ID = "ID"
    ADDR = "ADDR"
    HEB = "HEB"
    ID_HEB = "ID_HEB"
    ADDR_HEB = "ADDR_HEB"
    DOMICILIATION = "DOMICILIATION"
    HOTEL = "HOTEL"
    BOAT = "BOAT"
    PHOTO = "PHOTO"
    STAY = "STAY"
    RESN = "RESN"
    REP = "REP"
    ID_REP = "ID_REP"
    CEPC = "CEPC"
    ASSR1 = "ASSR1"
    ASSR2 = "ASSR2"
    ASR = "ASR"
    JDC = "JDC"
    JDC_EXEMPTION = "JDC_EXEMPTION"
    JDC_SITUATION = "JDC_SITUATION"
    JDC_PROVISOIRE = "JDC_PROVISOIRE"
    RECENSEMENT = "RECENSEMENT"
    AAC = "AAC"
    LIC = "LIC"
    MED = "MED"
    PSY = "PSY"
    LOSS = "LOSS"
    THEFT = "THEFT"
    CIVIL = "CIVIL"
    DECISION = "DECISION"
    FORM = "FORM"
    DIPLOMA = "DIPLOMA"
    MIL = "MIL"
    FIMO = "FIMO"
    FLIC = "FLIC"
    TRAD = "TRAD"
    ADC = "ADC"
    RESAB = "RESAB"
    ARRIV = "ARRIV"
    RENON = "RENON"
    HONOUR = "HONOUR"
    MANDATE = "MANDATE"
    STAMP = "STAMP"


class AddressMode(StrEnum):
    """How the person lives at the address."""

    OWN = "own"
    HOSTED = "hosted"
    HOMELESS = "homeless"
    HOTEL = "hotel"
    CARAVAN = "caravan"
    BOAT = "boat"
    JUSTIF_ADRESSE = "justif_adresse"


class Filer(StrEnum):
    """Who makes the request."""

    SELF = "self"
    SCHOOL = "school"


class LearningMode(StrEnum):
    """How the person learnt to drive."""

    TRADITIONAL = "traditional"
    AAC = "aac"
    SUPERVISED = "supervised"
    ACCOMPANIED_PRO = "accompanied_pro"
    INDEPENDENT = "independent"


class Gearbox(StrEnum):
    """The gearbox of the car used at the exam."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"


class CivilStatusReason(StrEnum):
    """What changed in the civil status."""

    MARRIAGE = "marriage"
    DIVORCE = "divorce"
    CHANGE = "change"


class ErrorKind(StrEnum):
    """What is wrong on the card that was received."""

    NAME = "name"
    CATEGORY = "category"
    VALIDITY = "validity"
    RESTRICTION = "restriction"


class Result(StrEnum):
    """What a request ends with."""

    CARD = "card"
    REGISTRATION = "registration"
    RECORD = "record"
    BOOKLET = "booklet"
    CORRECTED_CARD = "corrected_card"

    @property
    def label(self) -> str:
        """What the person receives, with its article."""
        return RESULT_LABELS[self]


RESULT_LABELS: dict[Result, str] = {
    Result.CARD: "une carte de permis",
    Result.REGISTRATION: "un numéro d’inscription (NEPH) et son attestation",
    Result.RECORD: "une attestation d’enregistrement",
    Result.BOOKLET: "un permis international, en livret",
    Result.CORRECTED_CARD: "une carte corrigée",
}


class Outcome(StrEnum):
    """What the law answers to a situation."""

    FILE = "file"
    NOT_NEEDED = "not_needed"
    NOT_BEFORE = "not_before"
    NOT_POSSIBLE = "not_possible"


class Reason(StrEnum):
    """The closed list of grounds of a refusal or of a request for more (docs/law.md)."""

    R01 = "R01"
    R02 = "R02"
    R03 = "R03"
    R04 = "R04"
    R05 = "R05"
    R06 = "R06"
    R07 = "R07"
    R08 = "R08"
    R09 = "R09"
    R10 = "R10"
    R11 = "R11"
    R12 = "R12"
    R13 = "R13"
    R14 = "R14"
    R15 = "R15"
    R16 = "R16"
    R17 = "R17"
    R18 = "R18"
    R19 = "R19"
    R20 = "R20"
    R21 = "R21"

    @property
    def label(self) -> str:
        """What the agent picks in the list."""
        return REASONS[self][0]

    @property
    def sentence(self) -> str:
        """What the person reads by default; the agent may make it more precise."""
        return REASONS[self][1]


# R18 (suspected fraud) is never shown as such to the person: its sentence is neutral on purpose.
REASONS: dict[Reason, tuple[str, str]] = {
    Reason.R01: (
        "Illisible, coupé, en noir et blanc, ou une face manque",
        (
            "Ce document n’est pas lisible en entier. Posez-le à plat, près d’une fenêtre, sans flash, "
            "et photographiez-le en couleur avec ses quatre bords."
        ),
    ),
    Reason.R02: (
        "Pièce d’identité hors liste ou expirée depuis trop longtemps",
        (
            "Cette pièce d’identité ne peut pas être acceptée. Donnez une carte d’identité ou un passeport "
            "valide, ou expiré depuis moins de 5 ans."
        ),
    ),
    Reason.R03: (
        "Justificatif de domicile trop ancien, manuscrit ou à un autre nom",
        (
            "Ce justificatif de domicile ne peut pas être accepté. Donnez une facture d’énergie, d’eau ou de "
            "téléphone de moins de 6 mois, à votre nom."
        ),
    ),
    Reason.R04: (
        "Hébergement incomplet",
        (
            "Il manque une partie des documents d’hébergement : l’attestation signée par vous deux, la pièce "
            "d’identité et le justificatif de domicile de la personne qui vous héberge."
        ),
    ),
    Reason.R05: (
        "Photo ou signature refusée",
        (
            "Cette photo ou cette signature ne peut pas être imprimée sur la carte. Donnez une photo "
            "d’identité récente, de face, sur un fond clair, ou une signature à l’encre noire."
        ),
    ),
    Reason.R06: (
        "Certificat d’examen absent, défavorable ou d’une autre personne",
        (
            "Ce document ne montre pas votre réussite à l’examen. Donnez le certificat d’examen (CEPC) "
            "favorable, à votre nom, pour la catégorie demandée."
        ),
    ),
    Reason.R07: (
        "Attestation de sécurité routière absente",
        (
            "Vous avez moins de 21 ans : donnez votre attestation de sécurité routière (ASSR2 ou ASR), "
            "ou une déclaration sur l’honneur si vous l’avez perdue."
        ),
    ),
    Reason.R08: (
        "Journée défense et citoyenneté pas en règle",
        (
            "Donnez votre certificat de participation à la journée défense et citoyenneté, ou une attestation "
            "d’exemption ou de situation."
        ),
    ),
    Reason.R09: (
        "Représentant légal absent ou sans autorité",
        "La personne qui vous représente doit donner son identité et sa signature.",
    ),
    Reason.R10: (
        "Séjour ou résidence non établis",
        "Les documents donnés ne montrent pas un séjour régulier, ou une résidence de plus de 185 jours.",
    ),
    Reason.R11: (
        "Âge minimal non atteint",
        "Vous n’avez pas encore l’âge demandé pour cette catégorie.",
    ),
    Reason.R12: (
        "Avis médical absent, trop ancien ou défavorable",
        "Il faut un avis médical favorable de moins de 2 ans (formulaire cerfa 14880).",
    ),
    Reason.R13: (
        "Droits suspendus, annulés ou invalidés",
        "Une mesure est en cours sur votre droit à conduire. La demande ne peut pas aboutir avant sa fin.",
    ),
    Reason.R14: (
        "Timbre fiscal absent, utilisé ou d’un autre type",
        (
            "Ce timbre fiscal ne peut pas être utilisé. Achetez un timbre pour le permis de conduire ; "
            "un timbre d’amende ne convient pas."
        ),
    ),
    Reason.R15: (
        "État civil différent du registre",
        "Votre état civil n’est pas écrit comme dans le registre. Donnez un acte de naissance récent.",
    ),
    Reason.R16: (
        "Demande en double",
        "Vous avez déjà une demande en cours pour le même motif : nous continuons avec celle-là.",
    ),
    Reason.R17: (
        "Échange hors délai ou sans réciprocité",
        "Ce permis ne peut pas être échangé contre un permis français.",
    ),
    Reason.R18: (
        "Vérification par le référent fraude",
        "Votre demande demande une vérification plus longue.",
    ),
    Reason.R19: (
        "Demande sans objet",
        "Ce changement ne demande pas de nouvelle carte : votre permis reste valable.",
    ),
    Reason.R20: (
        "Pas d’inscription en ligne avant l’examen",
        (
            "Nous ne trouvons pas votre inscription à l’examen. Donnez votre numéro NEPH et le nom de votre "
            "auto-école : nous la retrouvons avec eux."
        ),
    ),
    Reason.R21: (
        "Une autre personne doit faire cette demande",
        "Cette demande doit être faite par une autre personne.",
    ),
}


class Role(StrEnum):
    """Who may say a verb."""

    CITIZEN = "citizen"
    REPRESENTATIVE = "representative"
    HELPER = "helper"
    SCHOOL = "school"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    FRAUD_REFERENT = "fraud_referent"
    EXPERT = "expert"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    PHOTOGRAPHER = "photographer"
    PLANT = "plant"
    POST = "post"
    SYSTEM = "system"


class State(StrEnum):
    """Where a dossier stands. Closed list."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    AWAITING_PHOTO = "AWAITING_PHOTO"
    IN_REVIEW = "IN_REVIEW"
    INCOMPLETE = "INCOMPLETE"
    COMPLETED = "COMPLETED"
    VERIFYING = "VERIFYING"
    ORIGINAL_AWAITED = "ORIGINAL_AWAITED"
    AUTHENTICATING = "AUTHENTICATING"
    APPROVED = "APPROVED"
    IN_PRODUCTION = "IN_PRODUCTION"
    POSTED = "POSTED"
    AT_POST_OFFICE = "AT_POST_OFFICE"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"
    MISSING = "MISSING"
    REGISTERED = "REGISTERED"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"

    @property
    def label(self) -> str:
        """The French name of the state, as a person reads it."""
        return STATE_LABELS[self]


STATE_LABELS: dict[State, str] = {
    State.DRAFT: "Brouillon à compléter",
    State.SUBMITTED: "Demande enregistrée",
    State.AWAITING_PHOTO: "En attente de votre photo par courrier",
    State.IN_REVIEW: "En cours d’instruction",
    State.INCOMPLETE: "Documents à compléter",
    State.COMPLETED: "Compléments reçus",
    State.VERIFYING: "Vérifications complémentaires",
    State.ORIGINAL_AWAITED: "En attente de votre permis original",
    State.AUTHENTICATING: "Vérification de votre permis original",
    State.APPROVED: "Demande acceptée",
    State.IN_PRODUCTION: "Carte en fabrication",
    State.POSTED: "Carte expédiée",
    State.AT_POST_OFFICE: "Lettre au bureau de poste",
    State.DELIVERED: "Permis remis",
    State.RETURNED: "Lettre revenue",
    State.MISSING: "Lettre non reçue",
    State.REGISTERED: "Enregistrement fait",
    State.REFUSED: "Demande refusée",
    State.CLOSED: "Demande classée sans suite",
    State.CANCELLED: "Demande annulée",
}


class Verb(StrEnum):
    """What an actor does to a dossier. Closed list."""

    SUBMIT = "submit"
    RECEIVE_PHOTO = "receive_photo"
    TAKE_UP = "take_up"
    RELEASE = "release"
    ASK_FOR_MORE = "ask_for_more"
    COMPLETE = "complete"
    VERIFY = "verify"
    CONCLUDE = "conclude"
    ASK_ORIGINAL = "ask_original"
    RECEIVE_ORIGINAL = "receive_original"
    AUTHENTICATE = "authenticate"
    APPROVE = "approve"
    REFUSE = "refuse"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    REGISTER = "register"
    ORDER_CARD = "order_card"
    REJECT_CARD = "reject_card"
    MAKE_CARD = "make_card"
    POST = "post"
    MISS = "miss"
    DELIVER = "deliver"
    RETURN = "return"
    REPOST = "repost"
    REPORT_MISSING = "report_missing"
    REMAKE = "remake"


class SlotStatus(StrEnum):
    """How far one side of one piece has come."""

    EMPTY = "empty"
    RECEIVED = "received"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        """The French word shown in the badge."""
        return SLOT_LABELS[self]


SLOT_LABELS: dict[SlotStatus, str] = {
    SlotStatus.EMPTY: "À ajouter",
    SlotStatus.RECEIVED: "Reçu",
    SlotStatus.CHECKING: "En cours de vérification",
    SlotStatus.READY: "Prêt",
    SlotStatus.REFUSED: "À refaire",
    SlotStatus.ACCEPTED: "Accepté",
}
