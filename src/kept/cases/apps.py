from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "kept.cases"
    label = "cases"

    def ready(self) -> None:
        from kept.cases import actions, forms, intake, packs, sentences, wiring  # noqa: F401
        from kept.cases.causes import wiring as cause_wiring  # noqa: F401
        from kept.cases.importing import bulk  # noqa: F401
        from kept.cases.requests import packs as request_packs  # noqa: F401
        from kept.cases.requests import wiring as request_wiring  # noqa: F401
