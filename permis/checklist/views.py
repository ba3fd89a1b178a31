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
from permis.checklist.forms import BoxesForm, FactForm, ForkForm
from permis.checklist.overview import overview
from permis.checklist.personal import content
from permis.design import paper
from permis.design.words import french_day
from permis.domain import exploring, required
from permis.domain.exploring import BOXES, FORKS, ROOT, TODAY, UNSURE, WITHOUT, Aside, Fork, Told, Walk
from permis.domain.vocabulary import Motive, Outcome
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
    "address": "logement",
    "exam_on": "examen",
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
    """The first question, or with `?motif=` what is known of it: its first question, or an honest answer."""
    wanted = request.GET.get("motif", "")
    if request.method != "POST" and wanted in set(Motive):
        motive = Motive(wanted)
        if motive in required.FILES:
            return _first_question(request, motive)
        return render(request, "checklist/not_open.html", _not_open(motive))
    if request.method != "POST" and wanted in set(Aside):
        return _aside(request, Aside(wanted))
    return _fork(request, FORKS[ROOT])


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
        "action": request.path,
        "motive": "",
        "unsure": "",
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


def _not_open(motive: Motive) -> dict[str, Any]:
    return {
        "motive": motive,
        "today": TODAY[motive],
        "source": str(TODAY[motive].source),
        "back": _fork_url(exploring.fork_before(motive)),
    }


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
    form = FactForm(fact, None, clock.today(), told.answers)
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
    if slug == CASES:
        boxes = BoxesForm(exploring.boxes_of(way), data, today, told.answers)
        if boxes.is_valid():
            return _keep(request, _ticked(told, boxes.ticks()))
        return _ask(request, boxes, way, fact, motive=motive)
    form = FactForm(fact, data, today, told.answers)
    if form.is_valid():
        said = dataclasses.replace(told, answers={**told.answers, **form.json()}, unsaid=told.unsaid - {fact})
        return _keep(request, said)
    return _ask(request, form, way, fact, motive=motive)


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
    return CASES if exploring.is_presumed(fact) else SLUGS[fact]


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
        if exploring.is_presumed(page[0]):
            ticked = [
                box.label
                for box in BOXES
                if box.fact in page and box.value in _listed(told.answers.get(box.fact))
            ]
            text = ", ".join(ticked) or "Rien à signaler"
            rows.append(
                {"label": "Cas particuliers", "value": text, "url": url, "what": "les cas particuliers"}
            )
        else:
            asked_alone = exploring.question_of(page[0])
            text = say(asked_alone, told.answers.get(page[0]))
            rows.append({"label": asked_alone.label, "value": text, "url": url, "what": asked_alone.label})
    for fact in way.unsaid:
        asked_alone = exploring.question_of(fact)
        url = reverse("checklist:question", args=[_slug(fact)])
        rows.append(
            {"label": asked_alone.label, "value": UNSURE[fact][0], "url": url, "what": asked_alone.label}
        )
    return rows


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


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
    return {
        "title": words.OUTCOMES[answer.outcome].format(day=french_day(day) if day else ""),
        "because": answer.because,
        "instead": words.INSTEAD.get(answer.reason, "") if day is None else "",
        "day": french_day(day) if day else "",
        "motive": way.situation.motive.label,
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
    """Every document that an open request may ask for, and of whom: for a school, to print."""
    wanted = request.GET.get("motif", "")
    motive = Motive(wanted) if wanted in required.FILES else next(iter(required.FILES))
    return render(request, "checklist/all.html", overview(motive))
