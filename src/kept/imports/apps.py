from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "kept.imports"
    label = "imports"

    def ready(self) -> None:
        from kept.imports import actions, sentences, wiring  # noqa: F401
