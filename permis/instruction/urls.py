"""The URLs of the agents."""

from django.urls import path

from permis.instruction import queue, scan, views

app_name = "instruction"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("suivant/", queue.take_next, name="take_next"),
    path("numeriser/", scan.scan, name="scan"),
    path("numeriser/<uuid:sheet_id>/", scan.settle, name="scan_settle"),
    path("numeriser/<uuid:sheet_id>/<slug:side>/", scan.picture, name="scan_picture"),
    path("dossiers/<str:reference>/", views.dossier, name="dossier"),
    path("dossiers/<str:reference>/documents/<uuid:slot_id>/", views.judge, name="judge"),
    path("dossiers/<str:reference>/voir/<uuid:upload_id>/<int:number>/", views.page, name="page"),
    path("dossiers/<str:reference>/fps/", scan.sheet, name="sheet"),
    path("dossiers/<str:reference>/<slug:verb>/", views.act, name="act"),
]
