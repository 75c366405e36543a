from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "kept.cases"
    label = "cases"

    def ready(self) -> None:
        from kept.cases import actions, forms, lists, packs, sentences, views, wiring  # noqa: F401
