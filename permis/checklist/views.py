"""The home page and the explorer: what happens to you, what we still must know, then your own list. Open to all."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock
from permis.checklist import explored, words
from permis.checklist.forms import BoxesForm, FactForm, ForkForm, listed
from permis.checklist.overview import overview
from permis.checklist.personal import content
from permis.design import paper
from permis.design.words import french_day
from permis.domain import exploring, required
from permis.domain.exploring import (
    BOXES,
    BY_SCHOOL,
    FORKS,
    NONE_OF,
    ROOT,
    UNSURE,
    WITHOUT,
    Aside,
    Fork,
    Told,
    Walk,
)
from permis.domain.situation import NONE
from permis.domain.vocabulary import SCHOOL_ONLY, Motive, Outcome
from permis.dossier.access import dossiers_of
from permis.dossier.models import Dossier
from permis.dossier.reference import read
from permis.questions.summary import say

# How a fact is written in an address: what is asked, never what was answered.
SLUGS = {
    "categories": "categorie",
    "held_categories": "categories",
    "birth_date": "naissance",
    "nationality": "nationalite",
    "resident_since": "installation",
    "stay_started_on": "sejour",
    "address": "logement",
    "theory_only": "epreuves",
    "theory_exam_on": "code",
    "exam_on": "examen",
    "course_on": "formation",
    "a2_obtained_on": "permis-a2",
    "lost_on": "perte",
    "theft_receipt_on": "recepisse",
    "civil_status_reason": "etat-civil",
    "received_on": "reception",
    "error_kind": "erreur",
    "licence_country": "pays-du-permis",
    "licence_obtained_on": "obtention",
    "licence_expires_on": "fin-du-permis",
    "ban_starts_on": "debut-de-la-mesure",
    "ban_ends_on": "fin-de-la-mesure",
    "licence_surrendered_on": "permis-remis",
    "licence_first_issued_on": "premier-permis",
    "medical_opinion_on": "avis-medical",
    "category_ends_on": "fin-des-categories",
    "needed_on": "depart",
}
FACTS = {slug: fact for fact, slug in SLUGS.items()}
CASES = "cas"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What happens to you? And, for somebody who has begun, the way back to it."""
    drafts: list[Dossier] = []
    if request.user.is_authenticated:
        drafts = list(dossiers_of(request.user).filter(state="DRAFT").order_by("-created_at")[:1])
    return render(request, "checklist/home.html", {"draft": drafts[0] if drafts else None})


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From a reference typed on the home page to its tracking page (which asks to sign in)."""
    reference = read(request.GET.get("num", ""))
    if reference is None:
        return render(
            request, "checklist/not_a_reference.html", {"typed": request.GET.get("num", "")[:20]}, status=404
        )
    return redirect(reverse("tracking:page", args=[reference]))


# ── Table 0 ────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def pieces(request: HttpRequest) -> HttpResponse:
    """The first question, or with `?motif=` what is known of it: its first question, or why there is none."""
    wanted = request.GET.get("motif", "")
    if request.method != "POST" and wanted in set(Motive):
        return _first_question(request, Motive(wanted))
    if request.method != "POST" and wanted in set(Aside):
        return _aside(request, Aside(wanted))
    return _fork(request, _of_another() if request.GET.get("pour") == "autrui" else FORKS[ROOT])


def _of_another() -> Fork:
    """The first question, for whoever has said that the request is of somebody else."""
    root = FORKS[ROOT]
    choices = tuple(choice for choice in root.choices if choice.to != "autrui")
    return dataclasses.replace(root, label="Qu’est-ce qui lui arrive ?", choices=choices)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A further question of table 0."""
    if slug not in FORKS or slug == ROOT:
        raise Http404
    return _fork(request, FORKS[slug])


def _fork(request: HttpRequest, fork: Fork) -> HttpResponse:
    form = ForkForm(fork, request.POST if request.method == "POST" else None, clock.today())
    if form.is_valid():
        return redirect(_address(form.to[form.cleaned_data["choix"]]))
    root = fork.slug == ROOT
    context = {
        "form": form,
        "title": fork.label,
        "heading": words.FIND,
        "why": fork.why,
        "back": "" if root else _fork_url(exploring.fork_before(fork.slug)),
        "action": request.path if fork == FORKS[fork.slug] else f"{request.path}?pour=autrui",
        "motive": "",
        "unsure": "",
        "none": "",
        "notice": "",
        "said": [],
        "ended": root and "reprise" in request.GET,
        "begun": explored.way_of(request).answer is not None if root else False,
    }
    return render(request, "checklist/question.html", context, status=422 if form.errors else 200)


def _address(to: Motive | Aside | str) -> str:
    if isinstance(to, Motive | Aside):
        return f"{reverse('checklist:pieces')}?motif={to}"
    return reverse("checklist:detail", args=[to])


def _fork_url(fork: Fork) -> str:
    return reverse("checklist:pieces") if fork.slug == ROOT else reverse("checklist:detail", args=[fork.slug])


def _aside(request: HttpRequest, aside: Aside) -> HttpResponse:
    context = {
        "told": WITHOUT[aside],
        "source": str(WITHOUT[aside].source or ""),
        "back": _fork_url(exploring.fork_before(aside)),
    }
    return render(request, "checklist/without.html", context)


# ── The facts ──────────────────────────────────────────────────────────────────────────────────────────────


def _first_question(request: HttpRequest, motive: Motive) -> HttpResponse:
    """The first fact of this motive, on the page that a link led to: a GET keeps nothing, the form says the motive."""
    told = explored.told(request)
    way = exploring.walk(_of_motive(told, motive), clock.today())
    fact = (way.pages[0] if way.pages else way.page)[0]
    if exploring.has_box(fact):
        boxes = BoxesForm(exploring.boxes_of(way), None, clock.today(), told.answers)
        return _ask(request, boxes, way, fact, motive=motive.value)
    form = FactForm(fact, None, clock.today(), told.answers, way.situation)
    return _ask(request, form, way, fact, motive=motive.value)


def _of_motive(told: Told, motive: str) -> Told:
    return dataclasses.replace(told, answers={**told.answers, "motive": motive})


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """One fact, or together those that are usually so: shown with what was said, kept in the session."""
    if slug not in FACTS and slug != CASES:
        raise Http404
    told, today = explored.told(request), clock.today()
    motive = request.POST.get("motif", "")
    if motive in required.FILES:
        told = _of_motive(told, motive)
    way = exploring.walk(told, today)
    if way.answer is None:
        return redirect(f"{reverse('checklist:pieces')}?reprise=1")
    fact = next((f for page in (*way.pages, way.page, way.unsaid) for f in page if _slug(f) == slug), "")
    if not fact:  # no longer asked: an answer has changed since this page was opened
        return redirect(_next_url(way))
    data = request.POST if request.method == "POST" else None
    if data is not None and "unsure" in data and fact in UNSURE:
        answers = {name: value for name, value in told.answers.items() if name != fact}
        return _keep(request, dataclasses.replace(told, answers=answers, unsaid=told.unsaid | {fact}))
    if data is not None and "none" in data and fact in NONE_OF:
        return _keep(request, _said_to_be(told, fact, {fact: NONE}))
    if slug == CASES:
        boxes = BoxesForm(exploring.boxes_of(way), data, today, told.answers)
        if boxes.is_valid():
            return _keep(request, _ticked(told, boxes.ticks()))
        return _ask(request, boxes, way, fact, motive=motive)
    form = FactForm(fact, data, today, told.answers, way.situation)
    if form.is_valid():
        return _keep(request, _said_to_be(told, fact, form.said()))
    return _ask(request, form, way, fact, motive=motive)


def _said_to_be(told: Told, fact: str, answers: dict[str, Any]) -> Told:
    return dataclasses.replace(told, answers={**told.answers, **answers}, unsaid=told.unsaid - {fact})


def _ticked(told: Told, ticks: dict[str, Any]) -> Told:
    answers = {**told.answers, **ticks}
    return dataclasses.replace(
        told,
        answers={name: value for name, value in answers.items() if value is not None},
        shown=told.shown | set(ticks),
    )


def _keep(request: HttpRequest, told: Told) -> HttpResponse:
    explored.keep(request, told)
    return redirect(_next_url(exploring.walk(told, clock.today())))


def _slug(fact: str) -> str:
    return CASES if exploring.has_box(fact) else SLUGS[fact]


def _next_url(way: Walk) -> str:
    if way.page:
        return reverse("checklist:question", args=[_slug(way.page[0])])
    return reverse("checklist:list")


def _ask(
    request: HttpRequest, form: FactForm | BoxesForm, way: Walk, fact: str, *, motive: str
) -> HttpResponse:
    pages = [page for page in (*way.pages, way.page) if page]
    rank = next((n for n, page in enumerate(pages) if fact in page), 0)
    asked_alone = form.step.questions[0]
    context = {
        "form": form,
        "title": asked_alone.label,
        "heading": way.situation.motive.label,
        "why": asked_alone.why,
        "back": reverse("checklist:question", args=[_slug(pages[rank - 1][0])])
        if rank
        else _fork_url(exploring.fork_before(way.situation.motive)),
        "action": reverse("checklist:question", args=[_slug(fact)]),
        "motive": motive,
        "unsure": UNSURE[fact][0] if fact in UNSURE else "",
        "none": NONE_OF.get(fact, ""),
        "notice": BY_SCHOOL.title if way.situation.motive in SCHOOL_ONLY and not rank else "",
        "said": _said(way, explored.told(request)),
        "ended": False,
        "begun": False,
    }
    return render(request, "checklist/question.html", context, status=422 if form.errors else 200)


def _said(way: Walk, told: Told) -> list[dict[str, str]]:
    """What was answered and counts, each with the way to change it."""
    rows = [
        {
            "label": "Ce qui vous arrive",
            "value": way.situation.motive.label,
            "url": reverse("checklist:pieces"),
            "what": "ce qui vous arrive",
        }
    ]
    for page in way.pages:
        url = reverse("checklist:question", args=[_slug(page[0])])
        if exploring.has_box(page[0]):
            ticked = [
                box.label
                for box in BOXES
                if box.fact in page and box.value in listed(told.answers.get(box.fact))
            ]
            text = ", ".join(ticked) or "Rien à signaler"
            rows.append(
                {"label": "Cas particuliers", "value": text, "url": url, "what": "les cas particuliers"}
            )
        else:
            label, text = _in_words(page[0], way, told)
            rows.append({"label": label, "value": text, "url": url, "what": label})
    for fact in way.unsaid:
        url = reverse("checklist:question", args=[_slug(fact)])
        label, _ = _in_words(fact, way, told)
        rows.append({"label": label, "value": UNSURE[fact][0], "url": url, "what": label})
    return rows


def _in_words(fact: str, way: Walk, told: Told) -> tuple[str, str]:
    """The question and the answer as a person reads them."""
    answer = told.answers.get(fact)
    if parts := exploring.parts_of(fact, way.situation):
        ends = answer if isinstance(answer, dict) else {}
        said = [f"{code} : {say(part, ends[code])}" for code, part in parts.items() if code in ends]
        return "Fin de validité des catégories", ", ".join(said)
    question = exploring.question_of(fact, way.situation)
    return question.label, NONE_OF.get(fact, "") if answer == NONE else say(question, answer)


@require_POST
def restart(request: HttpRequest) -> HttpResponse:
    """Forgets what was said, and asks again from the start."""
    explored.forget(request)
    return redirect("checklist:pieces")


# ── The end ────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def personal_list(request: HttpRequest) -> HttpResponse:
    """The person's own list; before any document, what the law answers when the request cannot be filed today."""
    way = explored.way_of(request)
    if way.answer is None:
        return redirect(f"{reverse('checklist:pieces')}?reprise=1")
    told = explored.told(request)
    if request.method == "POST":
        explored.keep(request, dataclasses.replace(told, ahead="ahead" in request.POST))
        return redirect(_next_url(explored.way_of(request)))
    if way.page:
        return redirect(_next_url(way))
    said = _said(way, told)
    if way.stops:
        return render(request, "checklist/outcome.html", {**_outcome(way), "said": said})
    return render(request, "checklist/list.html", {**content(way, clock.today()), "said": said})


def _outcome(way: Walk) -> dict[str, Any]:
    answer = way.answer
    if answer is None:
        raise ValueError("the motive is not known")
    day = answer.not_before if answer.outcome is Outcome.NOT_BEFORE else None
    title = words.OUTCOMES[answer.outcome].format(day=french_day(day) if day else "")
    own = answer.bar.instead if answer.bar else ""
    return {
        "leads_to": [
            {"code": motive.value, "label": motive.label}
            for motive in (answer.bar.leads_to if answer.bar else ())
        ],
        "ticks": [box.label for box in exploring.boxes_against(way)],
        "boxes": reverse("checklist:question", args=[CASES]),
        "title": words.NOT_YET if answer.outcome is Outcome.NOT_BEFORE and day is None else title,
        "because": answer.because,
        "instead": own or (words.INSTEAD.get(answer.reason, words.INSTEAD[None]) if day is None else ""),
        "day": french_day(day) if day else "",
        "motive": way.situation.motive.label,
        "open_motive": way.situation.motive.value,
        "source": str(answer.source or ""),
    }


@require_safe
def list_pdf(request: HttpRequest) -> HttpResponse:
    """The same list as a PDF that a screen reader can read."""
    way, today = explored.way_of(request), clock.today()
    if way.answer is None or way.page or way.stops:
        return redirect("checklist:list")
    said = _said(way, explored.told(request))
    data = {
        **content(way, today),
        "said": [{"label": row["label"], "value": row["value"]} for row in said],
        "made_on": french_day(today),
        "service": "Télépermis",
        "banner": "Démonstration, sans valeur officielle"
        if settings.DEMO or not settings.PERMIS_OPERATOR
        else "",
    }
    response = HttpResponse(paper.render("checklist", data, on=today), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="liste-des-documents.pdf"'
    return response


@require_safe
def all_pieces(request: HttpRequest) -> HttpResponse:
    """Every document that a request may ask for, and of whom: for a school, to print."""
    wanted = request.GET.get("motif", "")
    motive = Motive(wanted) if wanted in set(Motive) else Motive.REU
    return render(request, "checklist/all.html", overview(motive))
