"""Addresses of prices."""

from django.urls import path

from kept.orders.lists import PriceList
from kept.orders.views import WhatItCosts

urlpatterns = [
    path("prices/", PriceList.as_view(), name="prices"),
    path("prices/what_it_costs/", WhatItCosts.as_view(), name="what_it_costs"),
]
