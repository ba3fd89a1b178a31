"""The components of the skin as template tags; class names and nesting are the State's (fr-*) or ours (tp-*).

Texts come from tables typed with plain spaces: labels, hints and errors get their no-break spaces here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from permis.design import skins, words
from permis.design.widgets import PARTS, ThreePartDate
from permis.domain.lifecycle import ENDED
from permis.domain.vocabulary import State

register = template.Library()

# filters ---------------------------------------------------------------------------------------------------
for name in ("french_date", "french_day", "french_time", "file_size", "days_left", "euros"):
    register.filter(name, getattr(words, name))
register.filter("nbsp", words.nbsp, is_safe=True)


@register.filter
def capfirst_fr(text: str) -> str:
    """Only the first letter changes (a date that opens a sentence)."""
    return text[:1].upper() + text[1:]


@register.filter
def spelled(text: str) -> str:
    """An acronym with its words, for a line that stands alone."""
    return words.spelled(text, set())


@register.filter
def for_key(found: Mapping[str, Any], key: Any) -> Any:
    """The value kept under this key, written as a text; an empty text when there is none."""
    return found.get(str(key), "")


# What waits for the person, before what waits for us, before what is over. Drafts come after what has a deadline.
_YOURS = (State.INCOMPLETE, State.AT_POST_OFFICE, State.AWAITING_PHOTO, State.ORIGINAL_AWAITED, State.DRAFT)


@register.filter
def by_turn(dossiers: Iterable[Any]) -> list[dict[str, Any]]:
    """Requests grouped by who acts next, the person first; an empty group is left out. Order is kept otherwise."""
    groups: dict[str, list[Any]] = {"you": [], "us": [], "over": []}
    for dossier in dossiers:
        state = dossier.get_state()
        groups["you" if state in _YOURS else "over" if state in ENDED else "us"].append(dossier)
    groups["you"].sort(key=lambda dossier: _YOURS.index(dossier.get_state()))
    titles = {"you": "C’est à vous d’agir", "us": "C’est à nous d’agir", "over": "Terminées"}
    return [
        {"slug": slug, "title": titles[slug], "dossiers": found} for slug, found in groups.items() if found
    ]


@register.filter
def error_prefix(form: forms.BaseForm) -> str:
    """« Erreur : » before the title of a page whose form is in error: it is the first thing heard."""
    return f"Erreur{words.NBSP}: " if form.errors else ""


# form fields -----------------------------------------------------------------------------------------------
def field_id(bound: BoundField) -> str:
    """The id of a question is its posted name, whatever the form's auto_id: addresses stay predictable."""
    return bound.field.widget.attrs.get("id") or bound.html_name


def focus_id(bound: BoundField) -> str:
    """Where a link to this question leads: its box, or the first of its boxes."""
    match kind_of(bound):
        case "date":
            return f"{field_id(bound)}_day"
        case "radios" | "checkboxes":
            unfolded = next(part for part in _grouped(bound, _options(bound)) if part["open"])
            return next((option["id"] for option in unfolded["options"]), field_id(bound))
    return field_id(bound)


def kind_of(bound: BoundField) -> str:
    """Which drawing suits the widget. Order matters: Django's widgets inherit from one another."""
    kinds = (
        ("date", ThreePartDate),
        ("checkboxes", forms.CheckboxSelectMultiple),
        ("radios", forms.RadioSelect),
        ("checkbox", forms.CheckboxInput),
        ("select", forms.Select),
        ("file", forms.FileInput),
        ("textarea", forms.Textarea),
    )
    if bound.is_hidden:
        return "hidden"
    return next((kind for kind, widget in kinds if isinstance(bound.field.widget, widget)), "input")


def _width_class(bound: BoundField, width: str | int | None, kind: str) -> str:
    """`tp-w-20` unless told otherwise: the width announces the length of the answer. "full": no limit."""
    classes = bound.field.widget.attrs.get("class", "")
    if "tp-w-" in classes or "tp-code" in classes:
        return ""
    width = width or getattr(bound.field, "width", None) or ("full" if kind in ("textarea", "file") else 20)
    return "" if width == "full" else f"tp-w-{width}"


def _control(bound: BoundField, kind: str, described: str, width: str | int | None) -> SafeString:
    """The input, select or textarea itself, drawn by Django with our attributes."""
    base = {"select": "fr-select", "file": "fr-upload"}.get(kind, "fr-input")
    classes = [base, f"{base}--error" if bound.errors and kind in ("input", "textarea") else ""]
    classes += [bound.field.widget.attrs.get("class", ""), _width_class(bound, width, kind)]
    attrs: dict[str, Any] = {"id": field_id(bound), "class": " ".join(filter(None, classes))}
    if described:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if bound.field.disabled:
        attrs["disabled"] = True
    return bound.field.widget.render(bound.html_name, bound.value(), attrs, bound.form.renderer)


def _options(bound: BoundField) -> list[dict[str, Any]]:
    """The choices of radios or checkboxes, each with its id and its hint (`field.choice_hints`)."""
    hints: Mapping[str, str] = getattr(bound.field, "choice_hints", {})
    shut: Iterable[str] = getattr(bound.field, "disabled_choices", ())
    drawn = []
    for rank, option in enumerate(bound.field.widget.subwidgets(bound.html_name, bound.value())):
        value = str(option["value"])
        drawn.append({
            "id": f"{field_id(bound)}_{rank}",
            "value": value,
            "label": words.nbsp(str(option["label"])),
            "hint": words.nbsp(str(hints.get(value, ""))),
            "checked": option["selected"],
            "disabled": bound.field.disabled or value in shut,
        })  # fmt: skip
    return drawn


def _grouped(bound: BoundField, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The options under their titles (`field.groups`: title, values), to unfold; without groups, all of them at once.

    The group of what is chosen is open, or the first one: where a link to the question leads.
    """
    groups: Iterable[tuple[str, Sequence[str]]] = getattr(bound.field, "groups", ()) or ()
    found: list[dict[str, Any]] = [
        {"title": words.nbsp(title), "options": [one for one in options if one["value"] in values]}
        for title, values in groups
    ]
    chosen = [part for part in found if any(option["checked"] for option in part["options"])]
    for part in found:
        part["open"] = part in (chosen or found[:1])
    return found or [{"title": "", "options": options, "open": True}]


def _date_boxes(bound: BoundField) -> list[dict[str, Any]]:
    """Day, month, year, each marked if it is at fault (the error says which; all three by default)."""
    faulty: set[str] = set()
    for error in bound.errors.as_data():
        faulty.update((error.params or {}).get("parts", PARTS))
    widget = bound.field.widget
    drawn = widget.get_context(bound.html_name, bound.value(), {"id": field_id(bound)})["widget"][
        "subwidgets"
    ]
    labels = {"day": "Jour", "month": "Mois", "year": "Année"}
    boxes = []
    for part, box in zip(PARTS, drawn, strict=True):
        boxes.append({
            "id": box["attrs"]["id"],
            "name": box["name"],
            "value": box["value"] or "",
            "label": labels[part],
            "size": 4 if part == "year" else 2,
            "place": "year" if part == "year" else "number",
            "autocomplete": box["attrs"]["autocomplete"],
            "invalid": part in faulty,
            "disabled": bound.field.disabled,
        })  # fmt: skip
    return boxes


def _only_if(bound: BoundField) -> SafeString:
    """What JavaScript needs to hide a question that is asked only with another answer of this page."""
    name, values = getattr(bound.field, "only_if", None) or ("", ())
    if not name:
        return mark_safe("")
    return format_html(' data-only-if="{}" data-only-values="{}"', name, json.dumps(list(values)))


@register.simple_tag
def field(
    bound: BoundField,
    label: str | None = None,
    hint: str | None = None,
    width: str | int | None = None,
    valid: str = "",
    rich: bool = False,
    hide_label: bool = False,
) -> SafeString:
    """One question: label, hint, control, error, tied together. `valid`: a sentence once it is checked."""
    kind = kind_of(bound)
    if kind == "hidden":
        return bound.as_hidden()
    name = field_id(bound)
    hint = words.nbsp(str(bound.help_text if hint is None else hint))
    errors = [words.nbsp(str(error)) for error in bound.errors]
    text = words.nbsp(str(bound.label if label is None else label))
    optional = not bound.field.required and not bound.field.disabled
    if optional and kind != "checkbox" and "(facultatif)" not in text:
        text += " (peut attendre)" if getattr(bound.field, "later", False) else " (facultatif)"
    described = " ".join(
        end for end, there in ((f"{name}-h", hint), (f"{name}-e", errors), (f"{name}-v", valid)) if there
    )
    context: dict[str, Any] = {
        "id": name,
        "name": bound.html_name,
        "label": text,
        "hint": hint,
        "errors": errors,
        "valid": "" if errors else words.nbsp(valid),
        "described": described,
        "disabled": bound.field.disabled,
        "hide_label": hide_label,
        "only": _only_if(bound),
    }
    match kind:
        case "date":
            context["boxes"] = _date_boxes(bound)
        case "radios" | "checkboxes":
            options = _options(bound)
            context |= {
                "groups": _grouped(bound, options),
                "kind": "radio" if kind == "radios" else "checkbox",
            }
            context["rich"] = kind == "radios" and (rich or getattr(bound.field, "rich", False))
        case "checkbox":
            context["checked"] = bool(bound.value()) and bound.value() != "False"
            context["value"] = bound.field.widget.attrs.get("value", "")
        case _:
            group = {"select": "fr-select-group", "file": "fr-upload-group"}.get(kind, "fr-input-group")
            context |= {"group": group, "control": _control(bound, kind, described, width)}
    partial = {"radios": "choices", "checkboxes": "choices", "date": "date", "checkbox": "checkbox"}
    # A template of ours, which escaped what it was given.
    return mark_safe(render_to_string(f"design/field_{partial.get(kind, 'box')}.html", context))  # noqa: S308


@register.inclusion_tag("design/error_summary.html")
def error_summary(*all_forms: forms.BaseForm, note: str = "", title: str = "") -> dict[str, Any]:
    """What is to be corrected, each line a link to its question. Nothing when nothing is wrong."""
    links, sentences, wrong = [], [], 0
    for form in all_forms:
        sentences += [words.nbsp(str(error)) for error in form.non_field_errors()]
        for bound in form:
            wrong += bool(bound.errors)
            links += [{"target": focus_id(bound), "text": words.nbsp(str(error))} for error in bound.errors]
    if not title:
        title = f"{wrong} réponse{'s' if wrong > 1 else ''} à corriger" if wrong else "À corriger"
    return {"links": links, "sentences": sentences, "title": title, "note": words.nbsp(note)}


# the line --------------------------------------------------------------------------------------------------
@register.inclusion_tag("design/stepper.html")
def stepper(n: int, total: int, title: str, next_title: str = "", level: int = 1) -> dict[str, Any]:
    """Where one is: solid behind, dashed ahead. It carries the title of the page (h1 by default)."""
    return {
        "n": n,
        "total": total,
        "title": words.nbsp(title),
        "next_title": words.nbsp(next_title),
        "level": level,
    }


LONG_ROAD = 6  # events behind, from which the road is folded
EVENTS_SHOWN = 3  # those that stay in view


@register.inclusion_tag("design/timeline.html")
def timeline(items: Sequence[Any], level: int = 3) -> dict[str, Any]:
    """The road of a request. Item: mark_icon, title, text, date (words or a date), is_now, is_you, is_next."""
    drawn = []
    said_words: set[str] = set()
    for item in items:
        when = _of(item, "date", "")
        moment, said = "", capfirst_fr(when) if isinstance(when, str) else when
        if isinstance(when, date):
            moment = when.isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()
            said = capfirst_fr(words.french_date(when))
            if isinstance(when, datetime):
                said += f" à {words.french_time(when)}"
        state = [name for name in ("is-now", "is-you", "is-next") if _of(item, name.replace("-", "_"), False)]
        icon = "fr-icon-time-line" if state else "fr-icon-check-line"
        title, text = _title_and_rest(_nbsp(_of(item, "title", "")), _nbsp(_of(item, "text", "")))
        title = title if isinstance(title, SafeString) else words.spelled(title, said_words)
        drawn.append({
            "icon": _of(item, "mark_icon", "") or icon,
            "title": title,
            "text": text,
            "moment": moment,
            "said": said,
            "state": " ".join(state),
        })  # fmt: skip
    behind = [rank for rank, item in enumerate(drawn) if not item["state"]]
    # What is behind stands first. A long road shows its last events; the earlier ones are one press away.
    folded = len(behind) - EVENTS_SHOWN if len(behind) >= LONG_ROAD else 0
    return {"past": drawn[:folded], "items": drawn[folded:], "level": level}


def _title_and_rest(title: str, text: str) -> tuple[str, str]:
    """An event told in sentences: the first, or what stands before a reason, is its title; the others are its text."""
    if isinstance(title, SafeString):
        return title, text
    told, colon, reason = title.partition(f"{words.NBSP}: ")
    if colon and reason[:1].isupper() and ". " not in told:  # a reason is somebody's own sentence
        return told, f"{reason} {text}".strip()
    first, stop, rest = title.partition(". ")
    if not stop or not rest[:1].isupper():
        return title.removesuffix("."), text
    return first, f"{rest} {text}".strip()


# messages and states ---------------------------------------------------------------------------------------
@register.inclusion_tag("design/badge.html")
def badge(kind: str, text: str, icon: str = "", small: bool = False, tag: str = "p") -> dict[str, Any]:
    """A state in words. Kind: success, error, warning, info, new, or "" for none."""
    classes = ["fr-badge", "fr-badge--sm" if small else "", f"fr-badge--{kind}" if kind else ""]
    classes.append(icon or ("" if kind else "fr-badge--no-icon"))
    return {"classes": " ".join(filter(None, classes)), "text": words.nbsp(text), "tag": tag}


@register.inclusion_tag("design/alert.html")
def alert(kind: str, title: str = "", text: str = "", level: int = 2, role: str = "") -> dict[str, Any]:
    """What happens, then what to do. Kind: info, success, warning, error. Without a title it is short."""
    return {"kind": kind, "title": _nbsp(title), "text": _nbsp(text), "level": level, "role": role}


@register.simple_block_tag
def next_box(
    content: str,
    who: str,
    title: str,
    text: str = "",
    deadline: date | str = "",
    days_left: int | str | None = None,
    level: int = 2,
    heading_id: str = "maintenant",
) -> SafeString:
    """Who acts now: "you", "us", "post" (or "done", "closed"), or a name. The block holds the buttons and anything more."""
    known = {
        "you": ("C’est à vous d’agir", "fr-icon-user-line"),
        "us": ("C’est à nous d’agir", "fr-icon-time-line"),
        "post": ("C’est à La Poste d’agir", "fr-icon-mail-line"),
        "done": ("C’est fait", "fr-icon-check-line"),
        "closed": ("Cette demande est fermée", "fr-icon-information-line"),
    }
    said, icon = known.get(who, (who, "fr-icon-time-line"))
    if isinstance(deadline, date):
        deadline = f"Avant le {words.french_date(deadline)}"
    context = {
        "you": who == "you",
        "said": said,
        "icon": icon,
        "title": _nbsp(title),
        "text": _nbsp(text),
        "deadline": deadline,
        "left": words.days_left(days_left) if isinstance(days_left, int) else days_left or "",
        "level": level,
        "heading_id": heading_id,
        "content": content,
    }
    return mark_safe(render_to_string("design/next_box.html", context))  # noqa: S308  a template of ours


# facts and rows --------------------------------------------------------------------------------------------
@register.inclusion_tag("design/facts.html")
def facts(items: Sequence[Any], row: bool = False, sheet: bool = False) -> dict[str, Any]:
    """Small question, large answer, note. Item: (question, answer[, note]) or a dict with these names."""
    drawn = []
    for item in items:
        named = (
            dict(zip(("question", "answer", "note"), item, strict=False))
            if isinstance(item, (tuple, list))
            else item
        )
        drawn.append({name: _nbsp(_of(named, name, "")) for name in ("question", "answer", "note")})
    return {"items": drawn, "row": row, "sheet": sheet}


@register.inclusion_tag("design/recap.html")
def recap(rows: Sequence[Any], sheet: bool = False) -> dict[str, Any]:
    """What was answered. Row: label, value (a text or a list of lines), url and what ("les prénoms")."""
    drawn = []
    for row in rows:
        value = _of(row, "value", "")
        lines = [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
        drawn.append({
            "label": _nbsp(_of(row, "label", "")),
            "lines": [_nbsp(line) for line in lines],
            "url": _of(row, "url", ""),
            "what": _of(row, "what", "") or _of(row, "label", ""),
        })  # fmt: skip
    return {"rows": drawn, "sheet": sheet}


@register.inclusion_tag("design/breadcrumb.html")
def breadcrumb(*trail: Any) -> dict[str, Any]:
    """Where this page stands: "Accueil" "/" "Mes demandes" url "Permis B", or one list of (label, url)."""
    if len(trail) == 1 and not isinstance(trail[0], str):
        pairs = [(label, url) for label, url in trail[0]]
    else:
        padded = [*trail, ""] if len(trail) % 2 else list(trail)
        pairs = list(zip(padded[::2], padded[1::2], strict=True))
    last = len(pairs) - 1
    links = [{"label": label, "url": url, "last": rank == last} for rank, (label, url) in enumerate(pairs)]
    return {"links": links}


# An accepted example, drawn: (picture, what makes it a good one). One drawing serves a family of pieces.
_CARD = ("identite", "En couleur, les quatre coins visibles, sans reflet.")
_HOME = ("domicile", "La page entière : votre nom, votre adresse et la date se lisent.")
_LETTER = ("lettre", "La page entière, datée et signée.")
_PAPER = ("attestation", "La page entière, bien à plat, sans ombre ni reflet.")
_LICENCE = ("permis", "La carte entière, en couleur, les quatre coins visibles.")
_DOCTOR = ("medical", "La page entière : la date, l’avis et la signature du médecin se lisent.")
EXAMPLES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("ID", "ID_HEB", "ID_REP", "STAY"), _CARD),
    **dict.fromkeys(("ADDR", "ADDR_HEB", "RESN"), _HOME),
    **dict.fromkeys(("HEB", "HONOUR", "MANDATE", "REP"), _LETTER),
    **dict.fromkeys(("LIC", "FLIC"), _LICENCE),
    **dict.fromkeys(("MED", "PSY"), _DOCTOR),
    **dict.fromkeys(
        ("ASSR1", "ASSR2", "ASR", "JDC", "JDC_EXEMPTION", "JDC_SITUATION", "JDC_PROVISOIRE"), _PAPER
    ),
    **dict.fromkeys(
        ("RECENSEMENT", "AAC", "DIPLOMA", "MIL", "FIMO", "LOSS", "THEFT", "DECISION", "TRAD"), _PAPER
    ),
    "CEPC": ("certificat", "La page entière : votre nom et le résultat se lisent."),
    "PHOTO": ("photo", "De face, sur un fond uni et clair, la tête nue."),
    "PHOTO:photo": ("photo", "De face, sur un fond uni et clair, la tête nue."),
    "PHOTO:signature": ("signature", "À l’encre noire, sur une feuille blanche, sans toucher les bords."),
    "STAMP": ("timbre", "Le numéro à 16 chiffres, entier."),
}


@register.inclusion_tag("design/example.html")
def example(piece: Any, side: Any = "") -> dict[str, Any]:
    """A drawing of a good photo of this piece (`"ID"`, a Piece, its code), with what makes it good.

    `side`: a side's slug; the piece's own drawing serves when the side has none. Nothing for a piece that has no
    drawing: a page may ask for any.
    """
    picture, says = EXAMPLES.get(f"{piece}:{side}") or EXAMPLES.get(str(piece)) or ("", "")
    return {"picture": f"design/img/exemple-{picture}.svg" if picture else "", "says": words.nbsp(says)}


@register.simple_tag
def asset(path: str) -> str:
    """`static` that never fails: the page that says we failed must not fail for want of a manifest."""
    try:
        return static(path)
    except ValueError:
        return f"/static/{path}"


@register.simple_tag
def bare_styles() -> SafeString:
    """The links to the style sheets, for the pages that Django draws without a request."""
    sheets = skins.SHEETS.get(getattr(settings, "PERMIS_SKIN", ""), skins.SHEETS["neutral"])
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((asset(sheet),) for sheet in sheets))


@register.simple_tag
def heading(level: int, text: str, css: str = "", id: str = "") -> SafeString:
    """A title whose level depends on where the component stands."""
    attrs = format_html(' class="{}"', css) if css else ""
    attrs += format_html(' id="{}"', id) if id else ""
    return format_html("<h{0}{1}>{2}</h{0}>", level, mark_safe(attrs), text)  # noqa: S308  made by format_html


def _of(item: Any, name: str, default: Any) -> Any:
    return item.get(name, default) if isinstance(item, Mapping) else getattr(item, name, default)


def _nbsp(text: Any) -> str:
    # A SafeString comes back safe: rich sentences written in templates keep their markup.
    fixed = words.nbsp(str(text))
    return mark_safe(fixed) if isinstance(text, SafeString) else fixed  # noqa: S308  it was safe before
