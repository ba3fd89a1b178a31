"""The URLs of the form. `/demandes/` is shared by the stages that follow: see config/urls.py."""

from django.urls import path

from permis.form import autosave, views

app_name = "form"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("commencer/", views.begin, name="begin"),
    path("<str:reference>/", views.resume, name="resume"),
    path("<str:reference>/annuler/", views.cancel, name="cancel"),
    path("<str:reference>/<slug:slug>/brouillon/", autosave.keep, name="autosave"),
    # After every fixed page: a step is a word of table 1.
    path("<str:reference>/<slug:slug>/", views.step, name="step"),
]
