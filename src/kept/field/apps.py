from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "kept.field"
    label = "field"

    def ready(self) -> None:
        from kept.field import actions, forms, packs, sentences, views, wiring  # noqa: F401
