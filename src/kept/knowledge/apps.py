from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "kept.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from kept.knowledge import packs, wiring  # noqa: F401
