from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "kept.promises"
    label = "promises"

    def ready(self) -> None:
        from kept.promises import actions, packs, sentences, wiring  # noqa: F401
        from kept.promises.rules import actions as _rules  # noqa: F401
        from kept.promises.rules import checks, days, forms, views, writing  # noqa: F401
