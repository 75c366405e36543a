from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "kept.stations"
    label = "stations"

    def ready(self) -> None:
        from kept.stations import actions, forms, packs, sentences, views, wiring  # noqa: F401
