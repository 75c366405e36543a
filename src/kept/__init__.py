"""Kept: after-sales service software. A company is judged by the promises it keeps."""

__version__ = "0.1.0"
