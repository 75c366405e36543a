"""Addresses of what is kept about the staff."""

from django.urls import path

from kept.workforce.lists import ConsultantList

urlpatterns = [
    path("consultants/", ConsultantList.as_view(), name="consultants"),
]
