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
    path("<str:reference>/documents/<uuid:slot_id>/envois/", representative.create, name="tus"),
    path("<str:reference>/documents/etat/", representative.state, name="state"),
    path("<str:reference>/envois/<uuid:arrival_id>/", representative.sending, name="sending"),
    path("<str:reference>/envois/<uuid:arrival_id>/abandonner/", representative.abandon, name="abandon"),
    path("<str:reference>/fichiers/<uuid:upload_id>/garder/", representative.keep_anyway, name="keep"),
    path(
        "<str:reference>/fichiers/<uuid:upload_id>/retirer/", representative.remove_file, name="remove_file"
    ),
    path("<str:reference>/fichiers/<uuid:upload_id>/<int:number>.jpg", representative.page, name="page"),
    path("<str:reference>/fichiers/<uuid:upload_id>/apercu.jpg", representative.thumbnail, name="thumbnail"),
]
