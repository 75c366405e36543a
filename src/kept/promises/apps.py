from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "kept.promises"
    label = "promises"

    def ready(self) -> None:
        from kept.promises import actions, forms, packs, sentences, wiring  # noqa: F401
