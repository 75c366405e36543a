"""Addresses of dispatches, and of who can be sent."""

from django.urls import path

from kept.field.lists import DispatchList, EngineerList
from kept.field.views import DispatchPage, DispatchSlip, FreePage

urlpatterns = [
    path("dispatches/", DispatchList.as_view(), name="dispatches"),
    path("dispatches/free/", FreePage.as_view(), name="dispatches_free"),
    path("dispatches/<str:ref>/", DispatchPage.as_view(), name="dispatch"),
    path("dispatches/<str:ref>/print/", DispatchSlip.as_view(), name="dispatch_slip"),
    path("engineers/", EngineerList.as_view(), name="engineers"),
]
