"""The URLs of the tracking, under /demandes/<reference>/."""

from django.urls import path

from permis.tracking import views

app_name = "tracking"
urlpatterns = [
    path("<str:reference>/suivi/", views.page, name="page"),
    path("<str:reference>/completer/", views.complete, name="complete"),
    path("<str:reference>/lettre-non-recue/", views.report_missing, name="report_missing"),
]
