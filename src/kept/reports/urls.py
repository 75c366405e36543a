"""Addresses of reports."""

from django.urls import path

from kept.reports.lists import ReportList
from kept.reports.views import ReportPage

urlpatterns = [
    path("reports/", ReportList.as_view(), name="reports"),
    path("reports/<str:ref>/", ReportPage.as_view(), name="report"),
]
