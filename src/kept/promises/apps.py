from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "kept.promises"
    label = "promises"

    def ready(self) -> None:
        from kept.promises import actions, forms, packs, rostering, sentences, wiring  # noqa: F401
        from kept.promises import ladder_packs as _ladder_packs  # noqa: F401
        from kept.promises.duties import packs as _duty_packs  # noqa: F401
        from kept.promises.rules import actions as _rules  # noqa: F401
        from kept.promises.rules import checks, days, views, writing  # noqa: F401
        from kept.promises.rules import forms as _forms_of_rules  # noqa: F401
        from kept.promises.what_if import actions as _what_if  # noqa: F401
