"""The URLs of the account."""

from django.urls import path

from permis.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.me, name="me"),
    path("creer/", views.sign_up, name="sign_up"),
    path("confirmer/", views.confirm, name="confirm"),
    path("confirmer/<str:token>/", views.confirm_link, name="confirm_link"),
    path("connexion/", views.sign_in, name="sign_in"),
    path("deconnexion/", views.sign_out, name="sign_out"),
    path("rester/", views.stay, name="stay"),
    path("mot-de-passe/", views.forgot, name="forgot"),
    path("mot-de-passe/nouveau/", views.reset, name="reset"),
    path("joindre/", views.add_channel, name="add_channel"),
    path("joindre/confirmer/", views.confirm_channel, name="confirm_channel"),
]
