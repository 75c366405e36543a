"""Addresses of prices."""

from django.urls import path

from kept.orders.lists import PriceList

urlpatterns = [path("prices/", PriceList.as_view(), name="prices")]
