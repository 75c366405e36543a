from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "kept.promises"
    label = "promises"

    def ready(self) -> None:
        from kept.promises import actions, forms, packs, rostering, sentences, wiring  # noqa: F401
        from kept.promises.what_if import actions as what_if_actions  # noqa: F401
