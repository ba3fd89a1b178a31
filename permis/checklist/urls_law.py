"""The URLs of the rules, open to all."""

from django.urls import path

from permis.checklist import law

app_name = "rules"
urlpatterns = [
    path("", law.index, name="index"),
    path("tableau/", law.matrix, name="matrix"),
    path("<slug:code>/", law.motive_rules, name="motive"),
]
