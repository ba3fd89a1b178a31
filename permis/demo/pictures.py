"""The papers and faces of the demo's people: drawn by us, each marked SPÉCIMEN, none of anybody real."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece
from permis.evidence import intake

FONTS = Path(__file__).resolve().parents[1] / "design" / "fonts"
CARD, SHEET, FACE, STRIP = (1012, 638), (760, 1075), (560, 720), (900, 320)  # pixels
INK, GREY, PALE = (28, 32, 48), (105, 112, 128), (214, 219, 228)
SKINS = ((246, 218, 196), (226, 184, 150), (190, 140, 104), (140, 96, 68), (98, 66, 48))
HAIRS = ((38, 30, 28), (84, 56, 36), (150, 104, 58), (206, 170, 108), (116, 52, 32))
SHIRTS = ((52, 84, 140), (148, 60, 66), (60, 112, 92), (96, 84, 130), (70, 76, 88))


@dataclass(frozen=True)
class Holder:
    """Whose papers they are, as they are printed."""

    surname: str
    given: str
    born: str
    place: str
    street: str
    town: str
    day: str  # when the papers were made
    word: str = "B"  # the categories
    sex: str = ""


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf"), size)


@cache
def _mark(size: tuple[int, int]) -> Image.Image:
    """SPÉCIMEN across the page: a mask, turned once for each size of page."""
    mask = Image.new("L", size, 0)
    font = _font(size[0] // 8, bold=True)
    ImageDraw.Draw(mask).text((size[0] // 2, size[1] // 2), "SPÉCIMEN", fill=58, font=font, anchor="mm")
    return mask.rotate(24, Image.Resampling.BILINEAR)


def _marked(image: Image.Image) -> Image.Image:
    image.paste((190, 40, 60), mask=_mark(image.size))
    return image


def _page(image: Image.Image) -> intake.Page:
    """As any file that is given: encoded, then read and made anew by the same door."""
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return intake.read(out.getvalue())[0]


@cache
def _background(size: tuple[int, int], top: tuple[int, int, int]) -> Image.Image:
    """Paper with a coloured head and fine lines."""
    image = Image.new("RGB", size, (250, 249, 245))
    draw = ImageDraw.Draw(image)
    for y in range(0, size[1], 14):
        draw.line((0, y, size[0], y + 6), fill=(240, 240, 236))
    draw.rectangle((0, 0, size[0], size[1] // 9 if size == CARD else 92), fill=top)
    return image


def _rows(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], rows: list[tuple[str, str]], size: int, gap: int
) -> None:
    x, y = at
    for label, value in rows:
        draw.text((x, y), label, fill=GREY, font=_font(size * 2 // 3))
        draw.text((x, y + size * 4 // 5), value[:44], fill=INK, font=_font(size, bold=True))
        y += gap


def _card(title: str, colour: tuple[int, int, int], who: Holder, front: bool, seed: str) -> Image.Image:
    image = _background(CARD, colour).copy()
    draw = ImageDraw.Draw(image)
    draw.text((32, 14), title, fill="white", font=_font(34, bold=True))
    if front:
        image.paste(_face(seed, who.sex).resize((256, 329)), (36, 120))
        rows = [
            ("Nom", who.surname.upper()),
            ("Prénoms", who.given),
            ("Né(e) le", who.born),
            ("À", who.place),
        ]
        _rows(draw, (340, 108), rows, 36, 108)
    else:
        _rows(
            draw, (40, 110), [("Adresse", f"{who.street}, {who.town}"), ("Délivré le", "12 05 2021")], 32, 104
        )
        for n in range(3):
            line = f"SPECIMEN<<{who.surname.upper()}<<{who.given.upper()}".replace(" ", "<")
            draw.text(
                (36, 430 + 56 * n),
                (line if n == 2 else f"IDSPECIMEN{n}").ljust(30, "<")[:30],
                fill=INK,
                font=_font(38),
            )
    return image


def _sheet(title: str, sender: str, lines: list[str], who: Holder) -> Image.Image:
    image = _background(SHEET, (72, 82, 108)).copy()
    draw = ImageDraw.Draw(image)
    draw.text((48, 26), sender, fill="white", font=_font(30, bold=True))
    draw.text((48, 150), title, fill=INK, font=_font(36, bold=True))
    for n, line in enumerate((f"{who.given} {who.surname}", who.street, who.town)):
        draw.text((360, 230 + 38 * n), line[:34], fill=INK, font=_font(28))
    for n, line in enumerate([*lines, "", f"Fait le {who.day}"]):
        draw.text((48, 420 + 46 * n), line, fill=INK, font=_font(26))
    draw.ellipse((520, 840, 700, 1020), outline=(64, 84, 150), width=5)
    draw.text((610, 930), "SPÉCIMEN", fill=(64, 84, 150), font=_font(26, bold=True), anchor="mm")
    return image


@cache
def _face(seed: str, sex: str) -> Image.Image:
    """A drawn face, plain and from the front, on a light ground; the same for the same person."""
    dice = random.Random(seed)
    skin, hair, shirt = dice.choice(SKINS), dice.choice(HAIRS), dice.choice(SHIRTS)
    width, height = 700, 900
    image = Image.new("RGB", (width, height), (206, 214, 224))
    draw = ImageDraw.Draw(image)
    middle, eyes = width // 2, 400 + dice.randrange(-10, 11)
    long_hair = dice.random() < {"M": 0.1, "F": 0.8}.get(sex, 0.5)
    if long_hair:
        draw.rounded_rectangle((150, 190, width - 150, 720), 150, fill=hair)
    draw.rounded_rectangle((70, 720, width - 70, height + 160), 160, fill=shirt)
    draw.rectangle((middle - 68, 600, middle + 68, 770), fill=tuple(c * 9 // 10 for c in skin))
    draw.ellipse((180, 180, width - 180, 690), fill=skin)
    draw.pieslice((172, 150, width - 172, 560), 180, 360, fill=hair)
    draw.ellipse((210, 290 + dice.randrange(20), width - 210, 520), fill=skin)
    for side in (-1, 1):
        x = middle + side * 82
        draw.ellipse((x - 30, eyes - 14, x + 30, eyes + 18), fill="white")
        draw.ellipse((x - 13, eyes - 12, x + 13, eyes + 15), fill=INK)
        draw.arc((x - 44, eyes - 52, x + 44, eyes + 10), 200, 340, fill=hair, width=9)
    draw.line(
        (middle, eyes + 30, middle - 16, eyes + 112, middle + 14, eyes + 116),
        fill=tuple(c * 8 // 10 for c in skin),
        width=6,
    )
    draw.line((middle - 52, 590, middle, 600, middle + 52, 590), fill=(168, 88, 84), width=9)
    draw.text((middle, height - 34), "SPÉCIMEN", fill="white", font=_font(34, bold=True), anchor="mm")
    return image.resize(FACE, Image.Resampling.BILINEAR)


def _signature(name: str) -> Image.Image:
    """A flourish of the pen that follows from the name."""
    dice = random.Random(name)
    image = Image.new("RGB", STRIP, "white")
    draw = ImageDraw.Draw(image)
    swing, tempo, lean = dice.uniform(34, 62), dice.uniform(0.30, 0.48), dice.uniform(0.5, 1.4)
    points = []
    for n in range(110):
        size = swing * (1.5 if n < 18 else 1) * (1 - n / 190)
        x = 120 + n * 5.4 + 26 * math.cos(n * tempo * 1.07)
        points.append((x, 165 + size * math.sin(n * tempo) + 12 * math.sin(n * lean / 9)))
    draw.line(points, fill="black", width=6, joint="curve")
    draw.line((110, 262, 640 + dice.randrange(160), 236), fill="black", width=5)
    draw.text((STRIP[0] - 20, STRIP[1] - 22), "spécimen", fill=PALE, font=_font(22), anchor="rm")
    return image.filter(ImageFilter.SMOOTH)


TITLES = {
    Piece.ID: ("CARTE D’IDENTITÉ", (44, 74, 132)),
    Piece.ID_HEB: ("CARTE D’IDENTITÉ", (44, 74, 132)),
    Piece.ID_REP: ("CARTE D’IDENTITÉ", (44, 74, 132)),
    Piece.STAY: ("TITRE DE SÉJOUR", (120, 60, 90)),
    Piece.LIC: ("PERMIS DE CONDUIRE", (176, 84, 110)),
    Piece.FLIC: ("PERMIS DE CONDUIRE (ÉTRANGER)", (70, 110, 90)),
}
WORDS: dict[Piece, tuple[str, list[str]]] = {
    Piece.ADDR: ("Électricité Spécimen", ["Facture de la période en cours", "Abonnement et consommation : 84,20 €", "Prélèvement automatique"]),
    Piece.ADDR_HEB: ("Électricité Spécimen", ["Facture de la période en cours", "Abonnement et consommation : 84,20 €"]),
    Piece.HEB: ("Lettre", ["Je certifie héberger chez moi la personne", "nommée ci-dessus, depuis plus de 3 mois.", "", "Signatures des deux personnes :"]),
    Piece.CEPC: ("Délégation à l’éducation routière", ["Épreuve pratique, catégorie {word}", "", "Résultat : FAVORABLE", "Total des points : 28 sur 31"]),
    Piece.ASSR2: ("Collège Spécimen", ["Attestation scolaire de sécurité routière", "de second niveau, obtenue."]),
    Piece.JDC: ("Service national", ["Certificat individuel de participation", "à la journée défense et citoyenneté."]),
    Piece.AAC: ("Auto-école Spécimen", ["Fin de formation initiale.", "Conduite accompagnée : 3 140 km."]),
    Piece.RESN: ("Entreprise Spécimen", ["Bulletin de paie", "Présence depuis plus de douze mois."]),
    Piece.DOMICILIATION: ("Mairie, action sociale", ["Élection de domicile (cerfa 16029)", "Valable un an."]),
    Piece.MED: ("Médecin agréé", ["Avis médical (cerfa 14880)", "Apte, catégories du groupe lourd."]),
    Piece.PSY: ("Psychologue déclarée", ["Examen psychotechnique", "Avis favorable."]),
    Piece.THEFT: ("Commissariat spécimen", ["Récépissé de déclaration de vol", "Objet volé : permis de conduire."]),
    Piece.CIVIL: ("Mairie spécimen", ["Acte de naissance, copie intégrale", "avec la mention du changement."]),
    Piece.DECISION: ("Préfecture spécimen", ["Décision sur le droit de conduire", "Référence : SPECIMEN."]),
    Piece.MIL: ("Autorité militaire", ["Volet de conversion du brevet", "Catégories : {word}"]),
    Piece.DIPLOMA: ("Lycée professionnel spécimen", ["Relevé de notes du diplôme", "Résultat : ADMIS"]),
    Piece.TRAD: ("Traductrice assermentée", ["Traduction du permis de conduire", "conforme à l’original."]),
    Piece.ADC: ("Autorité étrangère", ["Attestation des droits de conduire", "Droits valables, aucune sanction."]),
    Piece.RESAB: ("Autorité étrangère", ["Certificat de résidence", "à la date du permis."]),
    Piece.ARRIV: ("Bailleur spécimen", ["Contrat de location", "Date d’arrivée en France."]),
}  # fmt: skip


@cache
def page(piece: Piece, side: str, who: Holder, *, blurred: bool = False) -> intake.Page:
    """One side of one paper of this person; blurred as by a hand that moved. Drawn once a process."""
    seed = f"{who.surname} {who.given}"
    if piece in {Piece.PHOTO, Piece.REP}:
        image = _face(seed, who.sex).copy() if side == "photo" else _signature(seed)
    elif piece in TITLES:
        image = _marked(_card(*TITLES[piece], who, side == "recto", seed))
    else:
        sender, lines = WORDS.get(piece, ("Spécimen", ["Document de démonstration."]))
        filled = [line.format(word=who.word) for line in lines]
        image = _marked(_sheet(PIECES[piece].label.split(" (")[0], sender, filled, who))
    if blurred:
        small = image.resize((image.width // 14, image.height // 14), Image.Resampling.BILINEAR)
        image = small.resize(image.size, Image.Resampling.BICUBIC)
    return _page(image)
