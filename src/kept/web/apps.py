from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kept.web"
    label = "web"
