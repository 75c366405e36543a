from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "kept.knowledge"
    label = "knowledge"
