"""Files given in a real browser: over a line that is cut, after a reload, dropped, several, by keyboard, by phone."""

from __future__ import annotations

import base64
import functools
import re
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from playwright.sync_api import expect

from tests.stages.test_evidence_browser import lea, prepared
from tests.stories.windows import PHONE, checked, chromium, said, service, window

__all__ = ["chromium", "prepared", "service", "window"]  # fixtures

pytestmark = pytest.mark.browser

ADDRESS = "li:has(h2:text('Justificatif de domicile'))"
IDENTITY = "li:has(h2:text('Pièce d’identité'))"
WORDS = (
    "Facture d’électricité du 3 novembre. Nom de l’abonnée : Léa MOREAU, 12 rue de Saint-Malo, 35000 RENNES. "
)


@functools.cache
def page_of_text(width: int = 1654, height: int = 2339, blur: float = 0, noise: int = 0) -> bytes:
    """A page written from edge to edge, on a table: sharp, or blurred by so many pixels."""
    sheet = Image.new("RGB", (width, height), (96, 84, 72))
    pen = ImageDraw.Draw(sheet)
    edge, size = width // 16, width // 60
    pen.rectangle((edge, edge, width - edge, height - edge), fill=(238, 236, 230))
    font = ImageFont.load_default(size)
    for row, y in enumerate(range(2 * edge, height - 3 * edge, 2 * size)):
        pen.text((2 * edge, y), (WORDS * 2)[row : row + 70], font=font, fill=(20, 24, 40))
    pen.rectangle((2 * edge, height - 3 * edge, 4 * edge, height - 2 * edge), fill=(180, 30, 40))
    if blur:
        sheet = sheet.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        grain = Image.effect_noise(sheet.size, noise).convert("RGB")
        sheet = ImageChops.add(sheet, grain, offset=-128)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=93)
    return out.getvalue()


def file(name: str, data: bytes, kind: str = "image/jpeg") -> dict[str, str | bytes]:
    """A file as the browser's dialogue gives it."""
    return {"name": name, "mimeType": kind, "buffer": data}


def chooses(page, where: str, *files, how: str = ""):
    """Chooses files in the field of a slot, as after the system's dialogue."""
    form = f"form[data-how={how}] " if how else ""
    page.locator(f"{where} {form}[name=file]").first.set_input_files(list(files))


def arrived(page, where: str, *names: str):
    """The files stand in the slot, on the same page."""
    shown = page.locator(f"{where} .tp-slot__file")
    expect(shown).to_have_count(len(names), timeout=30_000)
    for name in names:
        expect(page.locator(where)).to_contain_text(name)


def watched(page):
    """The questions of the protocol that leave the page: their method, and where they say that the file is."""
    seen = []

    def note(request):
        if "tus-resumable" in request.headers:
            seen.append((request.method, int(request.headers.get("upload-offset", -1))))

    page.on("request", note)
    return seen


def cut(page, *pieces: int):
    """The line is cut while these pieces leave (counted from 1)."""
    count = 0

    def pass_or_cut(route):
        nonlocal count
        if route.request.method == "PATCH":
            count += 1
            if count in pieces:
                return route.abort("connectionreset")
        return route.continue_()

    page.route("**/*", pass_or_cut)


def mended(page):
    """The line is good again; what the browser complained of meanwhile was the cut."""
    page.unroute_all(behavior="ignoreErrors")
    assert [one for one in page.trouble if "ERR_CONNECTION_RESET" not in one] == []
    page.trouble.clear()


# ── The line ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_picture_of_six_megabytes_goes_on_where_it_was_over_a_line_that_is_cut_twice(window, prepared):
    page = lea(window(), prepared[0])
    heavy = page_of_text(3400, 4800, noise=14)
    assert len(heavy) > 6_000_000
    seen = watched(page)
    cut(page, 2, 4)
    here = page.url
    chooses(page, ADDRESS, file("Facture d’août 2026.jpg", heavy))
    expect(page.locator(f"{ADDRESS} progress")).to_be_visible()
    arrived(page, ADDRESS, "Facture d’août 2026.jpg")
    assert page.url.split("#")[0] == here.split("#")[0]  # nobody left the page
    offsets = [offset for method, offset in seen if method == "PATCH"]
    methods = [method for method, _ in seen]
    assert methods.count("POST") == 1
    assert methods.count("HEAD") == 2  # asked after each cut where it was
    # What was kept is not sent again: only the two pieces that were cut leave twice.
    assert len(offsets) - len(set(offsets)) == 2
    assert offsets == sorted(offsets)
    assert len(set(offsets)) > 2
    page.reload()
    arrived(page, ADDRESS, "Facture d’août 2026.jpg")


def test_after_a_reload_the_same_file_goes_on_where_it_was(window, prepared, tmp_path):
    page = lea(window(), prepared[0])
    scan = tmp_path / "bail.pdf"  # on a disk: the browser knows it again by its date
    scan.write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 8_000)  # two megabytes that are never made lighter
    page.route(
        "**/*",
        lambda r: (
            r.abort("connectionreset")
            if r.request.method == "PATCH" and int(r.request.headers["upload-offset"]) > 600_000
            else r.continue_()
        ),
    )
    chooses(page, ADDRESS, scan)
    expect(page.locator(ADDRESS)).to_contain_text("La connexion est coupée")
    page.on("dialog", lambda dialog: dialog.accept())  # leaving while a file leaves is asked
    page.reload()
    mended(page)  # only now: on a good line the script would have gone on by itself before the page was left
    expect(page.locator(ADDRESS)).to_contain_text("L’envoi s’est arrêté avant la fin")
    checked(page)
    seen = watched(page)
    chooses(page, ADDRESS, scan)
    expect(page.locator(ADDRESS)).to_contain_text(
        "Ce fichier est abîmé", timeout=30_000
    )  # it came whole, and was read
    assert "POST" not in [method for method, _ in seen]  # the same sending, not another
    assert min(offset for method, offset in seen if method == "PATCH") > 600_000


def test_a_file_that_is_refused_says_why_before_it_leaves(window, prepared):
    page = lea(window(), prepared[0])
    seen = watched(page)
    chooses(page, ADDRESS, file("film.mp4", b"\0" * 2000, "video/mp4"))
    expect(page.locator(ADDRESS)).to_contain_text("Ce fichier n’est pas une photo")
    page.locator(f"{ADDRESS} button:has-text('Fermer')").click()
    chooses(page, ADDRESS, file("plan.pdf", b"%PDF-1.4" + b"\0" * (21 * 1024 * 1024), "application/pdf"))
    expect(page.locator(ADDRESS)).to_contain_text("Ce fichier pèse plus de 20 Mo")
    assert seen == []
    checked(page)


def test_a_sending_is_cancelled_and_nothing_of_it_stays(window, prepared):
    page = lea(window(), prepared[0])
    page.route("**/*", lambda r: r.abort("connectionreset") if r.request.method == "PATCH" else r.continue_())
    chooses(page, ADDRESS, file("facture.jpg", page_of_text()))
    expect(page.locator(ADDRESS)).to_contain_text("L’envoi reprendra tout seul")
    with page.expect_response(lambda r: r.request.method == "DELETE"):
        page.locator(f"{ADDRESS} button:has-text('Annuler')").click()
    expect(page.locator(f"{ADDRESS} progress")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('[id^=slot-]').id") == page.locator(
        ADDRESS
    ).get_attribute("id")
    mended(page)
    page.reload()
    assert "facture.jpg" not in said(page)


# ── Ways to give ────────────────────────────────────────────────────────────────────────────────────────────
DROP = """([selector, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const target = document.querySelector(selector);
  for (const kind of ["dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: held }));
    window.seenOver ||= target.closest("li").classList.contains("is-over");
  }
}"""


def test_a_file_is_dropped_on_its_document(window, prepared):
    page = lea(window(), prepared[0])
    expect(page.locator(f"{ADDRESS} [data-drop]").first).to_be_visible()
    slot = page.locator(ADDRESS).get_attribute("id")
    data = base64.b64encode(page_of_text()).decode()
    page.evaluate(DROP, [f"#{slot} h2", "déposée.jpg", data])
    assert page.evaluate("window.seenOver")  # the place is shown while the file hangs over it
    arrived(page, ADDRESS, "déposée.jpg")


def test_several_files_make_one_document_and_one_more_is_added(window, prepared):
    page = lea(window(), prepared[0])
    chooses(page, ADDRESS, file("page 1.jpg", page_of_text()), file("page 2.jpg", page_of_text(1600, 2300)))
    arrived(page, ADDRESS, "page 1.jpg", "page 2.jpg")
    page.locator(f"{ADDRESS} summary:has-text('Ajouter un autre fichier')").click()
    checked(page)
    chooses(page, ADDRESS, file("page 3.jpg", page_of_text(1700, 2400)), how="add")
    arrived(page, ADDRESS, "page 1.jpg", "page 2.jpg", "page 3.jpg")
    page.locator(f"{ADDRESS} a:has-text('Retirer'):has-text('page 2.jpg')").click()
    page.get_by_role("button", name="Retirer").click()
    page.wait_for_url("**/documents/#slot-*")
    arrived(page, ADDRESS, "page 1.jpg", "page 3.jpg")
    page.locator(f"{ADDRESS} summary:has-text('Remplacer')").click()
    chooses(page, ADDRESS, file("tout.jpg", page_of_text(1500, 2100)), how="replace")
    arrived(page, ADDRESS, "tout.jpg")


def test_with_the_keyboard_alone_a_file_is_chosen_and_the_focus_is_not_lost(window, prepared):
    page = lea(window(), prepared[0])
    field = page.locator(f"{ADDRESS} [name=file]").first
    field.focus()
    with page.expect_file_chooser() as dialogue:
        field.press("Space")
    dialogue.value.set_files([file("facture.jpg", page_of_text())])
    arrived(page, ADDRESS, "facture.jpg")
    slot = page.locator(ADDRESS).get_attribute("id")
    assert page.evaluate("document.activeElement.closest('[id^=slot-]')?.id") == slot
    voice = page.locator("#contenu > [role=status]")
    expect(voice).to_contain_text("Justificatif de domicile")


def test_without_javascript_the_plain_form_gives_the_same(window, prepared):
    page = lea(window(javascript=False), prepared[0])
    form = page.locator(f"{ADDRESS} form:has([name=file])").first
    form.locator("[name=file]").set_input_files(file("facture.jpg", page_of_text()))
    form.get_by_role("button", name="Ajouter").click()
    page.wait_for_url("**/documents/#slot-*")
    assert "facture.jpg" in said(page)
    checked(page)


# ── What we think of it ─────────────────────────────────────────────────────────────────────────────────────
def test_a_blurred_page_is_told_and_the_person_may_keep_it(window, prepared):
    page = lea(window(), prepared[0])
    chooses(page, ADDRESS, file("floue.jpg", page_of_text(blur=9)))
    expect(page.locator(f"{ADDRESS} .tp-held")).to_be_visible(timeout=30_000)
    assert "n’est pas encore dans votre demande" in said(page)
    page.locator(f"{ADDRESS} summary:has-text('Ce que nous avons vérifié')").click()
    assert "L’image est nette : à revoir" in said(page)
    checked(page)
    # Choosing again comes first in the page, keeping comes after.
    order = page.locator(f"{ADDRESS} form").evaluate_all("forms => forms.map((form) => form.className)")
    assert order.index("tp-keep") > 0
    page.get_by_role("button", name=re.compile("Garder ce fichier quand même")).click()
    page.wait_for_url("**/documents/#slot-*")
    assert "Vous avez choisi de le garder" in said(page)
    expect(page.locator(f"{ADDRESS} .fr-badge")).to_have_text("Prêt")
    checked(page)


# ── From the computer to the phone ──────────────────────────────────────────────────────────────────────────
def test_the_phone_takes_the_picture_and_the_computer_shows_it_without_a_reload(window, prepared):
    page = lea(window(), prepared[0])
    page.locator(ADDRESS).get_by_role("button", name=re.compile("avec mon téléphone")).click()
    expect(page.locator("img.tp-qr")).to_be_visible()
    checked(page)
    address = _read_square(page)
    phone = window(size=PHONE)
    phone.goto(address)
    checked(phone)
    assert "MOREAU" not in said(phone)
    assert prepared[0] not in phone.content()
    phone.locator("#file").set_input_files(file("IMG_0001.jpg", page_of_text()))
    expect(phone.locator("#slot-ici .tp-checks li")).to_have_count(1, timeout=30_000)
    checked(phone)
    page.wait_for_url("**/documents/#slot-*", timeout=30_000)  # by itself
    arrived(page, ADDRESS, "IMG_0001.jpg")
    phone.get_by_role("button", name="J’ai fini").click()
    expect(phone.locator("h1")).to_have_text("Vous pouvez fermer cette page")
    checked(phone)
    phone.goto(address)
    assert "Vous pouvez fermer cette page" in said(phone)


def test_a_phone_without_javascript_gives_its_picture_too(window, prepared):
    page = lea(window(), prepared[0])
    page.locator(ADDRESS).get_by_role("button", name=re.compile("avec mon téléphone")).click()
    phone = window(size=PHONE, javascript=False)
    phone.goto(_read_square(page))
    assert not phone.locator(".tp-shoot__ready").is_visible()
    phone.locator("#file").set_input_files(file("IMG_0002.jpg", page_of_text()))
    expect(phone.locator(".tp-shoot__ready")).to_be_visible()
    phone.get_by_role("button", name="Envoyer la photo").click()
    expect(phone.locator("#slot-ici .tp-checks li")).to_have_count(1, timeout=30_000)
    checked(phone)


def _read_square(page) -> str:
    """The address in the picture, read as a phone reads it: from the screen."""
    import zxingcpp

    square = page.locator("img.tp-qr")
    square.scroll_into_view_if_needed()
    shot = Image.open(BytesIO(square.screenshot()))
    found = zxingcpp.read_barcodes(shot)
    assert found, "no square on the screen"
    return found[0].text
