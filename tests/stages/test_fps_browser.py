"""A photo and a signature by post in a real browser: chosen by Léa, scanned and confirmed by Camille."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.report import ROOT
from permis.demo.people import PASSWORD
from tests.stories.windows import checked, chromium, said, service, window

__all__ = ["chromium", "service", "window"]  # fixtures

pytestmark = pytest.mark.browser

# A draft of the demo's Léa, a request of hers that was sent and awaits its sheet, and two sheets and a stray page scanned.
PREPARE = """
import sys
import django; django.setup()
import numpy as np
from permis.accounts.models import Cert, Person
from permis.evidence import fps
from tests.stages.test_fps import awaiting, draft_of
from tests.vision import sheets
lea, centre = Person.objects.get(email="lea.moreau@demo.telepermis.example"), Cert.objects.get(code="rennes")
draft, first, second = draft_of(lea), awaiting(lea, centre), awaiting(lea, centre)
pages = [sheets.tilted(sheets.filled(fps.pdf(first), 150), 3), sheets.filled(fps.pdf(second), 150, signature=False)]
stray = np.full((900, 700, 3), 240, np.uint8)
open(sys.argv[1], "wb").write(sheets.as_pdf(*pages, stray, dpi=150))
print(draft.reference, first.reference)
"""


def signed_in(page, identifier):
    """This person, signed in."""
    page.goto("/compte/connexion/")
    page.fill("[name=identifier]", identifier)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/connexion/" not in url)
    return page


def test_lea_chooses_the_post_and_camille_confirms_what_came(window, service, tmp_path):
    scan = tmp_path / "scan.pdf"
    done = subprocess.run(
        [sys.executable, "-c", PREPARE, str(scan)],
        cwd=ROOT,
        env=service.environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    draft, sent = done.stdout.split()

    lea = signed_in(window(javascript=False), "lea.moreau@demo.telepermis.example")
    lea.goto(f"/demandes/{draft}/documents/")
    lea.get_by_role("button", name="Envoyer ma photo et ma signature par courrier").click()
    lea.get_by_text("viendront par courrier").first.wait_for()
    checked(lea)
    with lea.expect_download() as coming:
        lea.get_by_role("link", name="La feuille à envoyer (PDF)").click()
    assert coming.value.suggested_filename == f"photo-signature-{draft}.pdf"
    lea.goto(f"/demandes/{sent}/suivi/")
    assert "Envoyez-nous votre photo et votre signature" in said(lea)
    checked(lea)

    camille = signed_in(window(), "camille.roux@demo.telepermis.example")
    camille.goto("/agent/numeriser/")
    camille.set_input_files("#file", scan)
    camille.get_by_role("button", name="Lire le scan").click()
    camille.get_by_role("heading", name="3 feuilles à confirmer").wait_for()
    checked(camille)
    camille.get_by_role("button", name=f"Mettre dans le dossier {sent}").click()
    camille.get_by_text(f"{sent} : la photo et la signature sont dans le dossier").first.wait_for()
    assert "2 feuilles à confirmer" in said(camille)
