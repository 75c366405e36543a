from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "kept.vouchers"
    label = "vouchers"

    def ready(self) -> None:
        from kept.vouchers import (  # noqa: F401
            actions,
            forms,
            sentences,
            verifying,
            wiring,
        )
