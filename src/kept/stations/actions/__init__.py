"""Every way sales, inspections and settlement talks come to be and change."""

from kept.stations.actions.inspections import (
    close_inspection,
    plan_inspection,
    withdraw_inspection,
)
from kept.stations.actions.sales import (
    SoldLine,
    correct_sales,
    enter_sales,
    enter_week,
    report_no_sales,
)
from kept.stations.actions.talks import answer_talk, log_talk

__all__ = [
    "SoldLine",
    "answer_talk",
    "close_inspection",
    "correct_sales",
    "enter_sales",
    "enter_week",
    "log_talk",
    "plan_inspection",
    "report_no_sales",
    "withdraw_inspection",
]
