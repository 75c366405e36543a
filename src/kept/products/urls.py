"""Addresses of products, serial units and contracts."""

from django.urls import path

from kept.products.lists import ContractList, ProductList, SerialList, UsageList
from kept.products.views import ContractPage, ProductPage, SerialPage, SerialPaper

urlpatterns = [
    path("products/", ProductList.as_view(), name="products"),
    path("products/<str:ref>/", ProductPage.as_view(), name="product"),
    path("serials/", SerialList.as_view(), name="serials"),
    path("serials/<str:ref>/", SerialPage.as_view(), name="serial"),
    path("serials/<str:ref>/print/", SerialPaper.as_view(), name="serial_paper"),
    path("contracts/", ContractList.as_view(), name="contracts"),
    path("contracts/<str:ref>/", ContractPage.as_view(), name="contract"),
    path("usage/", UsageList.as_view(), name="usage"),
]
