"""Is the process alive, and is it ready to serve?"""

from __future__ import annotations

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers: nothing else is looked at."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has its tables; 503 otherwise, so that a balancer sends nobody here."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM dossier_dossier LIMIT 1")
    except DatabaseError:
        return JsonResponse({"status": "not ready", "why": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ready"})
