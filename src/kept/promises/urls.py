"""Addresses of promises."""

from django.urls import path

from kept.promises.duty_calendar import DutyCalendar
from kept.promises.duty_lists import DutyList
from kept.promises.figure_lists import DutyPeopleList, DutyRuleList
from kept.promises.ledger_page import LedgerPage
from kept.promises.lists import PromiseList, RiskList, RosterList, ShiftList
from kept.promises.rules.views import CalendarPage, RulePage
from kept.promises.views import PromisePage, PromisePaper, RosterPage, RosterPaper
from kept.promises.what_if.lists import WhatIfList, WhatIfRowList
from kept.promises.what_if.views import (
    AskWhatIf,
    WhatIfAgain,
    WhatIfPage,
    WhatIfPicture,
    WhatIfProgress,
)

urlpatterns = [
    path("promises/", PromiseList.as_view(), name="promises"),
    path("promises/at-risk/", RiskList.as_view(), name="promises_at_risk"),
    path("promises/ledger/", LedgerPage.as_view(), name="promise_ledger"),
    path("duties/", DutyList.as_view(), name="duties"),
    path("duties/calendar/", DutyCalendar.as_view(), name="duty_calendar"),
    path("duties/kinds/", DutyRuleList.as_view(), name="duty_rules"),
    path("duties/people/", DutyPeopleList.as_view(), name="duty_people"),
    path("rosters/", RosterList.as_view(), name="rosters"),
    path("rosters/shifts/", ShiftList.as_view(), name="roster_shifts"),
    path("rosters/<int:ref>/", RosterPage.as_view(), name="roster"),
    path("rosters/<int:ref>/print/", RosterPaper.as_view(), name="roster_paper"),
    path("promises/<int:ref>/", PromisePage.as_view(), name="promise"),
    path("promises/<int:ref>/print/", PromisePaper.as_view(), name="promise_paper"),
    path("promises/what-if/", WhatIfList.as_view(), name="what_ifs"),
    path("promises/what-if/ask/", AskWhatIf.as_view(), name="what_if_ask"),
    path("promises/what-if/rows/", WhatIfRowList.as_view(), name="what_if_rows"),
    path("promises/what-if/<int:ref>/", WhatIfPage.as_view(), name="what_if"),
    path("promises/what-if/<int:ref>/progress/", WhatIfProgress.as_view(), name="what_if_progress"),
    path("promises/what-if/<int:ref>/again/", WhatIfAgain.as_view(), name="what_if_again"),
    path("promises/what-if/<int:ref>/picture/", WhatIfPicture.as_view(), name="what_if_picture"),
    path("rules/<int:ref>/", RulePage.as_view(), name="rule"),
    path("calendars/<int:ref>/", CalendarPage.as_view(), name="calendar"),
]
