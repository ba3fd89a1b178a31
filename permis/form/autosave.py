"""What is typed is kept before it is saved: valid answers as answers, the rest as it was typed, beside them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from permis import clock
from permis.design.words import nbsp
from permis.domain import asked
from permis.domain.vocabulary import Role, State
from permis.dossier.access import dossier_for
from permis.dossier.facts import NotNow, Stale, save_answers
from permis.dossier.models import Dossier
from permis.form import steps, typed

ELSEWHERE = (
    "Une autre fenêtre a enregistré cette demande à {time}. Ce que vous écrivez ici n’est plus gardé tout seul : "
    "appuyez sur « Enregistrer et continuer », vous pourrez relire avant."
)
CHANGED = "Cette page n’est plus à jour : rechargez-la. Ce qui était enregistré y est."


@login_required
@require_POST
def keep(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Keeps what is on the page of a step, as it is. Answers in JSON: the new revision, what to say, and
    the seconds that the session has left (to type is a visit).

    409 when the page is old (another window saved, the request was sent): nothing is written then.
    """
    dossier = dossier_for(request.user, reference)
    if slug not in asked.BY_SLUG:
        raise Http404
    this = steps.step_of(dossier, slug) if dossier.get_state() is State.DRAFT else None
    if this is None:
        return _answer(request, dossier, CHANGED, 409)
    form = steps.form_for(request, dossier, this, request.POST)
    form.full_clean()
    steps.holds(form, dossier)  # what the law bars is kept as typed, not as an answer
    answers = dossier.all_answers()
    given = typed.sorted_out(form, answers)
    try:
        if str(dossier.revision) != request.POST.get("revision"):
            raise Stale
        if any(answers.get(name) != value for name, value in given.items()):
            dossier = save_answers(dossier, Role.CITIZEN, given, revision=dossier.revision)
    except Stale:
        dossier.refresh_from_db()
        return _answer(request, dossier, ELSEWHERE.format(time=_time(dossier)), 409)
    except NotNow:
        return _answer(request, dossier, CHANGED, 409)
    return _answer(request, dossier, f"Enregistré à {_time(dossier)}.")


def _time(dossier: Dossier) -> str:
    return clock.in_paris(dossier.saved_at or clock.now()).strftime("%H h %M")


def _answer(request: HttpRequest, dossier: Dossier, sentence: str, status: int = 200) -> JsonResponse:
    said = {"revision": dossier.revision, "sentence": nbsp(sentence)}
    return JsonResponse({**said, "left": request.session_left}, status=status)  # type: ignore[attr-defined]
