"""The URLs of the representative, who has no account: a key opens them."""

from django.urls import path

from permis.submission import representative

app_name = "representative"
urlpatterns = [
    path("", representative.enter, name="enter"),
    path("quitter/", representative.leave, name="leave"),
    path("invitation/<str:key>/", representative.link, name="link"),
    path("<str:reference>/", representative.part, name="documents"),
    path("<str:reference>/documents/<uuid:slot_id>/", representative.give, name="give"),
    path("<str:reference>/documents/<uuid:slot_id>/retirer/", representative.remove, name="remove"),
    path("<str:reference>/fichiers/<uuid:upload_id>/<int:number>.jpg", representative.page, name="page"),
    path("<str:reference>/fichiers/<uuid:upload_id>/apercu.jpg", representative.thumbnail, name="thumbnail"),
]
