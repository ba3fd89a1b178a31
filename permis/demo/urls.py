"""The URLs of the demo; they do not exist in production."""

from django.urls import path

from permis.demo import views
from permis.design.views import components

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("usine/", views.factory, name="factory"),
    path("facteur/", views.postman, name="postman"),
    path("timbres/", views.buy_stamp, name="stamp"),
    path("photo/", views.photograph, name="ephoto"),
    path("horloge/", views.move_clock, name="clock"),
    path("composants/", components, name="components"),
]
