"""Addresses of sales, inspections and settlement talks."""

from django.urls import path

from kept.stations.lists import (
    InspectionList,
    SalesList,
    SalesOwedList,
    StationsToInspectList,
    TalkList,
)
from kept.stations.views import FigurePage, InspectionPage, InspectionPaper

urlpatterns = [
    path("sales_figures/", SalesList.as_view(), name="sales_figures"),
    path("sales_figures/<int:ref>/", FigurePage.as_view(), name="sales_figure"),
    path("sales_owed/", SalesOwedList.as_view(), name="sales_owed"),
    path("inspections/", InspectionList.as_view(), name="inspections"),
    path("inspections/<str:ref>/", InspectionPage.as_view(), name="inspection"),
    path("inspections/<str:ref>/print/", InspectionPaper.as_view(), name="inspection_paper"),
    path("stations_to_inspect/", StationsToInspectList.as_view(), name="stations_to_inspect"),
    path("settlement_talks/", TalkList.as_view(), name="settlement_talks"),
]
