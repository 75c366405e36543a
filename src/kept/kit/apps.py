from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kept.kit"
    label = "kit"
