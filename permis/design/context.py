"""What every page knows about the site: its name, its banner, its links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from permis.design import skins
from permis.standards.contact import spoken

NAME = "Télépermis"

# Going forward on the road is a URL name. A page that does not exist yet has no link.
VISITOR = (
    ("Documents", "checklist:pieces", "fr-icon-file-text-line"),
    ("Se connecter", "accounts:sign_in", "fr-icon-user-line"),
    ("S’inscrire", "accounts:sign_up", "fr-icon-edit-line"),
)
FOOTER = (
    ("Documents à prévoir", "checklist:pieces"),
    ("Signer pour un proche", "representative:enter"),
    ("Les règles", "rules:index"),
    ("Vérifier une attestation", "attestations:check"),
    ("Délais constatés", "observatory:index"),
)
FOOTER_BOTTOM = (
    ("Plan du site", "sitemap"),
    ("Accessibilité", "accessibility"),
    ("Mentions légales", "legal"),
    ("Données personnelles", "privacy:index"),
)


@dataclass(frozen=True)
class Link:
    """One link of the header or footer. `current`: value of aria-current, or empty. `post`: a button."""

    label: str
    url: str
    icon: str = ""
    current: str = ""
    post: bool = False


def url_of(name: str) -> str:
    """The address of a URL name, or an empty text when nobody has defined it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Site:
    """The site as a template reads it. Everything is worked out on first reading, once a page."""

    name = NAME
    home_url = "/"

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def mode(self) -> str:
        """`demo` or `production`."""
        return getattr(settings, "PERMIS_MODE", "demo")

    @cached_property
    def operator(self) -> str:
        """The name shown to the public, or an empty text."""
        return getattr(settings, "PERMIS_OPERATOR", "") or ""

    @cached_property
    def banner(self) -> bool:
        """Whether to say that nothing here is official."""
        return self.mode == "demo" or not self.operator

    @cached_property
    def demo_url(self) -> str:
        """The tools of the demo; never outside demo mode."""
        return url_of("demo:index") if self.mode == "demo" else ""

    @cached_property
    def source_url(self) -> str:
        """Where the code can be read, if the operator says so."""
        return getattr(settings, "PERMIS_SOURCE_URL", "") or ""

    @cached_property
    def styles(self) -> list[str]:
        """The style sheets, in order: our skin, or the State's with the bridge."""
        return [static(sheet) for sheet in skins.SHEETS[settings.PERMIS_SKIN]]

    @cached_property
    def schemes(self) -> str:
        """What browsers are told of light and dark. The State's sheets turn dark by their script, which we do not load."""
        return "light" if settings.PERMIS_SKIN == "dsfr" else "light dark"

    @cached_property
    def messages(self) -> Iterable[Any]:
        """What the last action has to say (django.contrib.messages); read once."""
        return get_messages(self._request)

    @cached_property
    def nav(self) -> list[Link]:
        """Three links at most: they hold on one line of a 320 px screen."""
        user = getattr(self._request, "user", None)
        if user is None or not user.is_authenticated:
            return self._links(VISITOR)
        if user.is_agent:
            first = ("File de travail", "instruction:queue", "fr-icon-file-text-line")
        else:
            first = ("Mes demandes", "form:mine", "fr-icon-file-text-line")
        name = str(user.display_name)
        # Who has only a number reads it as it is said.
        name = spoken(name) if name.startswith("+") else name
        links = self._links((first, (name, "accounts:me", "fr-icon-user-line")))
        if leave := url_of("accounts:sign_out"):
            links.append(Link("Quitter", leave, "fr-icon-logout-box-r-line", post=True))
        return links

    @cached_property
    def footer(self) -> list[Link]:
        """What anybody may look up."""
        return self._links(FOOTER)

    @cached_property
    def footer_bottom(self) -> list[Link]:
        """What a public service must say about itself."""
        links = self._links(FOOTER_BOTTOM)
        if self.source_url:
            links.append(Link("Code source", self.source_url))
        return links

    def _links(self, rows: Iterable[tuple[str, ...]]) -> list[Link]:
        found = []
        for label, name, *icon in rows:
            if url := url_of(name):
                found.append(Link(label, url, icon[0] if icon else "", self._current(url)))
        return found

    def _current(self, url: str) -> str:
        if self._request.path == url:
            return "page"
        return "true" if self._request.path.startswith(url) and url != self.home_url else ""


def site(request: HttpRequest) -> Mapping[str, Site]:
    """Context processor: gives `site` to every page."""
    return {"site": Site(request)}
