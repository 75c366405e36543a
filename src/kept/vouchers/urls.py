"""Addresses of vouchers."""

from django.urls import path

from kept.vouchers.lists import VoucherList
from kept.vouchers.views import KnownVouchers, VoucherPage

urlpatterns = [
    path("vouchers/", VoucherList.as_view(), name="vouchers"),
    path("vouchers/known/", KnownVouchers.as_view(), name="known_vouchers"),
    path("vouchers/<str:ref>/", VoucherPage.as_view(), name="voucher"),
]
