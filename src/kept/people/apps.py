from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kept.people"
    label = "people"

    def ready(self) -> None:
        from kept.people import actions, forms, packs, signin, views, wiring  # noqa: F401
        from kept.people.views import persons, roles  # noqa: F401
