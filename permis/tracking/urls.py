"""The URLs of the tracking, under /demandes/<reference>/."""

from django.urls import path

from permis.tracking import views

app_name = "tracking"
urlpatterns = [
    path("<str:reference>/suivi/", views.page, name="page"),
    path("<str:reference>/courriers/<int:n>/", views.letter, name="letter"),
    path("<str:reference>/courriers/<int:n>.pdf", views.letter_pdf, name="letter_pdf"),
    path("<str:reference>/completer/", views.complete, name="complete"),
    path("<str:reference>/lettre-non-recue/", views.report_missing, name="report_missing"),
]
