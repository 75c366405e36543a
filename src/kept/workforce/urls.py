"""Addresses of what is kept about the staff."""

from django.urls import path

from kept.workforce.lists import (
    ConsultantList,
    TrainingFileList,
    TrainingList,
    TrainingsOwedList,
)
from kept.workforce.views import TrainingPage, TrainingPaper

urlpatterns = [
    path("consultants/", ConsultantList.as_view(), name="consultants"),
    path("trainings/", TrainingList.as_view(), name="trainings"),
    path("trainings/<str:ref>/", TrainingPage.as_view(), name="training"),
    path("trainings/<str:ref>/print/", TrainingPaper.as_view(), name="training_paper"),
    path("attendees/", TrainingFileList.as_view(), name="attendees"),
    path("trainings_owed/", TrainingsOwedList.as_view(), name="trainings_owed"),
]
