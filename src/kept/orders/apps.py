from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "kept.orders"
    label = "orders"

    def ready(self) -> None:
        from kept.orders import actions, forms, importing, packs, sentences, wiring  # noqa: F401
