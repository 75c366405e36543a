from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kept.web"
    label = "web"

    def ready(self) -> None:
        from kept.web.operating import verbs

        verbs.watch()
