"""A sheet that came by post is read whatever way it was scanned, and its code is read or not, never guessed."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from permis.vision import cage, files, layout, sheet
from tests.vision import sheets

BLANK = sheets.printed()
BOTH = [("photo", sheets.CODE, True, False), ("signature", sheets.CODE, True, False)]


def told(cuts):
    """What is said of each picture."""
    return [(cut.side, cut.code, cut.sure, cut.empty) for cut in cuts]


def upright(photo):
    """Whether the four coloured corners of the photo stand where they should."""
    expected = (sheets.RED, sheets.GREEN, sheets.BLUE, sheets.YELLOW)
    found = sheets.corners_of(photo)
    return all(np.abs(np.array(a) - np.array(b)).max() < 70 for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("tilt", [-10, -3, 0, 5, 10])
@pytest.mark.parametrize("dpi", [150, 200])
def test_a_scan_is_cut_whatever_its_turn_and_its_tilt(dpi, tilt, turn):
    scan = sheets.quarter(sheets.tilted(sheets.filled(BLANK, dpi), tilt), turn)
    photo, signature = cuts = sheet.cuts(scan, 1)
    assert told(cuts) == BOTH
    assert upright(photo.rgb)
    assert abs(photo.rgb.shape[1] - 35 * dpi / 25.4) < 8
    assert signature.rgb.shape == (400, 1200, 3)


def test_at_300_dots_an_inch_the_photo_has_more_than_300_pixels_across():
    photo, _ = sheet.cuts(sheets.tilted(sheets.filled(BLANK, 300), 4), 1)
    assert photo.rgb.shape[1] >= 400
    assert upright(photo.rgb)


@pytest.mark.parametrize(
    "spoilt",
    [
        sheets.grey,
        sheets.pale,
        lambda p: sheets.noisy(p, 14),
        lambda p: sheets.squeezed(p, 30),
        lambda p: sheets.at_scale(p, 0.95),
        lambda p: sheets.at_scale(p, 1.05),
        lambda p: sheets.noisy(sheets.pale(sheets.grey(sheets.at_scale(p, 0.95))), 8),
    ],
    ids=["grey", "pale", "noise", "jpeg", "95 %", "105 %", "all at once"],
)
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_a_poor_scan_is_read_all_the_same(dpi, spoilt):
    scan = spoilt(sheets.tilted(sheets.filled(BLANK, dpi), 3))
    assert told(sheet.cuts(scan, 1)) == BOTH


@pytest.mark.parametrize(("away", "turn"), [((0, 0), 0), ((2, -2), 3), ((-2.5, 1.5), -4)])
def test_a_photo_glued_a_little_askew_is_cut_at_its_own_edges(away, turn):
    photo, _ = sheet.cuts(sheets.tilted(sheets.filled(BLANK, 200, away=away, turn=turn), -2), 1)
    assert not photo.empty
    assert upright(photo.rgb)


def test_an_empty_frame_is_said():
    for photo, signature in ((False, True), (True, False), (False, False)):
        scan = sheets.noisy(sheets.tilted(sheets.filled(BLANK, 200, photo=photo, signature=signature), 2), 8)
        found = {cut.side: cut.empty for cut in sheet.cuts(scan, 1)}
        assert found == {"photo": not photo, "signature": not signature}


def test_a_signature_comes_out_black_on_white():
    for ink in ((20, 20, 20), (40, 60, 150), (90, 90, 95)):
        _, signature = sheet.cuts(sheets.pale(sheets.filled(BLANK, 200, ink=ink)), 1)
        pixels = signature.rgb[..., 0]
        assert (pixels > 250).mean() > 0.85
        assert (pixels < 60).mean() > 0.005


def without(scan, *frames, dpi=200):
    """The scan with these codes hidden, as by a thumb or a stamp."""
    spoilt = scan.copy()
    for frame in frames:
        x, y = int(frame.x * dpi / 25.4) - 4, int(frame.y * dpi / 25.4) - 4
        side = int(frame.width * dpi / 25.4) + 8
        spoilt[y : y + side, x : x + side] = 120
    return spoilt


def test_one_corner_hidden_changes_nothing():
    scan = sheets.filled(BLANK, 200)
    for frame in layout.CORNERS.values():
        assert told(sheet.cuts(without(scan, frame), 1)) == BOTH


def test_with_the_main_code_alone_it_is_cut_and_said_to_be_less_sure():
    scan = without(sheets.filled(BLANK, 200), *layout.CORNERS.values())
    cuts = sheet.cuts(sheets.quarter(scan, 1), 1)
    assert told(cuts) == [("photo", sheets.CODE, False, False), ("signature", sheets.CODE, False, False)]
    assert upright(cuts[0].rgb)


def test_with_the_corners_alone_the_pictures_are_cut_and_nobody_is_named():
    cuts = sheet.cuts(without(sheets.filled(BLANK, 200), layout.MAIN), 1)
    assert told(cuts) == [("photo", "", True, False), ("signature", "", True, False)]


def test_a_page_without_a_code_is_given_whole():
    plain = sheets.filled(sheets.printed(), 150)
    hidden = without(plain, layout.MAIN, *layout.CORNERS.values(), dpi=150)
    (cut,) = sheet.cuts(hidden, 4)
    assert (cut.side, cut.code, cut.sure, cut.page) == ("page", "", False, 4)
    assert cut.rgb.shape == hidden.shape


def test_two_main_codes_on_one_page_name_nobody():
    one, other = (
        sheets.filled(BLANK, 150),
        sheets.filled(sheets.printed("TP1;FPS;TP-0000-0000;1;ZZZZZZZZZZ"), 150),
    )
    both = np.concatenate([one, other], axis=1)
    (cut,) = sheet.cuts(both, 1)
    assert (cut.side, cut.code) == ("page", "")


def test_a_code_of_somebody_else_is_no_code_of_ours():
    scan = sheets.filled(sheets.printed("https://exemple.fr/une/autre/chose"), 200)
    assert {cut.code for cut in sheet.cuts(scan, 1)} == {""}


def test_the_codes_that_are_drawn_are_those_that_are_read():
    for text in (sheets.CODE, *layout.CORNERS):
        (side,), *runs = layout.matrix(text)
        modules = np.full((side + 4, side + 4), 255, np.uint8)
        for column, row, length in runs:
            modules[row + 2, column + 2 : column + 2 + length] = 0
        large = np.kron(modules, np.ones((8, 8), np.uint8))
        assert [code.text for code in zxingcpp.read_barcodes(large)] == [text]


def test_nothing_else_stands_where_the_frames_are_even_for_long_names():
    long = sheets.printed(
        names="Marie-Élisabeth Anne Joséphine Wilhelmine Augustine de La Rochefoucauld-Montbel d’Estissac-Liancourt",
        steps=[
            "Une étape assez longue pour tenir sur deux lignes de la feuille, au moins." for _ in range(5)
        ],
        send_to=[
            "Centre d’expertise et de ressources titres",
            "Cité administrative",
            "Bâtiment B",
            "35000 Rennes",
        ],
    )
    page = np.asarray(sheets.drawn(long, 100).convert("L"))
    px = 100 / 25.4
    for frame in (layout.PHOTO, layout.SIGNATURE):
        inner = frame.inside(1)
        part = page[
            int(inner.y * px) : int((inner.y + inner.height) * px),
            int(inner.x * px) : int((inner.x + inner.width) * px),
        ]
        assert part.min() == 255
    assert set(sheet.codes(np.asarray(sheets.drawn(long, 150).convert("L")))) == {
        sheets.CODE,
        *layout.CORNERS,
    }


def test_in_the_cage_a_scan_of_three_sheets_gives_six_pictures():
    pages = [sheets.tilted(sheets.filled(BLANK, 200), tilt) for tilt in (0, 2)]
    made = cage.read(sheets.as_pdf(*pages, sheets.quarter(pages[0], 2)), "sheet")
    assert [(one.said["page"], one.said["side"], one.said["code"]) for one in made] == [
        (page, side, sheets.CODE) for page in (1, 2, 3) for side in ("photo", "signature")
    ]
    for one in made:
        assert cage.is_ours(one.jpeg, one.width, one.height)
        assert one.said["measures"]


def test_a_scan_of_too_many_pages_is_refused_with_what_to_do():
    page = np.full((400, 300, 3), 255, np.uint8)
    with pytest.raises(files.Refused) as refused:
        cage.read(sheets.as_pdf(*[page] * 11), "sheet")
    assert refused.value.sentence == sheet.TOO_MANY


def test_noise_is_read_without_fault():
    rng = np.random.default_rng(3)
    for shape in ((220, 210, 3), (900, 700, 3)):
        (cut,) = sheet.cuts(rng.integers(0, 256, shape, np.uint8), 1)
        assert cut.side == "page"
