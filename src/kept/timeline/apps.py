from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "kept.timeline"
    label = "timeline"

    def ready(self) -> None:
        from kept.kit import actions, records
        from kept.timeline import (  # noqa: F401
            erasing,
            files,
            packs,
            sentences_shipped,
            uploading,
            wiring,
        )
        from kept.timeline.envelope import TimelineServices
        from kept.timeline.recorder import record

        records.supply(record)
        actions.supply(TimelineServices())
