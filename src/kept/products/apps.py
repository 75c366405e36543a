from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "kept.products"
    label = "products"
