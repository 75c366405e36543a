from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "kept.workforce"
    label = "workforce"

    def ready(self) -> None:
        from kept.workforce import actions, forms, packs, sentences, views, wiring  # noqa: F401
