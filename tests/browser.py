"""A person with a web browser, without the browser: follows links, fills the forms that the page really has."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@dataclass
class Form:
    """A form of a page, as it would be sent."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # (name, value, words)


class Page(HTMLParser):
    """The forms, links and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.errors: list[str] = []
        self.title = ""
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._stack: list[tuple[str, dict[str, str]]] = []
        self._select: str | None = None
        self._textarea: str | None = None
        self._text = ""
        self._href: str | None = None
        self._skip = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs_list):
        attrs = {k: v or "" for k, v in attrs_list}
        if tag == "form":
            self._form = Form(attrs.get("action", ""), attrs.get("method", "get").lower())
            self.forms.append(self._form)
            if attrs.get("id"):
                self._by_id[attrs["id"]] = self._form
        home = self._by_id.get(attrs.get("form", "")) or self._form
        name = attrs.get("name", "")
        if tag == "input" and home is not None and name:
            home.names.add(name)
            kind = attrs.get("type", "text")
            if kind in {"radio", "checkbox"}:
                if "checked" in attrs:
                    home.values.setdefault(name, []).append(attrs.get("value", "on"))
            elif kind != "file":
                home.values[name] = [attrs.get("value", "")]
        elif tag == "select" and home is not None:
            home.names.add(name)
            self._select = name
        elif tag == "option" and self._select and self._form is not None:
            if "selected" in attrs or self._select not in self._form.values:
                self._form.values[self._select] = [attrs.get("value", "")]
        elif tag == "textarea" and home is not None:
            home.names.add(name)
            self._textarea, self._text = name, ""
        elif tag == "button" and home is not None:
            if "disabled" not in attrs and attrs.get("type", "submit") == "submit":
                home.buttons.append((name, attrs.get("value", ""), ""))
        elif tag == "a" and "href" in attrs:
            self._href, self._text = attrs["href"], ""
        elif tag in {"script", "style"}:
            self._skip += 1
        if tag not in {"input", "img", "link", "meta", "br", "hr"}:
            self._stack.append((tag, attrs))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea and self._form is not None:
            self._form.values[self._textarea] = [self._text.removeprefix("\n")]
            self._textarea = None
        elif tag == "a" and self._href is not None:
            self.links.append((" ".join(self._text.split()), self._href))
            self._href = None
        elif tag in {"script", "style"}:
            self._skip -= 1
        while self._stack:
            if self._stack.pop()[0] == tag:
                break

    def handle_data(self, data):
        if self._skip:
            return
        self._text += data
        self.words.append(data)
        tags = [tag for tag, _ in self._stack]
        if tags and tags[-1] == "title":
            self.title += data
        if any("fr-error-text" in attrs.get("class", "") for _, attrs in self._stack):
            self.errors.append(data.strip())

    @property
    def text(self) -> str:
        """Everything that is read, with plain spaces."""
        return " ".join("".join(self.words).replace("\u00a0", " ").replace("\u202f", " ").split())


class Person:
    """Somebody in front of a browser, with the CSRF check on as in life."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.url = "/"
        self.status = 0
        self.page = Page("")
        self.response = None

    def _land(self, response):
        for _ in range(10):
            if response.status_code not in {301, 302, 303, 307, 308}:
                break
            self.url = urljoin(self.url, response["Location"])
            response = self.client.get(urlsplit(self.url)._replace(fragment="").geturl())
        self.response, self.status = response, response.status_code
        html = response["Content-Type"].startswith("text/html")
        self.page = Page(response.content.decode()) if html else Page("")
        return self

    def open(self, url: str):
        """Goes to an address."""
        self.url = url
        return self._land(self.client.get(url))

    def form(self, action: str = "", having: str = "") -> Form:
        """The form whose address ends so (empty: the one that posts here) and that has this field or button."""
        here = urlsplit(self.url).path
        for form in self.page.forms:
            address = urlsplit(urljoin(self.url, form.action)).path
            right_place = address.endswith(action) if action else address == here
            right_field = not having or having in form.names | {name for name, *_ in form.buttons}
            if form.method == "post" and right_place and right_field:
                return form
        raise AssertionError(
            f"no form {action!r} {having!r} on {self.url} ({self.status}): {self.page.text[:500]}"
        )

    def send(self, action: str = "", press: str = "", *, having: str = "", **answers):
        """Fills the form and presses a button (by its name). `having`: the form that has this field.

        Fails when the page has no such field: a person could not fill it either.
        """
        form = self.form(action, having)
        unknown = set(answers) - form.names
        assert not unknown, f"{self.url} has no field {unknown}: {sorted(form.names)}"
        data = {
            name: values if len(values) > 1 else values[0] for name, values in form.values.items() if values
        }
        for name, value in answers.items():
            if value is None:
                data.pop(name, None)
            elif isinstance(value, tuple):
                data[name] = SimpleUploadedFile(value[0], value[1])
            else:
                data[name] = value
        if press:
            button = next(b for b in form.buttons if b[0] == press)
            data[press] = button[1]
        self.url = urljoin(self.url, form.action)
        return self._land(self.client.post(urlsplit(self.url)._replace(fragment="").geturl(), data))

    def sees(self, *words: str) -> bool:
        """Whether the page says all of this; fails with the page when it does not."""
        for word in words:
            assert word in self.page.text, (
                f"{word!r} is not on {self.url} ({self.status}):\n{self.page.text[:3000]}"
            )
        return True
