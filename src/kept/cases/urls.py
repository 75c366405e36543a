"""Addresses of cases."""

from django.urls import path

from kept.cases.causes.lists import CauseList
from kept.cases.intake import BelongsThere, FindCaller, FindSimilar, IntakePage, NewIntake
from kept.cases.lists import (
    CaseList,
    ForumList,
    ProblemList,
    QueueList,
    RegisterList,
    WaitingList,
)
from kept.cases.requests.lists import RequestList
from kept.cases.requests.views import Catalogue, RequestPaper
from kept.cases.views import CasePage, CasePaper

urlpatterns = [
    path("intake/", NewIntake.as_view(), name="new_intake"),
    path("intake/<slug:ref>/", IntakePage.as_view(), name="intake"),
    path("intake/<slug:ref>/find/", FindCaller.as_view()),
    path("intake/<slug:ref>/similar/", FindSimilar.as_view()),
    path("intake/<slug:ref>/belongs/", BelongsThere.as_view()),
    path("cases/", CaseList.as_view(), name="cases"),
    path("queue/", QueueList.as_view(), name="queue"),
    path("waiting/", WaitingList.as_view(), name="waiting"),
    path("forum/", ForumList.as_view(), name="forum"),
    path("problems/", ProblemList.as_view(), name="problems"),
    path("register/", RegisterList.as_view(), name="register"),
    path("cases/<str:ref>/", CasePage.as_view(), name="case"),
    path("causes/", CauseList.as_view(), name="causes"),
    path("requests/", Catalogue.as_view(), name="catalogue"),
    path("requests/register/", RequestList.as_view(), name="requests"),
    path("cases/<str:ref>/request/", RequestPaper.as_view(), name="request_paper"),
    path("cases/<str:ref>/print/", CasePaper.as_view(), name="case_paper"),
]
