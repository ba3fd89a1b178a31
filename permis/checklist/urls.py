"""The URLs open to all."""

from django.urls import path

from permis.checklist import views

app_name = "checklist"
urlpatterns = [
    path("", views.pieces, name="pieces"),
    path("precisez/<slug:slug>/", views.detail, name="detail"),
    path("question/<slug:slug>/", views.question, name="question"),
    path("recommencer/", views.restart, name="restart"),
    path("liste/", views.personal_list, name="list"),
    path("liste/pdf/", views.list_pdf, name="list_pdf"),
    path("tous/", views.all_pieces, name="all"),
    path("suivre/", views.find, name="find"),
]
