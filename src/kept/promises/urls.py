"""Addresses of promises."""

from django.urls import path

from kept.promises.duty_calendar import DutyCalendar
from kept.promises.duty_lists import DutyList, DutyPeopleList, DutyRuleList
from kept.promises.lists import PromiseList, RiskList, RosterList, ShiftList
from kept.promises.views import PromisePage, RosterPage, RosterPaper

urlpatterns = [
    path("promises/", PromiseList.as_view(), name="promises"),
    path("promises/at-risk/", RiskList.as_view(), name="promises_at_risk"),
    path("duties/", DutyList.as_view(), name="duties"),
    path("duties/calendar/", DutyCalendar.as_view(), name="duty_calendar"),
    path("duties/kinds/", DutyRuleList.as_view(), name="duty_rules"),
    path("duties/people/", DutyPeopleList.as_view(), name="duty_people"),
    path("rosters/", RosterList.as_view(), name="rosters"),
    path("rosters/shifts/", ShiftList.as_view(), name="roster_shifts"),
    path("rosters/<int:ref>/", RosterPage.as_view(), name="roster"),
    path("rosters/<int:ref>/print/", RosterPaper.as_view(), name="roster_paper"),
    path("promises/<int:ref>/", PromisePage.as_view(), name="promise"),
]
