"""Template tags about people."""

from typing import Any

from django import template

from kept.people import cast

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_cast(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Who one can be on a demo installation; nobody on any other."""
    request = context["request"]
    return cast.cast_of(request.installation)
