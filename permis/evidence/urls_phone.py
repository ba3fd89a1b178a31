"""The URLs of the page that a phone opens, under /telephone/: the token in them is the right."""

from django.urls import path

from permis.evidence import views_phone

app_name = "phone"
urlpatterns = [
    path("<slug:token>/", views_phone.page, name="page"),
    path("<slug:token>/photo/", views_phone.give, name="give"),
    path("<slug:token>/envois/", views_phone.create, name="tus"),
    path("<slug:token>/envois/<uuid:arrival_id>/", views_phone.sending, name="sending"),
    path("<slug:token>/fini/", views_phone.done, name="done"),
]
