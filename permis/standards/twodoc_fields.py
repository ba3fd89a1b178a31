"""The data identifiers of 2D-Doc: how long each field is, what ours are called, what each type of document must hold.

Specification of France Titres (ANTS), v3.2.6 with what v3.3.4 and v3.3.7.2 add. Lengths are of the value, in signs.
"""

from __future__ import annotations

# (shortest, longest) → identifiers. Shortest = longest: no separator follows. None: as long as it takes. 4Y and 4Z
# stand in the specimens of v3.3.7.2 alone, whose table we do not have: their lengths are what the specimens allow.
_BY_LENGTH: dict[tuple[int, int | None], str] = {
    (1, 1): (
        "1G 1H 5T 68 6J 76 7C 7D 7E 7F 7G 7I 7J 7O 8E 8F 8G 8H 8J AF AG AT B6 BA BD C0 C5 EA EF F3 F5 L7 L8"
    ),
    (2, 2): "26 2D 34 5J 65 67 6C 6I 6Y 7H A0 A6 B5 B9 BG D8 E0 E5 G0 G1 H1 H3 HL HQ HR HS LA",
    (0, 3): "4M",
    (1, 3): "ED",
    (3, 3): "6B A5 A7 A9 BE BF DY E4",
    (4, 4): "06 08 09 36 37 45 4S 53 54 56 AD AE E1 E2 E3 I0",
    (0, 5): "AM",
    (1, 5): "43",
    (5, 5): "24 2B 4P 5H 6W 78 7A AY C9 EB HJ",
    (6, 6): "07 51 AO",
    (3, 7): "F4",
    (7, 7): "52 AK H8 I1",
    (0, 8): "AB",
    (8, 8): (
        "1C 4A 4B 4C 55 57 69 6L 6N 6O 75 8A 8I 96 AA AI AN B7 C4 D3 D4 D6 D7 D9 DA DD DL DS EC F2 G3 H4 "
        "H5 H9 HA HO L2 L9"
    ),
    (9, 9): "0A 0B 7L DF DN DU E7 HB",
    (0, 10): "4V 4W 4X 4Z 6Q 8C AS DZ G4",
    (1, 10): "6H",
    (5, 10): "88 8B",
    (8, 10): "D5",
    (10, 10): "CB",
    (0, 11): "38 39 58 5A 5C",
    (8, 11): "32",
    (9, 11): "6Z",
    (11, 11): "AL I6",
    (0, 12): "41 4D 4E 4I 4J 59 5B 5U A8",
    (12, 12): "6R 70 71 86 C3 CC E8 F6 HN HP",
    (5, 13): "I5",
    (13, 13): "40 44 47 49 7K AJ",
    (9, 14): "5L",
    (14, 14): "50 8D BK DG DO DV",
    (5, 15): "L4",
    (15, 15): "4F",
    (0, 16): "1D",
    (16, 16): "7P I2",
    (0, 17): "A1 A2 A3",
    (17, 17): "85 A4 D0",
    (0, 18): "95",
    (15, 18): "HM",
    (0, 19): "AC E9",
    (19, 19): "6K",
    (0, 20): "5P 5R 61 66 82 B1 BC C2 C7 D2 DH DP DW G2 HH",
    (21, 21): "5N",
    (0, 25): "AQ",
    (0, 30): "1E 1F 33 4R 4T AH BH BI BJ L3",
    (4, 30): "DI DX",
    (5, 30): "L5 L6",
    (0, 32): "25 2C 4Q 5I 6A 6X AZ B8 HK",
    (14, 34): "35",
    (0, 35): "AR",
    (36, 36): "0D",
    (1, 37): "I4",
    (0, 38): (
        "10 11 12 13 14 15 16 17 1I 1J 1K 1L 1M 1N 1O 1P 20 21 22 23 27 28 29 2A 46 48 4G 4K 4L 4N 4O 4U "
        "5D 5E 5F 5G 5M 5O 5Q 62 63 64 6S 6T 6U 6V 72 74 80 90 91 92 93 94 AU AV AW AX B2 B3 B4 C1 C6 C8 "
        "F1 H0 H2 HC HD HE HF HG HI"
    ),
    (1, 38): "6G",
    (14, 38): "31",
    (0, 40): "5S 6M 6P 83 84 H6",
    (0, 45): "77 7B CA G5",
    (0, 50): "5K BB D1 DB DC DE DJ DK DM DQ DR DT",
    (0, 53): "H7",
    (1, 54): "I3",
    (0, 60): "60 6D 6E 73 81 AP B0 F0",
    (0, 63): "87",
    (0, 64): "7M",
    (1, 64): "89 8K",
    (0, 65): "E6",
    (0, 77): "4H",
    (0, 80): "L0 L1",
    (0, 90): "6F",
    (0, 100): "EE",
    (0, 114): "79",
    (0, 128): "7N",
    (0, 140): "30",
    (0, None): "01 02 03 04 05 0C 18 19 1A 1B 42 4Y",
}
LENGTHS: dict[str, tuple[int, int | None]] = {
    field: length for length, fields in _BY_LENGTH.items() for field in fields.split()
}

# What the fields that we use are called, in the words that a person reads.
LABELS = {
    "06": "document établi le", "08": "document valable jusqu’au", "09": "nombre de pages",
    "10": "bénéficiaire", "11": "titre du bénéficiaire", "12": "prénom du bénéficiaire", "13": "nom du bénéficiaire",
    "1G": "autre bénéficiaire", "1I": "autre bénéficiaire", "1K": "prénom de l’autre bénéficiaire",
    "1L": "nom de l’autre bénéficiaire", "18": "numéro de facture", "19": "numéro de client", "1A": "numéro de contrat",
    "20": "appartement ou étage", "21": "bâtiment ou résidence", "22": "numéro et voie", "23": "lieu-dit",
    "24": "code postal", "25": "commune", "26": "pays",
    "41": "revenu fiscal de référence", "43": "nombre de parts", "44": "référence de l’avis", "45": "année des revenus",
    "46": "déclarant 1", "47": "numéro fiscal du déclarant 1", "48": "déclarant 2", "49": "numéro fiscal du déclarant 2",
    "4A": "mise en recouvrement", "4B": "date de la déclaration", "4V": "impôt sur le revenu net", "4W": "reste à payer",
    "4X": "retenue à la source", "4Y": "adresse",
    "60": "prénoms", "61": "prénom", "62": "nom de naissance", "63": "nom d’usage", "65": "type de pièce",
    "66": "numéro de la pièce", "67": "nationalité", "68": "sexe", "69": "date de naissance", "6A": "lieu de naissance",
    "6C": "pays de naissance", "6F": "zone de lecture automatique", "6G": "nom", "6H": "civilité",
    "6J": "type de document d’étranger", "6K": "numéro de la demande", "6L": "demande déposée le", "6M": "complément",
    "6N": "valable à partir du", "6O": "valable jusqu’au", "6P": "autorisation", "6Q": "numéro d’étranger",
    "6S": "appartement ou étage", "6T": "bâtiment ou résidence", "6U": "numéro et voie", "6V": "lieu-dit",
    "6W": "code postal", "6X": "commune", "6Y": "pays",
    "AB": "type de lettre", "AC": "numéro de dossier", "AD": "infraction du", "AE": "heure de l’infraction",
    "AF": "points retirés", "AG": "solde de points",
    "D3": "valable à partir du", "D4": "valable jusqu’au",
    "E0": "type d’arrêté", "E1": "document édité le", "E2": "fin de la sanction", "E3": "notifié le",
    "E4": "type de relevé", "E5": "état du permis", "E6": "catégories", "E7": "SIREN du demandeur",
    "E8": "données du", "E9": "numéro de dossier", "EA": "épreuve", "EB": "matricule de l’inspecteur",
    "EC": "date de l’examen", "ED": "catégorie", "EE": "codes", "EF": "visite médicale demandée",
}  # fmt: skip

# Types of document of perimeter 01, as a person calls them.
TYPES = {
    "00": "justificatif de domicile", "01": "facture", "02": "avis de taxe d’habitation", "03": "RIB",
    "04": "avis d’impôt sur le revenu", "05": "RIB (SEPAmail)", "06": "bulletin de salaire", "07": "titre d’identité",
    "08": "titre d’identité", "09": "facture détaillée", "10": "contrat de travail", "11": "relevé de compte",
    "12": "acte d’huissier", "13": "document provisoire d’étranger", "14": "déclaration d’engin motorisé", "15": "autorisation de travail",
    "16": "attestation de demande d’asile", "17": "attestation d’allocation", "18": "déclaration de revenus",
    "19": "don", "20": "cession de parts", "21": "attestation 2041-ASK", "22": "carte européenne d’armes à feu",
    "23": "attestation de vie", "24": "déclaration de revenus", "25": "autorisation de travail", "26": "équipement aéroportuaire",
    "27": "déclaration de revenus", "28": "avis d’impôt sur le revenu", "29": "attestation d’activité professionnelle",
    "A0": "Crit’Air", "A1": "lettre sur les points du permis", "A2": "carte mobilité inclusion", "A3": "carte de VTC",
    "A4": "certificat de décès", "A5": "carte de transport de personnes", "A6": "carte de sapeur-pompier", "A7": "Crit’Air",
    "A8": "certificat de cession", "A9": "permis de chasser", "AA": "arrêté sur le permis de conduire",
    "AB": "relevé d’information du permis", "AC": "licence de conducteur de train", "AD": "certificat d’examen du permis de conduire",
    "AE": "certificat de décès", "B0": "diplôme", "B1": "attestation de CVEC", "B2": "certificat de test ou de vaccination", "B3": "vaccination contre la rage",
    "L1": "certificat de test ou de vaccination",
    "C9": "caducée d’infirmier",
}  # fmt: skip

_NAME, _TAX = ("10", "13"), ("43", "44", "45", "46")
_ADDRESS = ("22", "24", "26")
# What must stand in each type that we use; a pair: one of the two. Identity documents (07) that are in use leave
# out fields that the table of the specification demands: only the names are asked of them.
MANDATORY: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "00": (*_ADDRESS, "20", "21", "23", "25", _NAME),
    "01": (*_ADDRESS, _NAME),
    "02": (*_ADDRESS, "25", _NAME),
    "04": (*_TAX, "47", "4A"),
    "07": ("60", "62"),
    "08": ("6F",),
    "13": ("60", "62", "63", "67", "68", "69", "6A", "6C", "6J", "6K", "6L", "6P", "6Q", "6U", "6W", "6X"),
    "16": ("60", "62", "69"),
    "18": (*_TAX, "4B"),
    "24": (*_TAX, "4B", "4V", "4W", "4X"),
    "27": (*_TAX, "4B", "4V"),
    "28": (*_TAX, "4A"),
    "A1": ("60", "69", "6G", "AB"),
    "AA": ("60", "69", "6A", "6G", "6H", "AC", "E0", "E1"),
    "AB": ("09", "60", "69", "6A", "6G", "6H", "AC", "E4", "E5", "E8"),
    "AD": ("60", "62", "69", "D3", "E9", "EA", "EC", "ED"),
}  # fmt: skip
# The only other fields that a type may hold, where the specification forbids the rest.
OPTIONAL = {"AD": frozenset({"D4", "EB", "EE", "EF"})}
