from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "kept.approvals"
    label = "approvals"

    def ready(self) -> None:
        from kept.approvals import actions, sentences, wiring  # noqa: F401
