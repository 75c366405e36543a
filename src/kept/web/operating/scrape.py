"""``/metrics`` as Prometheus reads it: what was counted by every process, and what is read now."""

import fcntl
from collections.abc import Iterator

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kept.web.operating import shared
from kept.web.operating.figures import figures
from kept.web.operating.gauges import everything
from kept.web.operating.presence import locked

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Everything(Collector):
    """What all processes counted, then what is read at this moment."""

    def collect(self) -> Iterator[Metric]:
        yield from counted()
        yield from everything()


def counted() -> list[Metric]:
    """The counts of all processes added up; of this one alone where nothing is shared."""
    our = figures()
    if not shared.is_shared():
        return list(our.registry.collect())
    with locked(settings.FIGURES, fcntl.LOCK_SH):
        added_up = list(MultiProcessCollector(None, str(settings.FIGURES)).collect())
    seen = {metric.name for metric in added_up}
    return added_up + [one for one in our.registry.collect() if one.name not in seen]


def scrape() -> bytes:
    """Everything in the text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Everything())
    return generate_latest(registry)
