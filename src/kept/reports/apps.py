from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kept.reports"
    label = "reports"

    def ready(self) -> None:
        from kept.reports import (  # noqa: F401
            actions,
            counted,
            forms,
            packs,
            sentences,
            wiring,
        )
