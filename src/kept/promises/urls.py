"""Addresses of promises."""

from django.urls import path

from kept.promises.ledger_page import LedgerPage
from kept.promises.lists import PromiseList
from kept.promises.views import PromisePage, PromisePaper

urlpatterns = [
    path("promises/", PromiseList.as_view(), name="promises"),
    path("promises/ledger/", LedgerPage.as_view(), name="promise_ledger"),
    path("promises/<int:ref>/", PromisePage.as_view(), name="promise"),
    path("promises/<int:ref>/print/", PromisePaper.as_view(), name="promise_paper"),
]
