"""Addresses of promises and duties."""

from django.urls import path

from kept.promises.duty_calendar import DutyCalendar
from kept.promises.duty_lists import DutyList, DutyPeopleList, DutyRuleList
from kept.promises.lists import PromiseList
from kept.promises.views import PromisePage

urlpatterns = [
    path("promises/", PromiseList.as_view(), name="promises"),
    path("duties/", DutyList.as_view(), name="duties"),
    path("duties/calendar/", DutyCalendar.as_view(), name="duty_calendar"),
    path("duties/kinds/", DutyRuleList.as_view(), name="duty_rules"),
    path("duties/people/", DutyPeopleList.as_view(), name="duty_people"),
    path("promises/<int:ref>/", PromisePage.as_view(), name="promise"),
]
