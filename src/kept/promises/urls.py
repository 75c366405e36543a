"""Addresses of promises."""

from django.urls import path

from kept.promises.lists import PromiseList
from kept.promises.rules.views import CalendarPage, RulePage
from kept.promises.views import PromisePage

urlpatterns = [
    path("promises/", PromiseList.as_view(), name="promises"),
    path("promises/<int:ref>/", PromisePage.as_view(), name="promise"),
    path("rules/<int:ref>/", RulePage.as_view(), name="rule"),
    path("calendars/<int:ref>/", CalendarPage.as_view(), name="calendar"),
]
