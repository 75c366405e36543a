from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kept.web"
    label = "web"

    def ready(self) -> None:
        from kept.web import moments
        from kept.web.operating import verbs

        moments.watch()
        verbs.watch()
