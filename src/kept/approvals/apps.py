from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "kept.approvals"
    label = "approvals"
