from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "kept.demo"
    label = "demo"
