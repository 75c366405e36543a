from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "kept.parties"
    label = "parties"

    def ready(self) -> None:
        from kept.parties import actions, sentences  # noqa: F401
