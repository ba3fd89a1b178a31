"""The two skins: the same pages under both, nothing asked for that is not there, nothing official by accident."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

from permis.design import context, minify, skins
from permis.design import finders as of_the_state
from tests.stages.test_design import draw, request_of

ROOT = Path(context.__file__).resolve().parents[2]
OPEN_PAGES = (
    "/",
    "/pieces/",
    "/compte/creer/",
    "/compte/connexion/",
    "/compte/mot-de-passe/",
    "/nulle-part/",
    "/demo/",
)

pytestmark = pytest.mark.once


@pytest.fixture(params=skins.SKINS)
def skin(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.PERMIS_SKIN = request.param
    finders.get_finder.cache_clear()
    return request.param


def sheets_of(html: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', html)


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPEN_PAGES)
def test_every_sheet_that_a_page_asks_for_is_there_under_both_skins(skin: str, path: str) -> None:
    html = Client().get(path).content.decode()
    asked = sheets_of(html)
    assert asked == list(skins.SHEETS[skin])
    for sheet in asked:
        assert finders.find(sheet), sheet


@pytest.mark.django_db
def test_the_pages_are_the_same_but_for_what_dresses_them(settings: Any) -> None:
    drawn = []
    for one in skins.SKINS:
        settings.PERMIS_SKIN = one
        html = Client().get("/compte/creer/").content.decode()
        html = re.sub(r'<link rel="stylesheet"[^>]*>|name="color-scheme" content="[^"]*"', "", html)
        drawn.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|\s+', " ", html))
    assert drawn[0] == drawn[1]


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPEN_PAGES)
def test_nothing_official_appears_by_accident(skin: str, path: str) -> None:
    html = Client().get(path).content.decode()
    assert "tp-logo" in html
    assert "fr-logo" not in html
    assert "République" not in html.partition("<main")[0]
    assert "Démonstration, sans valeur officielle" in html


def test_the_page_that_says_we_failed_wears_the_skin_too(skin: str) -> None:
    assert sheets_of(render_to_string("500.html")) == list(skins.SHEETS[skin])


def test_the_files_of_the_state_are_offered_only_while_its_skin_is_worn(settings: Any) -> None:
    settings.PERMIS_SKIN = "neutral"
    assert list(of_the_state.StateFiles().list([])) == []
    settings.PERMIS_SKIN = "dsfr"
    offered = [name for name, _ in of_the_state.StateFiles().list([])]
    assert "dsfr.main.min.css" in offered
    assert any(name.endswith("Marianne-Regular.woff2") for name in offered)
    assert not any(name.endswith(".js") for name in offered)
    assert of_the_state.StateFiles().find("dsfr/../../../etc/passwd") == []


def test_every_file_that_the_states_sheets_name_is_there() -> None:
    missing = [name for name in skins.files() if not (skins.folder() / name).is_file()]
    assert missing == []


def test_the_states_sheets_draw_every_icon_that_we_name() -> None:
    icons = set(re.findall(r"\.(fr-icon-[a-z0-9-]+)", minify.SOURCE.read_text("utf-8")))
    theirs = "".join((skins.folder() / sheet).read_text("utf-8") for sheet in skins.OF_THE_STATE)
    assert icons
    assert [icon for icon in sorted(icons) if f".{icon}:" not in theirs] == []


def test_without_its_package_the_service_does_not_start_and_says_what_to_do(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'dsfr': raise ModuleNotFoundError(name)\n"
        "import importlib.util as u\n"
        "real = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'dsfr' else real(name, *a)\n"
        "import config.settings\n"
    )
    environment = {**os.environ, "PERMIS_SKIN": "dsfr", "PERMIS_DATA": str(tmp_path), "PERMIS_MODE": "demo"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert "PERMIS_SKIN=dsfr needs the package django-dsfr" in last
    assert "tools/install run" in last


def test_a_skin_that_does_not_exist_is_refused() -> None:
    assert skins.wrong("rose") == "PERMIS_SKIN is neutral or dsfr, not 'rose'."
    assert skins.wrong("neutral") == ""
    assert skins.wrong("dsfr") == ""


def test_our_skin_stays_small() -> None:
    """As production sends it, over https: brotli. An old client gets gzip."""
    css = (minify.STATIC / "skin.min.css").read_bytes()
    assert len(brotli.compress(css)) <= 11_000
    assert len(gzip.compress(css, 9)) <= 12_032
    assert len(gzip.compress((minify.STATIC / "icons.svg").read_bytes(), 9)) <= 2_500
    for picture in (minify.STATIC / "img").glob("exemple-*.svg"):
        assert len(picture.read_bytes()) <= 1_500, picture.name


def test_what_a_page_hides_stays_hidden_under_both_skins() -> None:
    for sheet in ("skin.css", "pont-dsfr.css"):
        css = (minify.STATIC / sheet).read_text("utf-8")
        assert re.search(r"^\[hidden\] \{ display: none !important; \}", css, re.MULTILINE), sheet


def test_the_bridge_gives_every_token_of_ours_a_value() -> None:
    css = minify.SOURCE.read_text("utf-8")
    ours = set(re.findall(r"var\((--tp-[a-z0-9-]+)", minify.ours(minify.minify(css))))
    bridge = set(re.findall(r"(--tp-[a-z0-9-]+)\s*:", (minify.STATIC / "pont-dsfr.css").read_text("utf-8")))
    assert ours - bridge == set()


# examples --------------------------------------------------------------------------------------------------
def test_a_piece_shows_an_accepted_example_and_a_piece_without_one_shows_nothing() -> None:
    html = draw('{% example "ID" %}')
    assert "exemple-identite" in html
    assert 'alt=""' in html
    assert "les quatre coins visibles" in html
    assert "exemple-signature" in draw('{% example "PHOTO" "signature" %}')
    assert draw('{% example "RIEN" %}') == ""


def test_every_example_is_a_file() -> None:
    from permis.design.templatetags.tp import EXAMPLES
    from permis.domain.vocabulary import Piece

    for picture, says in EXAMPLES.values():
        assert (minify.STATIC / "img" / f"exemple-{picture}.svg").is_file()
        assert says.endswith(".")
    assert {code.partition(":")[0] for code in EXAMPLES} <= {piece.value for piece in Piece}


# pages are small -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_page_is_compressed_for_whoever_can_read_it_and_a_picture_is_left_as_it_is() -> None:
    page = Client().get("/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert b"T\xc3\xa9l\xc3\xa9permis" in gzip.decompress(page.content)
    assert "Content-Encoding" not in Client().get("/").headers


def test_who_has_only_a_number_reads_it_as_it_is_said() -> None:
    from types import SimpleNamespace

    sami = SimpleNamespace(is_authenticated=True, is_agent=False, display_name="+33639981240")
    assert "06 39 98 12 40" in [link.label for link in context.Site(request_of(sami)).nav]
