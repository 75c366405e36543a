from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kept.people"
    label = "people"

    def ready(self) -> None:
        from kept.people import actions, packs, wiring  # noqa: F401
