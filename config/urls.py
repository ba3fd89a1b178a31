"""The road, one line a stage."""

from django.conf import settings
from django.urls import include, path

from config import api, health
from permis.checklist.views import home

handler404 = "config.api.not_found"
handler400 = "permis.design.views.bad_request"
urlpatterns = [
    path("", home, name="home"),
    path("compte/", include("permis.accounts.urls")),
    path("pieces/", include("permis.checklist.urls")),
    path("regles/", include("permis.checklist.urls_law")),
    path("demandes/", include("permis.evidence.urls")),
    path("demandes/", include("permis.submission.urls")),
    path("demandes/", include("permis.tracking.urls")),
    path("demandes/", include("permis.form.urls")),  # last of the four: its steps are the words of table 1
    path("representant/", include("permis.submission.urls_representative")),
    path("telephone/", include("permis.evidence.urls_phone")),
    path("communes/", include("permis.questions.urls")),
    path("agent/", include("permis.instruction.urls")),
    path("api/v1/", api.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("permis.demo.urls")))
