"""The URLs of the agents."""

from django.urls import path

from permis.instruction import queue, views

app_name = "instruction"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("suivant/", queue.take_next, name="take_next"),
    path("dossiers/<str:reference>/", views.dossier, name="dossier"),
    path("dossiers/<str:reference>/documents/<uuid:slot_id>/", views.judge, name="judge"),
    path("dossiers/<str:reference>/voir/<uuid:upload_id>/<int:number>/", views.page, name="page"),
    path("dossiers/<str:reference>/<slug:verb>/", views.act, name="act"),
]
