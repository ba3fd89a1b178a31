"""Any file that a person can have comes in upright, in its colours, without a word of what it hid; or it is refused
with what to do."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps, PngImagePlugin

from permis.vision import cage, files
from tests.conftest import jpeg
from tests.stages.test_intake import pdf, png

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 40), (30, 40, 220), (250, 250, 250)
SIZE = (600, 400)
ORIENTED = {  # what a camera writes for a picture that must be turned so to stand upright
    1: lambda i: i,
    2: ImageOps.mirror,
    3: lambda i: i.rotate(180),
    4: ImageOps.flip,
    5: lambda i: i.transpose(Image.Transpose.TRANSPOSE),
    6: lambda i: i.transpose(Image.Transpose.ROTATE_90),
    7: lambda i: i.transpose(Image.Transpose.TRANSVERSE),
    8: lambda i: i.transpose(Image.Transpose.ROTATE_270),
}


def drawing(size=SIZE, mode="RGB"):
    """Four corners of four colours: no turn and no mirror looks like another."""
    image = Image.new("RGB", size, WHITE)
    draw, (width, height) = ImageDraw.Draw(image), size
    draw.rectangle((0, 0, width // 2, height // 2), fill=RED)
    draw.rectangle((width // 2, 0, width, height // 2), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2, height), fill=BLUE)
    return image.convert(mode)


def written(image, format_, **options):
    """The bytes of a file of this sort."""
    out = BytesIO()
    if format_ == "HEIC":
        pillow_heif.from_pillow(image).save(out, quality=90, **options)
    else:
        image.save(out, format_, **options)
    return out.getvalue()


def opened(page):
    """The kept page as a picture."""
    return Image.open(BytesIO(page.jpeg))


def corners(page):
    """The colours at the middle of the four quarters, left to right, top to bottom."""
    image = opened(page).convert("RGB")
    width, height = image.size
    return [image.getpixel((width * x // 4, height * y // 4)) for y in (1, 3) for x in (1, 3)]


def is_upright(page, colours=(RED, GREEN, BLUE, WHITE), within=40):
    """Whether each corner has its colour."""
    return all(
        abs(a - b) <= within
        for seen, wanted in zip(corners(page), colours, strict=True)
        for a, b in zip(seen, wanted, strict=True)
    )


def read_one(data):
    """The only page of a file."""
    (page,) = cage.read(data)
    return page


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "HEIC", "PDF"])
def test_every_sort_of_file_comes_out_as_a_jpeg_of_ours_with_its_thumbnail(format_):
    page = read_one(written(drawing((900, 600)), format_))
    assert is_upright(page)
    assert cage.is_ours(page.jpeg, page.width, page.height)
    assert cage.is_ours(page.thumb)
    with Image.open(BytesIO(page.thumb)) as thumb:
        assert max(thumb.size) == 320
    assert page.said["measures"]
    assert int(page.said["look"], 16) >= 0


def with_exif(turn, format_):
    """A picture that says how to turn it, in the way of its sort."""
    exif = Image.Exif()
    exif[0x0112] = turn
    image = ORIENTED[turn](drawing())
    if format_ == "HEIC":
        return written(image, format_, exif=exif.tobytes())
    if format_ == "TIFF":
        return written(image, format_, tiffinfo={0x0112: turn})
    return written(image, format_, exif=exif)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "HEIC"])
def test_a_picture_is_turned_once_as_it_says_and_says_it_no_more(format_):
    for turn in ORIENTED:
        page = read_one(with_exif(turn, format_))
        assert (page.width, page.height) == SIZE, turn
        assert is_upright(page), turn
        assert not opened(page).getexif()


def test_a_heic_that_is_turned_by_its_box_and_also_says_so_is_turned_once():
    turned = pillow_heif.from_pillow(ORIENTED[6](drawing()))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.info["exif"] = exif.tobytes()
    out = BytesIO()
    turned.save(out, quality=90)
    assert b"irot" in out.getvalue()
    assert is_upright(read_one(out.getvalue()))


def test_a_jpeg_whose_turn_is_written_in_words_alone_is_turned_too():
    words = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="8"/></rdf:RDF></x:xmpmeta>'
    )
    assert is_upright(read_one(written(ORIENTED[8](drawing()), "JPEG", xmp=words)))


@pytest.mark.parametrize("turn", [0, 9, 65535])
def test_a_turn_that_does_not_exist_is_not_followed(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    assert is_upright(read_one(written(drawing(), "JPEG", exif=exif)))


def test_damaged_metadata_do_not_cost_the_picture():
    assert is_upright(
        read_one(written(drawing(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xfe" * 60))
    )


def test_inks_come_out_as_the_colours_that_they_print_whoever_wrote_them():
    adobe = written(drawing(mode="CMYK"), "JPEG")
    assert is_upright(read_one(adobe))
    at = adobe.index(b"\xff\xee")  # the segment of Adobe, whose inks are the other way round
    length = 2 + int.from_bytes(adobe[at + 2 : at + 4], "big")
    inks = drawing(mode="CMYK").point(lambda value: 255 - value)
    plain = written(inks, "JPEG")
    assert plain[at : at + length] == adobe[at : at + length]
    assert is_upright(read_one(plain[:at] + plain[at + length :]))


@pytest.mark.parametrize("mode", ["L", "CMYK", "YCbCr", "LAB", "RGBA", "P", "1", "I;16", "F", "I"])
def test_a_scan_is_taken_in_any_colour_space(mode):
    image = drawing().quantize(16) if mode == "P" else None
    if mode == "LAB":
        to_lab = ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
        )
        image = ImageCms.applyTransform(drawing(), to_lab)
    elif mode == "I;16":
        image = Image.fromarray(np.asarray(drawing(mode="L")).astype(np.uint16) * 257)
    elif mode == "I":
        image = Image.fromarray(np.asarray(drawing(mode="L")).astype(np.int32) * 257)
    page = read_one(written(image or drawing(mode=mode), "TIFF"))
    grey = [tuple([round(0.299 * r + 0.587 * g + 0.114 * b)] * 3) for r, g, b in (RED, GREEN, BLUE, WHITE)]
    if mode in {"L", "I;16", "I", "F"}:
        assert is_upright(page, grey)
    elif mode == "1":
        assert min(corners(page)[3]) > 240
    else:
        assert is_upright(page)


@pytest.mark.parametrize("packed", ["group3", "group4", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"])
def test_a_tiff_is_taken_however_it_is_packed(packed):
    mode = "1" if packed.startswith("group") else "RGB"
    page = read_one(written(drawing((1700, 2200), mode), "TIFF", compression=packed))
    assert page.height == 2200
    assert min(corners(page)[3]) > 240


def test_a_png_of_sixteen_bits_keeps_its_greys():
    greys = np.full((400, 400), 40_000, np.uint16)
    greys[:, 200:] = 10_000
    page = read_one(written(Image.fromarray(greys), "PNG"))
    assert [seen[0] for seen in corners(page)] == pytest.approx([156, 39, 156, 39], abs=3)


def test_what_cannot_be_seen_through_is_white_paper():
    for image in (
        Image.new("RGBA", (300, 300), (0, 0, 0, 0)),
        Image.new("LA", (300, 300), (0, 0)),
        Image.new("P", (300, 300), 0),
        Image.new("RGBA", (5000, 300), (0, 0, 0, 0)),
    ):
        options = {"transparency": 0} if image.mode == "P" else {}
        assert corners(read_one(written(image, "PNG", **options))) == [(255, 255, 255)] * 4
    assert (
        corners(read_one(written(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "WEBP", lossless=True)))
        == [(255, 255, 255)] * 4
    )


def swapped_profile():
    """A colour profile in which red is called blue: one sees at once whether it was followed."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    tags = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    profile[red + 4 : red + 12], profile[blue + 4 : blue + 12] = (
        profile[blue + 4 : blue + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile).replace("sRGB built-in".encode("utf-16-be"), "swap built-in".encode("utf-16-be"))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_colours_of_a_phone_with_a_profile_of_its_own_are_those_that_it_shows(format_):
    page = read_one(written(drawing(), format_, icc_profile=swapped_profile()))
    assert is_upright(page, (BLUE, GREEN, RED, WHITE), within=60)
    assert b"ICC" not in page.jpeg


@pytest.mark.parametrize("profile", [b"x", b"\0" * 128, swapped_profile()[:300], b"\xff" * 60_000])
def test_a_profile_that_is_broken_is_not_followed(profile):
    assert is_upright(read_one(written(drawing(), "JPEG", icc_profile=profile)))


def test_of_an_animation_the_first_picture_is_taken():
    others = [Image.new("RGB", SIZE, "black")] * 3
    for format_ in ("WEBP", "PNG"):
        data = written(drawing(), format_, save_all=True, append_images=others, duration=100)
        assert is_upright(read_one(data))


def test_a_photo_that_moves_and_one_with_a_second_picture_are_photos():
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5000)
    assert is_upright(read_one(written(drawing(), "JPEG") + film))
    pair = written(drawing(), "MPO", save_all=True, append_images=[Image.new("RGB", (300, 200), "black")])
    assert is_upright(read_one(pair))


def test_a_very_large_picture_is_kept_at_a_size_that_can_be_read():
    page = read_one(written(drawing((6000, 4000)), "JPEG"))
    assert (page.width, page.height) == (2400, 1600)
    page = read_one(written(drawing((6000, 4000)), "HEIC"))
    assert (page.width, page.height) == (2400, 1600)
    assert is_upright(page)


def test_a_picture_of_108_megapixels_is_taken_within_the_memory_of_the_cage():
    told = []
    (page,) = cage.read(written(drawing((12000, 9000)), "JPEG", quality=70), told=told.append)
    assert is_upright(page)
    assert told[0].peak <= 512 << 20


@pytest.mark.parametrize("pages", [1, 2, 20])
def test_each_page_of_a_scan_becomes_a_page(pages):
    sheets = [Image.new("L", (400, 500), 250 - 10 * n) for n in range(pages)]
    for format_ in ("TIFF", "PDF"):
        found = cage.read(written(sheets[0], format_, save_all=True, append_images=sheets[1:]))
        shades = [opened(page).convert("L").getpixel((100, 100)) for page in found]
        assert shades == pytest.approx([250 - 10 * n for n in range(pages)], abs=3)


def test_the_small_copies_inside_a_tiff_are_not_its_pages():
    small, out = Image.new("RGB", (210, 210), "black"), BytesIO()
    small.encoderinfo = {"tiffinfo": {0x00FE: 1}}
    drawing().save(out, "TIFF", save_all=True, append_images=[small])
    assert len(cage.read(out.getvalue())) == 1


def form(value=b"MARTIN", live=False):
    """A PDF form that somebody filled in; `live`: one that only Adobe Reader draws."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(600, 400))
    look = document.make_stream(b"/Tx BMC q 0 0 0.9 rg 0 0 200 100 re f Q EMC")
    look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    look.BBox = pikepdf.Array([0, 0, 200, 100])
    field = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("name"),
            V=pikepdf.String(value.decode()),
            Rect=pikepdf.Array([50, 50, 250, 150]),
            F=4,
            AP=pikepdf.Dictionary(N=look),
        )
    )
    page.Annots = document.make_indirect(pikepdf.Array([field]))
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    if live:
        document.Root.NeedsRendering = True
        document.Root.AcroForm.XFA = document.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_what_a_person_typed_into_a_form_is_seen():
    page = read_one(form())
    image = opened(page).convert("RGB")
    red, _green, blue = image.getpixel((page.width * 150 // 600, page.height * 300 // 400))
    assert blue > 150 > red


def test_a_pdf_that_is_locked_for_changes_only_is_read():
    assert len(cage.read(pdf(2, owner="a", user=""))) == 2


def test_a_pdf_with_lines_before_its_header_is_read():
    assert len(cage.read(b"X-From: a program\r\n" * 40 + pdf(1))) == 1


def hidden():
    """Each place of each sort of file where something can be hidden, with the same words in it."""
    words = b"SECRET-48.8566-2.3522"
    exif = Image.Exif()
    exif[0x010E] = words.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 23.0), 3: "E", 4: (2.0, 21.0, 7.0)})
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + words
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", words.decode())
    text.add_text("Zipped", words.decode(), zip=True)
    text.add_itxt("XML:com.adobe.xmp", words.decode())
    noted = pikepdf.open(BytesIO(pdf(1)))
    noted.docinfo["/Author"] = words.decode()
    noted.attachments["hidden.txt"] = words
    out = BytesIO()
    noted.save(out, compress_streams=False)
    return {
        "jpeg exif": written(drawing(), "JPEG", exif=exif),
        "jpeg comment": written(drawing(), "JPEG", comment=words),
        "jpeg xmp": written(drawing(), "JPEG", xmp=words),
        "jpeg iptc": written(
            drawing(), "JPEG", extra=b"\xff\xed" + struct.pack(">H", len(words) + 2) + words
        ),
        "jpeg tail": written(drawing(), "JPEG") + words,
        "png text": written(drawing(), "PNG", pnginfo=text, exif=exif),
        "png tail": written(drawing(), "PNG") + words,
        "webp": written(drawing(), "WEBP", exif=exif, xmp=words),
        "tiff": written(drawing(), "TIFF", tiffinfo={270: words.decode(), 315: words.decode(), 700: words}),
        "heic": written(drawing(), "HEIC", exif=exif.tobytes(), xmp=words),
        "pdf": out.getvalue(),
    }


HIDDEN = hidden()


@pytest.mark.parametrize("where", HIDDEN)
def test_nothing_that_a_file_hides_is_kept(where):
    assert b"SECRET" in HIDDEN[where]
    page = read_one(HIDDEN[where])
    for kept in (page.jpeg, page.thumb):
        assert b"SECRET" not in kept
        assert cage.is_ours(kept)
        with Image.open(BytesIO(kept)) as image:
            assert not image.getexif()
            assert not set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def office():
    """A document of a word processor, as far as its first bytes tell."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def png_head(width, height):
    """A PNG of that size in a few bytes."""
    head = struct.pack(">II", width, height) + b"\1\0\0\0\0"
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * min(height, 1000))
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return files.PNG + b"".join(
        struct.pack(">I", len(c)) + t + c + struct.pack(">I", zlib.crc32(t + c)) for t, c in chunks
    )


def brand(name):
    """The head of a file of ISO boxes."""
    return b"\0\0\0\x18ftyp" + name + b"\0\0\0\0mif1" + name + bytes(300)


REFUSED = [
    ("an empty file", b"", files.EMPTY),
    ("one byte", b"\xff", files.WRONG_TYPE),
    ("a text that says it is a picture", b"hello, I am a jpeg", files.WRONG_TYPE),
    ("a web page", b"<html><script>alert(1)</script>", files.WRONG_TYPE),
    ("an SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", files.WRONG_TYPE),
    ("a program", b"MZ\x90\0" + bytes(300), files.WRONG_TYPE),
    ("a GIF", b"GIF89a" + bytes(100), files.OTHER_PICTURE),
    ("a BMP", b"BM" + bytes(100), files.OTHER_PICTURE),
    ("an AVIF", brand(b"avif"), files.OTHER_PICTURE),
    ("a document of a word processor", office(), files.OFFICE),
    ("an old document of a word processor", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), files.OFFICE),
    ("a film", brand(b"qt  ").replace(b"mif1", b"mp42"), files.FILM),
    ("a JPEG that is cut", jpeg()[:2000], files.UNREADABLE),
    ("a JPEG head alone", b"\xff\xd8\xff\xe0" + bytes(50), files.UNREADABLE),
    ("a PNG head alone", files.PNG + bytes(50), files.UNREADABLE),
    ("a WebP head alone", b"RIFF\x40\0\0\0WEBPVP8 " + bytes(50), files.UNREADABLE),
    ("a TIFF head alone", b"II*\0\x08\0\0\0" + bytes(50), files.UNREADABLE),
    ("a HEIC head alone", brand(b"heic"), files.UNREADABLE),
    ("a PDF head alone", b"%PDF-1.7\n" + b"x" * 500, files.UNREADABLE),
    ("a HEIC that is cut", written(drawing(), "HEIC")[:-1000], files.UNREADABLE),
    ("a TIFF that is cut", written(drawing(), "TIFF")[: 600 * 400], files.UNREADABLE),
    ("a WebP that is cut", written(drawing(), "WEBP")[:300], files.UNREADABLE),
    ("a PDF with a password", pdf(owner="a", user="secret"), files.LOCKED),
    ("a form that only one program draws", form(live=True), files.LIVE_FORM),
    ("a PDF of 21 pages", pdf(21), files.TOO_MANY_PAGES),
    (
        "a TIFF of 21 pages",
        written(
            Image.new("1", (300, 300)), "TIFF", save_all=True, append_images=[Image.new("1", (300, 300))] * 20
        ),
        files.TOO_MANY_PAGES,
    ),
    ("a PDF of a hair's width", pdf(1, (14400, 3)), files.TOO_SMALL),
    ("a picture of 100 pixels", png("RGB", (100, 100)), files.TOO_SMALL),
    ("a pixel flood", png_head(50_000, 50_000), files.TOO_MANY_PIXELS),
    ("20 MB and one byte", files.JPEG + bytes(files.LIMIT - 2), files.TOO_BIG),
]


@pytest.mark.parametrize(("what", "data", "sentence"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused_with_what_to_do(what, data, sentence):
    with pytest.raises(files.Refused) as refusal:
        cage.read(data)
    assert refusal.value.sentence == sentence
    assert any(word in sentence.lower() for word in ("choisissez", "prenez", "gardez", "enregistrez"))


def test_every_sentence_can_be_said_and_is_tried_here():
    tried = {sentence for _, _, sentence in REFUSED}
    assert files.SENTENCES - tried == {files.NO_PAGE, files.TOO_HEAVY}


def nested_pdf(levels=6, width=10):
    """A PDF of 2 KB whose forms draw each other: a million drawings."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(600, 800))
    inner = pikepdf.Stream(document, b"0 0 1 1 re f " * width)
    drawn = document.make_indirect(inner)
    drawn.stream_dict.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form})
    drawn.stream_dict["/BBox"] = pikepdf.Array([0, 0, 600, 800])
    for _ in range(levels):
        outer = document.make_indirect(pikepdf.Stream(document, b"/X Do " * width))
        outer.stream_dict["/Type"], outer.stream_dict["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Form
        outer.stream_dict["/BBox"] = pikepdf.Array([0, 0, 600, 800])
        outer.stream_dict["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawn))
        drawn = outer
    page = document.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawn))
    page.Contents = document.make_stream(b"/X Do")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_small_file_that_would_take_for_ever_is_given_up_with_a_sentence():
    own = cage.Cage({"pages": cage.TASKS["pages"]}, cage.Limits(cpu_s=2))
    try:
        with pytest.raises(files.Refused) as refusal:
            own.read(nested_pdf(7, 10))
    finally:
        own.close()
    assert refusal.value.sentence == files.TOO_HEAVY


@pytest.mark.parametrize("format_", ["PNG", "TIFF"])
def test_a_picture_that_unpacks_to_hundreds_of_megabytes_is_given_up_within_its_memory(format_):
    told = []
    options = {"compression": "tiff_adobe_deflate"} if format_ == "TIFF" else {}
    data = written(Image.new("RGB", (10900, 10900)), format_, **options)
    with pytest.raises(files.Refused):
        cage.read(data, told=told.append)
    assert told[0].peak <= 512 << 20
