"""Files for the antivirus engines: papers as people have them, and the same with something that attacks."""

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
import pillow_heif
from PIL import ExifTags, Image, ImageDraw, TiffImagePlugin

from permis.adapters.antivirus import TEST_FILE

pillow_heif.register_heif_opener()
XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1">%s</rdf:Description>'
    b'</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"\0\0\0\x08free" + struct.pack(">I", 40_008) + b"mdat"


def noise(size: int, seed: int = 7) -> bytes:
    """Bytes as a compressed picture has them, the same at each run."""
    return random.Random(seed).randbytes(size)


def image(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A page with something on it."""
    made = Image.effect_noise((width, height), 60).convert(mode)
    ImageDraw.Draw(made).text((20, 20), "Facture", fill=made.getpixel((0, 0)))
    return made


def saved(form: str, made: Image.Image | None = None, **options: object) -> bytes:
    """The bytes of a picture in this form."""
    out = io.BytesIO()
    (made or image()).save(out, form, **options)
    return out.getvalue()


def jpeg(**options: object) -> bytes:
    """A JPEG of a telephone."""
    return saved("JPEG", **options)


def exif(**words: object) -> bytes:
    """The block of a telephone: make, position, a long note of the maker."""
    block = Image.Exif()
    block[ExifTags.Base.Make], block[ExifTags.Base.Model] = "Xiaomi", "M2007J20CG"
    block[ExifTags.Base.Orientation] = 6
    for name, value in words.items():
        block[ExifTags.Base[name]] = value
    block.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    block.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = noise(30_000)
    return block.tobytes()


def segment(marker: int, content: bytes, to: bytes | None = None) -> bytes:
    """A JPEG with one more segment after its first two bytes."""
    picture = to or jpeg()
    return picture[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + picture[2:]


def archive(name: str = "lettre.docx", content: bytes = b"bonjour", **more: bytes) -> bytes:
    """A ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
        for other, inside in more.items():
            made.writestr(other.replace("__", "/").replace("_bin", ".bin"), inside)
    return out.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, *, pages: int = 1, **options: object) -> bytes:
    """A scanned PDF: a picture a page; `change` is given it before it is saved."""
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
        picture = pikepdf.Stream(made, jpeg())
        picture.update(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": 640,
                "/Height": 480,
                "/ColorSpace": pikepdf.Name.DeviceRGB,
                "/BitsPerComponent": 8,
                "/Filter": pikepdf.Name.DCTDecode,
            }
        )
        page = made.pages[-1]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        page.Contents = pikepdf.Stream(made, b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    if change:
        change(made)
    made.save(out, **options)
    return out.getvalue()


def put(name: str, value: str) -> Callable[[pikepdf.Pdf], None]:
    """A change: this value (in the words of PDF) in the catalogue."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root[name] = pikepdf.Object.parse(value.encode())

    return change


def attached(name: str, content: bytes) -> Callable[[pikepdf.Pdf], None]:
    """A change: a document attached."""

    def change(made: pikepdf.Pdf) -> None:
        made.attachments[name] = content

    return change


def stream(content: bytes, said: bytes = b"", name: bytes = b"") -> bytes:
    """A small PDF by hand with one stream as it stands, `said` in its dictionary."""
    return (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + name + b">>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
        b"3 0 obj\n<</Length "
        + str(len(content)).encode()
        + said
        + b">>\nstream\n"
        + content
        + b"\nendstream\n"
        b"endobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
    )


def program() -> bytes:
    """The heads of a Windows program, and nothing that could run."""
    return b"MZ" + bytes(58) + struct.pack("<I", 128) + bytes(64) + b"PE\0\0\x64\x86" + bytes(200)


def elf() -> bytes:
    """The head of a Linux program."""
    return b"\x7fELF\2\1\1" + bytes(9) + b"\3\0\x3e\0\1\0\0\0" + bytes(100)


def deflated(content: bytes) -> bytes:
    """As PDF packs."""
    return zlib.compress(content)


FLATE = b"/Filter/FlateDecode"


def eicar_in_many_places() -> dict[str, bytes]:
    """The test file of the industry, where every engine must find it."""
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + XMP % TEST_FILE
    return {
        "alone": TEST_FILE,
        "in a stream of a PDF": stream(deflated(TEST_FILE), FLATE),
        "in a stream of a PDF, not packed": stream(TEST_FILE),
        "in the EXIF comment": jpeg(exif=exif(UserComment=b"ASCII\0\0\0" + TEST_FILE)),
        "in the XMP": segment(0xE1, xmp),
        "in a comment": segment(0xFE, TEST_FILE),
        "after a JPEG": jpeg() + TEST_FILE,
        "after a PNG": saved("PNG") + TEST_FILE,
        "after a HEIC": saved("HEIF") + TEST_FILE,
        "after five megabytes": jpeg() + noise(5 << 20) + TEST_FILE,
    }


def attacks() -> dict[str, tuple[str, bytes]]:
    """What the embedded rules find: a name, the rule, the file."""
    picture, paper = jpeg(), pdf()
    macro = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "_VBA_PROJECT".encode("utf-16-le")
    shortcut = bytes.fromhex("4c0000000114020000000000c000000000000046")
    launch = "<</S /Launch /Win <</F (cmd.exe) /P (/c calc)>>>>"
    packed = deflated(b"/S /Launch /F (Facture.PDF.exe)")
    spray = 'var s = unescape("' + "%u9090" * 12 + '");'
    swf = b"FWS\x09" + struct.pack("<I", 90) + bytes(82)
    return {
        "test file, ASCII85 over Flate": (
            "Eicar_Test",
            stream(
                base64.a85encode(deflated(TEST_FILE)) + b"~>",
                b"/Filter[/ASCII85Decode/FlateDecode]",
            ),
        ),
        "test file, hexadecimal": (
            "Eicar_Test",
            stream(TEST_FILE.hex().encode() + b">", b"/Filter/ASCIIHexDecode"),
        ),
        "test file, checksum cut off": ("Eicar_Test", stream(deflated(TEST_FILE)[:-4], FLATE)),
        "test file, a wide comment": (
            "Eicar_Test",
            jpeg(exif=exif(XPComment=TEST_FILE.decode().encode("utf-16-le"))),
        ),
        "test file, attached": ("Eicar_Test", pdf(attached("lettre.txt", TEST_FILE))),
        "Windows program alone": ("Program_Windows", program()),
        "Windows program after a JPEG": ("Program_Windows", picture + program()),
        "Windows program attached": ("Program_Windows", pdf(attached("notice.pdf", program()))),
        "Linux program in a comment": ("Program_Linux", segment(0xFE, elf())),
        "Linux program after a PNG": ("Program_Linux", saved("PNG") + elf()),
        "Mac program after a PNG": (
            "Program_Mac",
            saved("PNG") + bytes.fromhex("cffaedfe0c000001000000000200000010000000"),
        ),
        "Java class after a JPEG": (
            "Program_Java",
            picture + bytes.fromhex("cafebabe0000003d001d0a0002000307000401"),
        ),
        "shortcut attached": ("Program_Shortcut", pdf(attached("a.pdf", shortcut + bytes(60)))),
        "ZIP after a JPEG": ("Archive_Behind", picture + archive()),
        "ZIP after a WebP": ("Archive_Behind", saved("WEBP") + archive()),
        "ZIP in a comment to the end": ("Archive_Behind", picture + archive() + b"\0" * 40),
        "RAR after a JPEG": ("Archive_Behind", picture + b"Rar!\x1a\7\1\0" + noise(500)),
        "7z after a TIFF": ("Archive_Behind", saved("TIFF") + b"7z\xbc\xaf\x27\x1c\0\4" + noise(300)),
        "ZIP after a PDF": ("Archive_Behind", paper + archive()),
        "RAR after a PDF": ("Archive_Behind", paper + b"Rar!\x1a\7\0" + noise(500)),
        "HTML after a JPEG": ("Script_In_A_Picture", picture + b"<html><script>alert(1)</script></html>"),
        "script in a PNG's text": ("Script_In_A_Picture", saved("PNG") + b"<SCRIPT SRC=//x></SCRIPT>"),
        "PHP in a comment": ("Script_In_A_Picture", segment(0xFE, b"<?php system($_GET['c']); ?>")),
        "GIF with a script": ("Script_In_A_Picture", saved("GIF", image().convert("P")) + b"/*<script>*/=1;"),
        "event in the XMP": (
            "Script_In_A_Picture",
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP % b"<img src=x onerror=alert(1)>"),
        ),
        "PDF behind a page of the web": ("Pdf_Behind_Or_Before", b"<!DOCTYPE html><p>" + b" " * 880 + paper),
        "PDF behind the head of a program": ("Pdf_Behind_Or_Before", b"MZ" + bytes(900) + paper),
        "script after a PDF": ("Pdf_Behind_Or_Before", paper + b"<script>alert(1)</script>"),
        "HTA": ("Script_Of_Windows", b"<html><HTA:APPLICATION id=a></html>"),
        "WScript": ("Script_Of_Windows", b'Set s = CreateObject("WScript.Shell")\r\ns.Run "calc"'),
        "PowerShell after a picture": (
            "Script_Of_Windows",
            picture + b"powershell -w hidden -enc " + b"QUJD" * 9,
        ),
        "MHT with an HTA": (
            "Script_Of_Windows",
            b"MIME-Version: 1.0\r\nContent-Type: application/hta\r\n\r\n",
        ),
        "drawing with a script": (
            "Script_In_Svg",
            b'<?xml version="1.0"?><svg xmlns="x"><script>a()</script></svg>',
        ),
        "drawing with an event": ("Script_In_Svg", b'<svg width="1"\n onload="a()"></svg>'),
        "old Word with a macro": ("Macro_Of_Office", macro),
        "new Word with a macro": (
            "Macro_Of_Office",
            archive("[Content_Types].xml", b"x", word__vbaProject_bin=b"macro"),
        ),
        "macro in a web archive": ("Macro_Of_Office", b"MIME-Version: 1.0\r\n\r\nQWN0aXZlTWltZQAAAfAEAAAA"),
        "RTF with an object": ("Macro_Of_Rtf", rb"{\rtf1{\object\objautlink\objupdate{\*\objdata 0105}}}"),
        "PDF that starts a program": ("Pdf_Starts_A_Program", pdf(put("/OpenAction", launch))),
        "the same, in a packed object": (
            "Pdf_Starts_A_Program",
            pdf(put("/OpenAction", launch), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        ),
        "the same, by hand": ("Pdf_Starts_A_Program", stream(packed, FLATE)),
        "the same, its letters disguised": (
            "Pdf_Starts_A_Program",
            stream(b"x", name=b"/OpenAction<</S/#4Caun#63h/F(a.vbs)>>"),
        ),
        "PDF with a script attached": ("Pdf_Starts_A_Program", pdf(attached("notice.vbs", b"x = 1"))),
        "PDF with a script of a page attached": (
            "Pdf_Starts_A_Program",
            pdf(attached("notice.js", b"x = 1")),
        ),
        "PDF that attacks its reader": (
            "Pdf_Script_That_Attacks",
            stream(deflated(b"this.a = Collab.getIcon(b);"), FLATE),
        ),
        "PDF that fills the memory": ("Pdf_Script_That_Attacks", stream(deflated(spray.encode()), FLATE)),
        "PDF that starts its attachment": (
            "Pdf_Script_That_Attacks",
            stream(deflated(b'this.exportDataObject({ cName: "a", nLaunch: 2 });'), FLATE),
        ),
        "PDF with Flash": ("Pdf_Flash", stream(deflated(swf), FLATE)),
    }


def papers() -> dict[str, bytes]:
    """What people really send: none of it is a virus."""
    picture, paper = jpeg(), pdf()
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + XMP % b"<dc:description>Ma carte &lt;verso&gt;</dc:description>"
    video = MP4 + noise(40_000)
    trailer = (
        b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data"
        + video
        + b"SEFH\x6b\0\0\0\1\0\0\0\0\0\x30\x0a"
        + bytes(12)
        + b"SEFT"
    )
    icc = (b"\0\0\2\x0cappl\2\x10\0\0mntrRGB XYZ " + noise(480))[:524]
    wide = image(2000, 1500)
    cerfa = (
        "<</S /JavaScript /JS (if \\(event.value.length != 5\\) app.alert\\('Code postal ?'\\);"
        "AFNumber_Format\\(2, 0, 0, 0, '', true\\);)>>"
    )
    xfa = (
        b'<template xmlns="http://www.xfa.org/schema/xfa-template/3.0/"><subform><event activity="initialize">'
        b'<script contentType="application/x-javascript">this.rawValue = 1;</script></event></subform></template>'
    )
    invoice = b'<?xml version="1.0" encoding="UTF-8"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece">'
    many = [image(400, 560, "1") for _ in range(3)]
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[270] = "Scanné le 23/11/2026"
    heif = pillow_heif.from_pillow(image())
    live = io.BytesIO()
    heif.save(live, quality=60)
    word = (
        "<</Type /Annot /Subtype /Link /A <</S /Launch /F (../Documents/attestation.odt) /NewWindow true>>>>"
    )
    return {
        "an ordinary JPEG": picture,
        "a progressive JPEG": jpeg(progressive=True, quality=95),
        "a JPEG in grey": saved("JPEG", image(mode="L")),
        "a JPEG for print": saved("JPEG", image(mode="CMYK")),
        "a JPEG of twenty megabytes": segment(0xFE, b"x") + noise(20 << 20),
        "a JPEG with a maker's note and a position": jpeg(exif=exif()),
        "a JPEG with a comment in French": jpeg(
            exif=exif(UserComment="ASCII\0\0\0Carte d’identité, recto".encode())
        ),
        "a JPEG with XMP": segment(0xE1, xmp),
        "a JPEG with extended XMP of a depth map": segment(
            0xE1,
            b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 40 + b"GDepth:Data=" + b"/9j/4AAQSkZJRg" * 3000,
        ),
        "a JPEG with a profile": jpeg(icc_profile=icc),
        "a JPEG with captions of an agency": segment(
            0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\0\x20\x1c\2\x78\0\x18Photo <b>officielle</b> HTML"
        ),
        "a JPEG of Photoshop": segment(0xFE, b"File written by Adobe Photoshop\xa8 5.2"),
        "a JPEG of a web page about scripts": segment(
            0xFE, b"capture de https://exemple.fr/html/script.php?a=<b>"
        ),
        "a JPEG with a second picture (gain map)": picture + jpeg(quality=40),
        "a motion photo of Google": segment(0xE1, xmp) + video,
        "a motion photo of Samsung": segment(0xE1, xmp) + trailer,
        "a JPEG of a telephone with its journal": picture
        + b'{"mirror":false,"sensor_type":"rear","AIScene":30}' * 9,
        "a JPEG padded with zeros": picture + bytes(8000),
        "a JPEG cut short": picture[:-4000],
        "a JPEG with the words of programs": segment(0xFE, b"MZ PE ELF PK Rar CAFEBABE %PDF- %%EOF"),
        "a PNG": saved("PNG"),
        "a PNG with transparency": saved("PNG", image(mode="RGBA")),
        "a PNG of a screen": saved("PNG", wide.quantize(64)),
        "a PNG of sixteen bits": saved("PNG", image(mode="L").convert("I;16")),
        "a PNG with words": saved("PNG") + b"\0\0\0\x13tEXtSoftware\0Screenshot" + bytes(4),
        "a WebP": saved("WEBP"),
        "a WebP without loss, with EXIF and XMP": saved("WEBP", lossless=True, exif=exif(), xmp=XMP % b""),
        "a HEIC": live.getvalue(),
        "a HEIC of an iPhone with EXIF": saved("HEIF", exif=exif()),
        "an AVIF": saved("AVIF"),
        "a TIFF": saved("TIFF", tiffinfo=tags),
        "a TIFF of a scanner, three pages": saved(
            "TIFF", many[0], save_all=True, append_images=many[1:], compression="group4"
        ),
        "a TIFF with LZW": saved("TIFF", compression="tiff_lzw"),
        "a TIFF with JPEG inside": saved("TIFF", compression="jpeg"),
        "a GIF": saved("GIF", image().convert("P")),
        "a BMP": saved("BMP"),
        "a scanned PDF": paper,
        "a scanned PDF of twenty pages": pdf(pages=20),
        "a PDF of Pillow": saved("PDF"),
        "a PDF of a fax": saved("PDF", many[0], save_all=True, append_images=many[1:]),
        "a PDF in packed objects": pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "a PDF for the web": pdf(linearize=True),
        "a PDF with a password": pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")),
        "a PDF that nobody may print": pdf(encryption=pikepdf.Encryption(user="", owner="secret")),
        "a PDF that opens on a page": pdf(put("/OpenAction", "[0 /Fit]")),
        "a PDF that opens at a size": pdf(put("/OpenAction", "<</S /GoTo /D [0 /XYZ null null 1]>>")),
        "a form without script": pdf(put("/AcroForm", "<</Fields [] /NeedAppearances true>>")),
        "a form of the State with its script": pdf(put("/OpenAction", cerfa)),
        "a form in XFA": stream(deflated(xfa), FLATE, b"/AcroForm<</XFA 3 0 R>>"),
        "an electronic invoice": pdf(attached("factur-x.xml", invoice)),
        "an invoice with its details as a ZIP": pdf(attached("details.zip", archive())),
        "a PDF with a ZIP inside, not packed": stream(archive(), b"/Type/EmbeddedFile"),
        "a PDF with a video": pdf(put("/Media", "<</Subtype /RichMedia /Title (film)>>")),
        "a PDF of LibreOffice with a link to a document": pdf(put("/Link", word)),
        "a PDF with links": pdf(put("/Link", "<</S /URI /URI (https://exemple.fr/setup.exe)>>")),
        "a PDF with XMP": stream(XMP % b"<pdf:Producer>Scan</pdf:Producer>", b"/Type/Metadata/Subtype/XML"),
        "a PDF about scripts": stream(
            deflated(b"BT (La balise <script> et PHP, powershell, cmd.exe) Tj ET"), FLATE
        ),
        "a signed PDF": stream(b"x", name=b"/ByteRange[0 10 20 30]/Contents<" + b"30820a" * 2000 + b">"),
        "a PDF behind the words of a printer": b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + paper,
        "a PDF behind a mark of order": b"\xef\xbb\xbf\r\n" + paper,
        "a PDF and line ends": paper + b"\r\n\r\n" + bytes(600),
        "a PDF saved twice": paper + b"4 0 obj\n<</Note (ajout)>>\nendobj\ntrailer\n<</Prev 1>>\n%%EOF\n",
        "a PDF with a page in ASCII85": stream(
            base64.a85encode(deflated(b"BT (Bonjour) Tj ET")) + b"~>",
            b"/Filter[/ASCII85Decode/FlateDecode]",
        ),
        "a PDF with a stream of noise": stream(noise(300_000)),
        "a PDF with a white page of 25 megabytes": stream(
            deflated(b"\xff" * (25 << 20)), FLATE + b"/Subtype/Image/Width 2480/Height 3508"
        ),
        "nothing": b"",
        "one byte": b"\xff",
        "a text": b"Bonjour, voici mon justificatif.",
        "a page of the web": b"<!DOCTYPE html><html><body><script>track()</script>Votre facture</body></html>",
        "a page with a drawing inside": b"<html><body><svg onload='x()'><path/></svg></body></html>",
        "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
        "a Word document": archive("word/document.xml", b"<w:document/>"),
        "an old Word document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(4000),
        "an RTF": rb"{\rtf1\ansi Bonjour\par}",
        "an archive": archive("carte.jpg", picture),
        "a mail": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nBonjour",
        "noise": noise(200_000, seed=11),
    }
