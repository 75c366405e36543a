from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "kept.parties"
    label = "parties"

    def ready(self) -> None:
        from kept.parties import actions, forms, packs, sentences, views, wiring  # noqa: F401
        from kept.parties.importing import bulk, contacts  # noqa: F401
