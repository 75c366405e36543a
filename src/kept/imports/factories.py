"""Imports for tests and the demo, made through actions."""

from django.core.files.uploadedfile import SimpleUploadedFile

from kept.imports.actions import upload_table
from kept.imports.models import ImportRun
from kept.people.models import Unit, User

ROWS = "客户名称,联系人,电话\r\n湘江贸易有限公司,彭丽,13800138000\r\n"


def make_import(
    by: User, unit: Unit, name: str = "customers.csv", text: str = ROWS, kind: str = "accounts"
) -> ImportRun:
    """A table somebody uploaded and has not looked at yet."""
    upload = SimpleUploadedFile(name, text.encode())
    return upload_table(by=by, unit=unit, kind=kind, upload=upload)
