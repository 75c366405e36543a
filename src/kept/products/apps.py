from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "kept.products"
    label = "products"

    def ready(self) -> None:
        from kept.products import actions, forms, packs, sentences, views, wiring  # noqa: F401
        from kept.products.importing import catalogue, units  # noqa: F401
