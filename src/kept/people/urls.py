"""Addresses of people."""

from django.urls import path

from kept.people.lists import PersonList
from kept.people.views.door import CastDoor
from kept.people.views.installation import Clock, InstallationPage
from kept.people.views.keepsakes import DraftDoor, PresenceDoor
from kept.people.views.persons import FirstPasswordPage, PersonPage
from kept.people.views.policy import PolicyPage
from kept.people.views.roles import RoleOverview, RolePage
from kept.people.views.saved import OwnViews
from kept.people.views.tokens import OwnTokens
from kept.people.views.units import UnitPage, UnitTree

urlpatterns = [
    path("units/", UnitTree.as_view(), name="units"),
    path("units/<str:ref>/", UnitPage.as_view(), name="unit"),
    path("users/", PersonList.as_view(), name="users"),
    path("users/<str:ref>/", PersonPage.as_view(), name="user"),
    path("users/<str:ref>/first_password/", FirstPasswordPage.as_view(), name="first_password"),
    path("roles/", RoleOverview.as_view(), name="roles"),
    path("roles/<str:ref>/", RolePage.as_view(), name="role"),
    path("policy/", PolicyPage.as_view(), name="policy"),
    path("tokens/", OwnTokens.as_view(), name="tokens"),
    path("installation/", InstallationPage.as_view(), name="installation"),
    path("installation/<str:ref>/", InstallationPage.as_view()),
    path("clock/", Clock.as_view(), name="clock"),
    path("views/", OwnViews.as_view(), name="views"),
    path("drafts/<slug:form>/<slug:key>/", DraftDoor.as_view(), name="draft"),
    path("presence/", PresenceDoor.as_view(), name="presence"),
    path("cast/enter/", CastDoor.as_view(), name="enter_cast"),
]
