"""Any file that somebody may send goes through the cage: what comes of it stands in tests/vision."""

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


def test_a_file_announced_bigger_than_what_came_is_refused():
    with pytest.raises(intake.Refused, match="20 Mo"):
        intake.read(jpeg(300, 400), size=LIMIT + 1)


def test_a_picture_comes_in_as_one_page_and_a_pdf_as_its_pages():
    (page,) = intake.read(png())
    with Image.open(BytesIO(page.jpeg)) as image:
        assert (image.format, image.size) == ("JPEG", (400, 500))
    assert [(page.width, page.height) for page in intake.read(pdf(3))] == [(1653, 2339)] * 3


def test_a_page_that_was_kept_before_has_neither_thumbnail_nor_measures():
    page = intake.Page(b"jpeg", 300, 400)
    assert (page.jpeg, page.thumb, page.width, page.height, page.said) == (b"jpeg", b"", 300, 400, {})
