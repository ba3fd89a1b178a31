"""The URLs of the sending, under /demandes/<reference>/."""

from django.urls import path

from permis.submission import representative, views

app_name = "submission"
urlpatterns = [
    path("<str:reference>/signature/", representative.signature, name="signature"),
    path("<str:reference>/recapitulatif/", views.check, name="summary"),
    path("<str:reference>/recu/", views.receipt, name="receipt"),
    path("<str:reference>/recu.pdf", views.receipt_pdf, name="receipt_pdf"),
]
