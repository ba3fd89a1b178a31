"""Sheets as people send them: printed, a photo glued on, signed, then scanned askew, turned, grey or noisy."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from permis.design import paper
from permis.vision import layout

CODE = "TP1;FPS;TP-7K4M-92QX;1;ABCDEFGHJK"
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 150, 50), (40, 60, 190), (210, 190, 40)


def box(frame):
    """A frame as the paper reads it."""
    return {"x": frame.x, "y": frame.y, "width": frame.width, "height": frame.height}


def data(code=CODE, **changes):
    """What a sheet says."""
    return {
        "banner": "Démonstration, sans valeur officielle",
        "reference": "TP-7K4M-92QX",
        "names": "Léa Jeanne Inès Moreau",
        "steps": ["Imprimez.", "Collez.", "Signez.", "Postez."],
        "send_to": ["Centre d’instruction", "12 rue de la Poste", "35000 Rennes"],
        "before": "Elle doit arriver le mercredi 23 décembre 2026 au plus tard.",
        "alt": "Code de la demande TP-7K4M-92QX",
        "place": {
            "main": box(layout.MAIN),
            "photo": box(layout.PHOTO),
            "signature": box(layout.SIGNATURE),
            "corners": [box(frame) for frame in layout.CORNERS.values()],
        },
        "main": layout.matrix(code),
        "corners": [layout.matrix(text) for text in layout.CORNERS],
        **changes,
    }


def printed(code=CODE, **changes):
    """The sheet as a PDF."""
    return paper.render("fps", data(code, **changes), on=dt.date(2026, 11, 23))


def drawn(pdf, dpi):
    """The first page of a PDF, in pixels."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
    document.close()
    return image


def face(dpi):
    """An identity photo of 35 by 45 mm whose four corners have four colours."""
    width, height = round(35 * dpi / 25.4), round(45 * dpi / 25.4)
    image = Image.new("RGB", (width, height), (203, 213, 223))
    pen = ImageDraw.Draw(image)
    pen.ellipse((width * 0.25, height * 0.2, width * 0.75, height * 0.75), fill=(214, 170, 140))
    pen.rectangle((width * 0.25, height * 0.15, width * 0.75, height * 0.3), fill=(60, 40, 30))
    pen.rectangle((width * 0.15, height * 0.78, width * 0.85, height), fill=(90, 95, 100))
    w, h = width * 0.14, height * 0.11
    for at, colour in (
        ((0, 0), RED),
        ((width - w, 0), GREEN),
        ((width - w, height - h), BLUE),
        ((0, height - h), YELLOW),
    ):
        pen.rectangle((*at, at[0] + w, at[1] + h), fill=colour)
    return image


def filled(pdf, dpi, *, photo=True, signature=True, away=(0.0, 0.0), turn=0.0, ink=(20, 25, 60)):
    """The sheet with a photo glued on (`away` millimetres from its place, turned by `turn` degrees), and signed."""
    image = drawn(pdf, dpi)
    px = dpi / 25.4
    if photo:
        glued = face(dpi).convert("RGBA").rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
        x = (layout.PHOTO.x + layout.PHOTO.width / 2 + away[0]) * px - glued.width / 2
        y = (layout.PHOTO.y + layout.PHOTO.height / 2 + away[1]) * px - glued.height / 2
        image.paste(glued, (round(x), round(y)), glued)
    if signature:
        along = np.linspace(0, 1, 240)
        xs = (layout.SIGNATURE.x + 16 + along * 60) * px
        ys = (layout.SIGNATURE.y + 17 + np.sin(along * 25) * 9 * (1 - along * 0.6)) * px
        ImageDraw.Draw(image).line(list(zip(xs, ys, strict=True)), fill=ink, width=max(2, round(0.5 * px)))
    return np.asarray(image)


def tilted(pixels, degrees):
    """Laid askew on the glass of the scanner."""
    height, width = pixels.shape[:2]
    how = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cos, sin = abs(how[0, 0]), abs(how[0, 1])
    size = (int(height * sin + width * cos), int(height * cos + width * sin))
    how[:, 2] += np.array(size) / 2 - (width / 2, height / 2)
    return cv2.warpAffine(pixels, how, size, borderValue=(246, 246, 246))


def quarter(pixels, times):
    """Turned by quarters."""
    return np.ascontiguousarray(np.rot90(pixels, times))


def grey(pixels):
    """By a scanner without colour."""
    return np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)


def noisy(pixels, amount, seed=7):
    """By a tired scanner."""
    noise = np.random.default_rng(seed).normal(0, amount, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def squeezed(pixels, quality):
    """As a JPEG of low quality."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out))


def pale(pixels):
    """Printed with the last of the toner, on paper that is not white."""
    return np.clip(pixels * 0.7 + 55, 0, 255).astype(np.uint8)


def at_scale(pixels, times):
    """Printed a little smaller or larger, as « adjust to the page » does: the page keeps its size."""
    height, width = pixels.shape[:2]
    how = np.float32([[times, 0, width * (1 - times) / 2], [0, times, height * (1 - times) / 2]])
    return cv2.warpAffine(pixels, how, (width, height), borderValue=(255, 255, 255), flags=cv2.INTER_AREA)


def as_pdf(*pages, dpi=200, quality=85):
    """A scan of several pages."""
    images = [Image.fromarray(page) for page in pages]
    out = BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=dpi, quality=quality)
    return out.getvalue()


def corners_of(picture):
    """The mean colours near the four corners: top left, top right, bottom right, bottom left."""
    height, width = picture.shape[:2]
    rows = (slice(int(height * 0.03), int(height * 0.08)), slice(int(height * 0.92), int(height * 0.97)))
    columns = (slice(int(width * 0.03), int(width * 0.1)), slice(int(width * 0.9), int(width * 0.97)))
    places = ((0, 0), (0, 1), (1, 1), (1, 0))
    return [tuple(picture[rows[r], columns[c]].mean((0, 1))) for r, c in places]
