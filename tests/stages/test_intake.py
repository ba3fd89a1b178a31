"""Any file that somebody may send: taken and made ours, or refused with what to do."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from permis.evidence import intake
from permis.evidence.memory import LIMIT
from tests.conftest import jpeg


def pdf(pages=1, size=(595, 842), **encryption):
    """A PDF of blank pages."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    out = BytesIO()
    if encryption:
        document.save(out, encryption=pikepdf.Encryption(**encryption))
    else:
        document.save(out)
    return out.getvalue()


def png(mode="RGB", size=(400, 500)):
    """A PNG."""
    out = BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def opened(page):
    """The kept page as a picture."""
    return Image.open(BytesIO(page.jpeg))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_photo_is_taken_in_any_colour_space(mode):
    (page,) = intake.read(jpeg(600, 800, mode=mode))
    assert (opened(page).format, opened(page).mode) == ("JPEG", "RGB")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
def test_a_png_is_taken_whatever_its_mode(mode):
    (page,) = intake.read(png(mode))
    assert opened(page).size == (400, 500)


def test_a_transparent_png_becomes_white_paper():
    out = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    (page,) = intake.read(out.getvalue())
    assert opened(page).getpixel((150, 150)) == (255, 255, 255)


def test_each_page_of_a_pdf_becomes_a_page():
    pages = intake.read(pdf(3))
    assert [(p.width, p.height) for p in pages] == [(1653, 2339)] * 3 or all(p.height > 2300 for p in pages)


def test_a_picture_taken_sideways_is_kept_upright_and_without_its_place():
    image = Image.new("RGB", (800, 400), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    (page,) = intake.read(out.getvalue())
    kept = opened(page)
    assert kept.size == (400, 800)
    assert not kept.getexif()
    assert b"Exif" not in page.jpeg


def test_a_very_large_picture_is_kept_at_a_size_that_can_be_read():
    (page,) = intake.read(jpeg(6000, 4000, quality=40))
    assert max(page.width, page.height) == 2400


def hidden(data, what=b"SECRET-OF-THE-ORIGINAL"):
    """A JPEG with something after its end."""
    return data + what


def test_nothing_of_the_original_bytes_is_kept():
    (page,) = intake.read(hidden(jpeg(400, 500)))
    assert b"SECRET" not in page.jpeg


REFUSED = [
    ("an empty file", b"", "vide"),
    ("a text that says it is a picture", b"hello, I am a jpeg", "pas une photo"),
    ("a web page", b"<html><script>alert(1)</script>", "pas une photo"),
    ("a GIF", b"GIF89a" + b"\0" * 100, "pas une photo"),
    ("a ZIP", b"PK\x03\x04" + b"\0" * 100, "pas une photo"),
    ("an SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "pas une photo"),
    ("a JPEG that is cut", jpeg(600, 800)[:2000], "abîmé"),
    ("a JPEG head alone", b"\xff\xd8\xff\xe0" + b"\0" * 50, "abîmé"),
    ("a PNG head alone", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "abîmé"),
    ("a PDF head alone", b"%PDF-1.7\n" + b"x" * 500, "abîmé"),
    ("a PDF with a password", pdf(owner="a", user="secret"), "mot de passe"),
    ("a PDF of 21 pages", pdf(21), "plus de 20 pages"),
    ("a PDF of a hair's width", pdf(1, (14400, 3)), "abîmé"),
    ("a picture of 100 pixels", png("RGB", (100, 100)), "trop petite"),
    ("a pixel flood", png("1", (20000, 20000)), "trop grande"),
    ("20 MB and one byte", b"\xff\xd8\xff" + b"\0" * LIMIT, "20 Mo"),
]


@pytest.mark.parametrize(("what", "data", "says"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused_with_what_to_do(what, data, says):
    with pytest.raises(intake.Refused) as refusal:
        intake.read(data)
    assert says in refusal.value.sentence
    assert any(
        word in refusal.value.sentence for word in ("Choisissez", "prenez", "Prenez", "Gardez", "Enregistrez")
    )


def test_a_file_announced_bigger_than_what_came_is_refused_too():
    with pytest.raises(intake.Refused, match="20 Mo"):
        intake.read(jpeg(300, 400), size=LIMIT + 1)


def test_two_pdfs_at_once_do_no_harm():
    """PDFium is not safe with threads: each is drawn in a process of its own."""
    from concurrent.futures import ThreadPoolExecutor

    data = pdf(2)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: len(intake.read(data)), range(6)))
    assert found == [2] * 6


def nested_pdf(levels=6, width=10):
    """A PDF of 2 KB whose forms draw each other: a million drawings."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(600, 800))
    inner = pikepdf.Stream(document, b"0 0 1 1 re f " * width)
    form = document.make_indirect(inner)
    form.stream_dict.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form})
    form.stream_dict["/BBox"] = pikepdf.Array([0, 0, 600, 800])
    for _ in range(levels):
        outer = document.make_indirect(pikepdf.Stream(document, b"/X Do " * width))
        outer.stream_dict["/Type"], outer.stream_dict["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
        outer.stream_dict["/BBox"] = pikepdf.Array([0, 0, 600, 800])
        outer.stream_dict["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
        form = outer
    page = document.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    page.Contents = document.make_stream(b"/X Do")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_small_file_that_would_take_for_ever_is_given_up_with_a_sentence(monkeypatch):
    from permis.evidence import cage

    monkeypatch.setattr(cage, "WALL_S", 4)
    with pytest.raises(intake.Refused, match="trop compliqué"):
        intake.read(nested_pdf(7, 10))


def test_a_picture_that_unpacks_to_gigabytes_is_given_up_within_its_memory():
    out = BytesIO()
    Image.new("P", (10900, 10900)).save(out, "PNG")
    with pytest.raises(intake.Refused):
        intake.read(out.getvalue())


def test_a_jpeg_of_a_thousand_layers_is_not_decoded_here():
    layered = jpeg(600, 800) + b"\xff\xda" * 1000
    assert not intake._is_simple(layered)
    assert intake._is_simple(jpeg(600, 800))


@pytest.mark.parametrize("answer", [b"", b"X", b"T", b"Tabc", b"T" + b"\0" * 12, b"Ranything"])
def test_what_the_cage_says_is_believed_for_its_shape_alone(answer):
    from permis.evidence import cage

    with pytest.raises(intake.Refused):
        cage._unpack(answer)
