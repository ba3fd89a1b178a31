"""Papers: accessible, the same bytes each time, and printable whatever a person typed."""

import datetime
import io
import re
import struct
import unicodedata
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pytest

from permis.design import paper

DAY = datetime.date(2026, 11, 23)


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        "banner": "Démonstration, sans valeur officielle",
        "reference": "TP-7K4M-92QX",
        "registered": "lundi 23 novembre 2026 à 14 h 58",
        "who": {"names": "Léa Jeanne Inès Moreau", "birth": "Née le 14 mars 2008 à Rennes"},
        "motive": "Premier permis de conduire, catégorie B",
        "sections": [
            {"title": "Vous", "rows": [{"label": "Nom de naissance", "value": "Moreau"}]},
            {
                "title": "Vos coordonnées",
                "rows": [{"label": "Adresse", "value": "8 rue des Lices\n35000 Rennes"}],
            },
        ],
        "documents": [{"label": "Pièce d’identité", "detail": "Carte d’identité, 2 fichiers"}],
        "next": ["Un agent lit votre demande.", "Votre carte est fabriquée."],
        "drive": ["Une voiture (B), jusqu’au vendredi 12 mars 2027, en France."],
        "honour": "Je certifie que tout est exact.",
        "confirmed": "Confirmée par un code reçu par e-mail le 23 novembre 2026 à 14 h 58",
        "notes": ["Ce document n’est pas un permis de conduire."],
    } | changes


def letter(**changes: Any) -> dict[str, Any]:
    return {
        "reference": "TP-7K4M-92QX",
        "sender": ["Centre d’instruction", "35400 Saint-Malo"],
        "address": [
            "Madame Léa Moreau",
            "Chez Claire Le Gall",
            "Bâtiment C",
            "8 rue des Lices",
            "35000 Rennes",
            "France",
        ],
        "place_date": "Rennes, le mercredi 2 décembre 2026",
        "object": "Votre demande est refusée",
        "paragraphs": ["Nous ne pouvons pas accepter votre demande.", "Voici pourquoi."],
        "remedies": ["Vous pouvez nous demander de revoir cette décision."],
    } | changes


def named(names: str) -> dict[str, Any]:
    """A receipt where that name stands wherever a person's words may stand."""
    return receipt(
        who={"names": names, "birth": names},
        sections=[{"title": names, "rows": [{"label": names, "value": names}]}],
        documents=[{"label": names, "detail": names}],
        next=[names],
        notes=[names],
    )


def text_of(pdf: bytes) -> str:
    """The words of the paper, with single spaces."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


def drawn_outside(pdf: bytes) -> list[str]:
    """The characters drawn nearer than 10 mm to the side of a sheet."""
    margin = 10 / 25.4 * 72
    outside = []
    for page in pypdfium2.PdfDocument(pdf):
        words = page.get_textpage()
        for index in range(words.count_chars()):
            left, _, right, _ = words.get_charbox(index)
            if right > page.get_width() - margin or left < margin:
                outside.append(words.get_text_range(index, 1))
    return outside


def tags(pdf: bytes) -> Iterator[str]:
    """The names of the structure elements, in reading order."""

    def under(node: Any) -> Iterator[str]:
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from under(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S)
            yield from under(node.get("/K"))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield from under(document.Root.StructTreeRoot.K)


PAPERS = [("receipt", receipt()), ("letter", letter())]


@pytest.mark.parametrize(("template", "data"), PAPERS)
def test_the_same_data_gives_the_same_bytes(template: str, data: dict[str, Any]) -> None:
    first = paper.render(template, data, on=DAY)
    paper.render(template, data | {"reference": "TP-0000-0000"}, on=DAY)
    assert paper.render(template, data, on=DAY) == first
    assert paper.render(template, data, on=datetime.date(2026, 11, 24)) != first


@pytest.mark.parametrize(("template", "data"), PAPERS)
def test_a_paper_is_tagged_titled_and_in_french(template: str, data: dict[str, Any]) -> None:
    pdf = paper.render(template, data, on=DAY)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/StructTreeRoot" in document.Root
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("fr")
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert "TP-7K4M-92QX" in str(document.docinfo.Title)
        assert str(document.docinfo.CreationDate).startswith("D:20261123")
        assert b"<pdfuaid:part>1</pdfuaid:part>" in document.Root.Metadata.read_bytes()
        embedded = {str(font.BaseFont).split("+")[-1] for font in fonts_in(document)}
    assert embedded <= {"NotoSans-Regular", "NotoSans-Bold", "DejaVuSans"}
    assert list(tags(pdf)).count("/H1") == 1


def fonts_in(document: pikepdf.Pdf) -> Iterator[Any]:
    for page in document.pages:
        yield from page.Resources.get("/Font", {}).values()


def test_a_receipt_has_headings_a_list_and_tables_with_header_cells() -> None:
    seen = list(tags(paper.render("receipt", receipt(), on=DAY)))
    assert seen.count("/H2") == 6
    assert seen.count("/Table") == 2
    assert seen.count("/TH") == 2 + 2 + 2, "two columns in each table, and one title a section"
    assert seen.count("/LI") == 3, "what is done and the two steps to come"


def test_a_receipt_says_all_that_it_was_given() -> None:
    said = text_of(paper.render("receipt", receipt(), on=DAY))
    for words in (
        "Démonstration, sans valeur officielle",
        "Accusé d’enregistrement de votre demande",
        "TP-7K4M-92QX",
        "lundi 23 novembre 2026 à 14 h 58",
        "Léa Jeanne Inès Moreau",
        "Née le 14 mars 2008 à Rennes",
        "Premier permis de conduire, catégorie B",
        "Nom de naissance Moreau",
        "8 rue des Lices 35000 Rennes",
        "Carte d’identité, 2 fichiers",
        "Votre carte est fabriquée.",
        "Une voiture (B), jusqu’au vendredi 12 mars 2027, en France.",
        "Je certifie que tout est exact.",
        "Confirmée par un code reçu par e-mail le 23 novembre 2026 à 14 h 58",
        "Ce document n’est pas un permis de conduire.",
    ):
        assert words in said


def test_every_page_has_its_number_the_reference_and_the_banner() -> None:
    rows = [{"label": f"Question {number}", "value": "Oui"} for number in range(60)]
    pdf = paper.render("receipt", receipt(sections=[{"title": "Vous", "rows": rows}]), on=DAY)
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        said = page.get_textpage().get_text_bounded()
        assert f"{number} / {len(pages)}" in said
        assert "demande TP-7K4M-92QX" in said
        assert "Démonstration, sans valeur officielle" in said


def test_a_receipt_stands_with_only_what_it_must_have() -> None:
    data = {key: receipt()[key] for key in ("reference", "registered", "who", "motive", "sections", "next")}
    said = text_of(paper.render("receipt", data, on=DAY))
    assert "Démonstration" not in said
    assert "conduire en attendant" not in said
    assert "documents" not in said


def test_a_letter_says_all_that_it_was_given() -> None:
    data = letter(
        greeting="Bonjour Madame Moreau,",
        asked=[{"label": "Votre certificat d’examen", "detail": "Un reflet cache le bas de la page."}],
        deadline="Avant le vendredi 11 décembre 2026",
        closing=["Ajoutez-le depuis votre compte."],
        signature=["Jeanne Martin"],
        enclosures=["Une enveloppe"],
        banner="Démonstration, sans valeur officielle",
    )
    said = text_of(paper.render("letter", data, on=DAY))
    words = [word for value in data.values() for word in (value if isinstance(value, list) else [value])]
    for word in words:
        for part in word.values() if isinstance(word, dict) else [word]:
            assert part in said


def test_the_address_of_a_letter_is_in_the_window_of_the_envelope() -> None:
    for banner in (None, "Démonstration, sans valeur officielle"):
        page = pypdfium2.PdfDocument(paper.render("letter", letter(banner=banner), on=DAY))[0]
        words = page.get_textpage()
        for line in letter()["address"]:
            found = words.search(line).get_next()
            assert found is not None
            left, bottom, _, top = words.get_charbox(found[0])
            from_left, from_top = left / 72 * 25.4, (page.get_height() - top) / 72 * 25.4
            assert 100 < from_left < 110
            assert 45 < from_top < 80
            assert bottom < top


# --- whatever a person typed ---------------------------------------------------------------------------

TYPED = {
    "emoji": ("Zoé 😀👩‍👩‍👧🏽", "Zoé"),
    "chinese": ("王小明 Wang", "□□□ Wang"),
    "arabic": ("محمد بن عبد الله", "محمد"),
    "hindi": ("नरेन्द्र Kumar", "Kumar"),
    "greek": ("Νίκος Καζαντζάκης", "Νίκος Καζαντζάκης"),
    "cyrillic": ("Наталья Ґалаґан", "Наталья Ґалаґан"),
    "vietnamese": ("Nguyễn Thị Hằng", "Nguyễn Thị Hằng"),
    "zero width": ("Mo\u200bre\u200d\ufeffau", "Moreau"),
    "right-to-left override": ("Moreau \u202eeuqinimoD\u202c \u2067x\u2069", "Moreau euqinimoD x"),
    "controls": ("Mo\x00re\x07\x1bau\x7f", "Moreau"),
    "lone surrogate": ("Mo\ud83dreau", "Mo□reau"),
    "full width": ("ＭＯＲＥＡＵ", "MOREAU"),
    "accents piled up": ("Z" + "\u0301\u0316" * 50 + "oé", "oé"),
    "accent alone": ("\u0301\u20e3 \u0489 Moreau", "Moreau"),
    "markup": (
        r"#set $x^2$ *gras* _ital_ \ [a] <b> @c = t // d `e`",
        r"#set $x^2$ *gras* _ital_ \ [a] <b> @c = t // d `e`",
    ),
    "code": ('#read("/etc/passwd") #sys.version #panic()', '#read("/etc/passwd") #sys.version #panic()'),
    "json": ('"}, "x": {"', '"}, "x": {"'),
    "html": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "no-break": ("a\u00a0b\u202fc", "a b c"),
    "lines": ("8 rue des Lices\r\n\u2028Rennes", "8 rue des Lices Rennes"),
    "empty": ("", "TP-7K4M-92QX"),
}


@pytest.mark.parametrize(("typed", "shown"), TYPED.values(), ids=TYPED.keys())
def test_whatever_a_person_typed_the_paper_is_made_and_shows_it(typed: str, shown: str) -> None:
    said = text_of(paper.render("receipt", named(typed), on=DAY))
    assert shown in said
    assert "root:" not in said
    assert "TP-7K4M-92QX" in said


@pytest.mark.parametrize("letter_typed", ["W", "é", "王", "م", "\u00a0x", "😀", "-", "ё"])
def test_a_word_of_300_letters_is_cut_at_the_end_of_lines(letter_typed: str) -> None:
    pdf = paper.render("receipt", named(letter_typed * 300), on=DAY)
    assert drawn_outside(pdf) == []


def test_a_long_address_is_cut_without_a_foreign_character() -> None:
    typed = "prenom.nom-compose.de-la-famille@exemple-d-un-tres-long-domaine.exemple.fr"
    said = text_of(paper.render("receipt", named(typed), on=DAY))
    assert "\u200b" not in said
    assert typed in said.replace(" ", "")


def test_a_long_text_goes_over_several_pages() -> None:
    rows = [{"label": "Message", "value": "mot " * 4000}]
    pdf = paper.render("receipt", receipt(sections=[{"title": "Vous", "rows": rows}]), on=DAY)
    assert len(pypdfium2.PdfDocument(pdf)) > 5
    assert drawn_outside(pdf) == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Léa", "Léa"),
        ("Le\u0301a", "Léa"),
        ("Ａ①", "A①"),
        ("한", "□"),
        ("𝒜", "A"),
        ("a\tb\r\nc\x0bd", "a b\nc\nd"),
        ("a\u3000b", "a b"),
        ("\u200e\u200f\u061c\u202a\u2066\ufeff\u00ad", ""),
        ("❤\ufe0f", "❤"),
        ("e" + "\u0316" * 9, "e" + "\u0316" * 3),
        ("\ue000\U0010ffff", "□□"),
        ("□", "□"),
    ],
)
def test_printable(typed: str, shown: str) -> None:
    assert paper.printable(typed) == shown


def test_any_character_gives_a_paper() -> None:
    """Every assigned character (ideographs and Hangul aside), after a letter and before an accent."""
    every = "".join(
        f"a{chr(code)}\u0301 "
        for code in [
            *range(0x20, 0x3400),
            *range(0xA000, 0xAC00),
            *range(0xE000, 0x17000),
            *range(0x1B000, 0x20000),
        ]
        if unicodedata.category(chr(code)) != "Cn"
    )
    assert paper.render("receipt", receipt(notes=[every]), on=DAY).startswith(b"%PDF")


def test_a_paper_that_nobody_drew_is_refused() -> None:
    for name in ("unknown", "_house", "../paper/receipt", "receipt.typ", ""):
        with pytest.raises(LookupError):
            paper.render(name, {}, on=DAY)


# --- the fonts -------------------------------------------------------------------------------------------


def characters(font: bytes) -> set[int]:
    """The code points of a font: its `cmap` table, formats 4 and 12, read by hand."""
    tables = {
        font[at : at + 4]: struct.unpack(">II", font[at + 8 : at + 16])
        for at in range(12, 12 + 16 * struct.unpack(">H", font[4:6])[0], 16)
    }
    cmap = font[tables[b"cmap"][0] :][: tables[b"cmap"][1]]
    found: set[int] = set()
    for number in range(struct.unpack(">H", cmap[2:4])[0]):
        platform, _, offset = struct.unpack(">HHI", cmap[4 + 8 * number : 12 + 8 * number])
        table = cmap[offset:]
        kind = struct.unpack(">H", table[:2])[0]
        if platform in (0, 3) and kind == 4:
            found |= _segments(table)
        elif platform in (0, 3) and kind == 12:
            for group in range(struct.unpack(">I", table[12:16])[0]):
                first, last, _ = struct.unpack(">III", table[16 + 12 * group : 28 + 12 * group])
                found |= set(range(first, last + 1))
    return found


def _segments(table: bytes) -> set[int]:
    count = struct.unpack(">H", table[6:8])[0] // 2

    def words(start: int) -> tuple[int, ...]:
        return struct.unpack(f">{count}H", table[start : start + 2 * count])

    ends, starts = words(14), words(16 + 2 * count)
    deltas, offsets = words(16 + 4 * count), words(16 + 6 * count)
    found = set()
    for segment in range(count):
        for code in range(starts[segment], ends[segment] + 1):
            glyph = code
            if offsets[segment]:
                at = 16 + 6 * count + 2 * segment + offsets[segment] + 2 * (code - starts[segment])
                glyph = struct.unpack(">H", table[at : at + 2])[0]
                if glyph == 0:
                    continue
            if (glyph + deltas[segment]) % 0x10000:
                found.add(code)
    return found - {0xFFFF}


def coverage() -> str:
    """What `fonts/coverage.txt` must say."""

    def of(name: str) -> set[int]:
        return characters((paper.FONTS / name).read_bytes())

    families = {
        "Noto Sans": of("NotoSans-Regular.ttf") & of("NotoSans-Bold.ttf"),
        "DejaVu Sans": of("DejaVuSans.ttf"),
    }
    lines = []
    for family, codes in families.items():
        lines.append(f"# {family}")
        for first in sorted(code for code in codes if code - 1 not in codes):
            last = first
            while last + 1 in codes:
                last += 1
            lines.append(f"{first:04X}-{last:04X}" if last > first else f"{first:04X}")
    return "\n".join(lines) + "\n"


def test_the_coverage_is_that_of_the_fonts() -> None:
    assert (paper.FONTS / "coverage.txt").read_text("ascii") == coverage()


def test_the_words_of_the_templates_are_in_the_first_font() -> None:
    """`printable` goes over the data; nothing goes over what we wrote ourselves."""
    first = characters((paper.FONTS / "NotoSans-Regular.ttf").read_bytes())
    for template in paper.TEMPLATES.glob("*.typ"):
        written = set(re.sub(r"\s", "", template.read_text("utf-8")))
        assert {char for char in written if ord(char) not in first} == set()


def test_each_font_comes_with_its_licence_and_all_stay_small() -> None:
    for font in paper.FONTS.glob("*.ttf"):
        assert (paper.FONTS / f"{font.stem.split('-')[0]}-LICENSE.txt").exists()
    assert sum(file.stat().st_size for file in paper.FONTS.iterdir()) < 2_500_000


if __name__ == "__main__":  # after a change of font
    (paper.FONTS / "coverage.txt").write_text(coverage(), "ascii")
