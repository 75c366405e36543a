"""Placeholder to be filled."""
