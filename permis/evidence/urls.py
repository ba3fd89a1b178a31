"""The URLs of the documents, under /demandes/<reference>/documents/."""

from django.urls import path

from permis.evidence import views

app_name = "evidence"
urlpatterns = [
    path("<str:reference>/documents/", views.documents, name="documents"),
    path("<str:reference>/documents/e-photo/", views.by_code, name="ephoto"),
    path("<str:reference>/documents/e-photo/<slug:side>/", views.code_picture, name="ephoto_picture"),
    path("<str:reference>/documents/<uuid:slot_id>/declarer/", views.declare, name="declare"),
    path("<str:reference>/documents/<uuid:slot_id>/", views.give, name="give"),
    path("<str:reference>/documents/<uuid:slot_id>/retirer/", views.remove, name="remove"),
    path("<str:reference>/documents/voir/<uuid:upload_id>/<int:number>/", views.page, name="page"),
    path("<str:reference>/documents/voir/<uuid:upload_id>/", views.thumbnail, name="thumbnail"),
]
