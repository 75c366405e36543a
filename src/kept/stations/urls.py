"""Addresses of sales, inspections and settlement talks."""

from django.urls import path

from kept.stations.dispute_lists import DisputeList
from kept.stations.fraud_lists import FraudList
from kept.stations.lists import (
    InspectionList,
    SalesList,
    SalesOwedList,
    StationsToInspectList,
    TalkList,
)
from kept.stations.views import FigurePage, FraudPage, InspectionPage, InspectionPaper, TalkPage

urlpatterns = [
    path("sales_figures/", SalesList.as_view(), name="sales_figures"),
    path("sales_figures/<int:ref>/", FigurePage.as_view(), name="sales_figure"),
    path("sales_owed/", SalesOwedList.as_view(), name="sales_owed"),
    path("inspections/", InspectionList.as_view(), name="inspections"),
    path("inspections/<str:ref>/", InspectionPage.as_view(), name="inspection"),
    path("inspections/<str:ref>/print/", InspectionPaper.as_view(), name="inspection_paper"),
    path("stations_to_inspect/", StationsToInspectList.as_view(), name="stations_to_inspect"),
    path("settlement_talks/", TalkList.as_view(), name="settlement_talks"),
    path("settlement_talks/<int:ref>/", TalkPage.as_view(), name="settlement_talk"),
    path("settlement_disputes/", DisputeList.as_view(), name="settlement_disputes"),
    path("fraud_cases/", FraudList.as_view(), name="fraud_cases"),
    path("fraud_cases/<str:ref>/", FraudPage.as_view(), name="fraud_case"),
]
