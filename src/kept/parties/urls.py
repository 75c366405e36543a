"""Addresses of accounts and of what is kept about them."""

from django.urls import path

from kept.parties.lists import AccountList, CheckList, HeardList, NoticeDesk, StaleList
from kept.parties.territory_lists import AcrossList, ChurnList, CoverageList, StaffList
from kept.parties.views import (
    AccountPage,
    AccountPaper,
    Duplicates,
    NoticePage,
    NoticePaper,
    Suggestions,
    TickFiles,
)

urlpatterns = [
    path("accounts/", AccountList.as_view(), name="accounts"),
    path("accounts/duplicates/", Duplicates.as_view(), name="likely_duplicates"),
    path("accounts/suggest/", Suggestions.as_view(), name="suggest_accounts"),
    path("accounts/<str:ref>/", AccountPage.as_view(), name="account"),
    path("accounts/<str:ref>/print/", AccountPaper.as_view(), name="account_paper"),
    path("file_checks/", StaleList.as_view(), name="stale_files"),
    path("file_checks/done/", CheckList.as_view(), name="file_checks"),
    path("file_checks/tick/", TickFiles.as_view(), name="tick_files"),
    path("change_notices/", NoticeDesk.as_view(), name="change_notices"),
    path("change_notices/<str:ref>/", NoticePage.as_view(), name="change_notice"),
    path("change_notices/<str:ref>/print/", NoticePaper.as_view(), name="change_notice_paper"),
    path("heard/", HeardList.as_view(), name="heard"),
    path("churn/", ChurnList.as_view(), name="churn"),
    path("coverage/", CoverageList.as_view(), name="coverage"),
    path("field_staff/", StaffList.as_view(), name="field_staff"),
    path("cross_region/", AcrossList.as_view(), name="cross_region"),
]
