"""The URLs open to all."""

from django.urls import path

from permis.checklist import views

app_name = "checklist"
urlpatterns = [
    path("", views.pieces, name="pieces"),
    path("suivre/", views.find, name="find"),
]
