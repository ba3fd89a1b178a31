"""The URLs of the documents, under /demandes/<reference>/documents/."""

from django.urls import path

from permis.evidence import views, views_fps, views_phone

app_name = "evidence"
urlpatterns = [
    path("<str:reference>/documents/", views.documents, name="documents"),
    path("<str:reference>/documents/e-photo/", views.by_code, name="ephoto"),
    path("<str:reference>/documents/e-photo/<slug:side>/", views.code_picture, name="ephoto_picture"),
    path("<str:reference>/documents/fps/", views_fps.sheet, name="fps"),
    path("<str:reference>/documents/etat/", views.state, name="state"),
    path("<str:reference>/documents/envois/<uuid:arrival_id>/", views.sending, name="sending"),
    path("<str:reference>/documents/envois/<uuid:arrival_id>/abandonner/", views.abandon, name="abandon"),
    path("<str:reference>/documents/fichiers/<uuid:upload_id>/garder/", views.keep_anyway, name="keep"),
    path(
        "<str:reference>/documents/fichiers/<uuid:upload_id>/retirer/", views.remove_file, name="remove_file"
    ),
    path("<str:reference>/documents/code/<uuid:link_id>.png", views_phone.code, name="phone_qr"),
    path("<str:reference>/documents/<uuid:slot_id>/envois/", views.create, name="tus"),
    path("<str:reference>/documents/<uuid:slot_id>/telephone/", views_phone.offer, name="phone"),
    path("<str:reference>/documents/<uuid:slot_id>/question/", views.ask, name="ask"),
    path("<str:reference>/documents/<uuid:slot_id>/declarer/", views.declare, name="declare"),
    path("<str:reference>/documents/<uuid:slot_id>/", views.give, name="give"),
    path("<str:reference>/documents/<uuid:slot_id>/retirer/", views.remove, name="remove"),
    path("<str:reference>/documents/voir/<uuid:upload_id>/<int:number>/", views.page, name="page"),
    path("<str:reference>/documents/voir/<uuid:upload_id>/", views.thumbnail, name="thumbnail"),
]
