"""The addresses that serve the boxes of the forms."""

from django.urls import path

from permis.questions import views

app_name = "questions"
urlpatterns = [path("", views.communes, name="communes")]
