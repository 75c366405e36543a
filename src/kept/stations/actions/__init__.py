"""Every way sales, inspections, talks and fraud cases come to be and change."""

from kept.stations.actions.frauds import (
    add_fraud_evidence,
    close_fraud_case,
    correct_fraud_case,
    decide_fraud,
    educated,
    open_fraud_case,
    report_fraud,
    withdraw_fraud_case,
)
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
from kept.stations.actions.talks import answer_dispute, answer_talk, log_talk

__all__ = [
    "SoldLine",
    "add_fraud_evidence",
    "answer_dispute",
    "answer_talk",
    "close_fraud_case",
    "close_inspection",
    "correct_fraud_case",
    "correct_sales",
    "decide_fraud",
    "educated",
    "enter_sales",
    "enter_week",
    "log_talk",
    "open_fraud_case",
    "plan_inspection",
    "report_fraud",
    "report_no_sales",
    "withdraw_fraud_case",
    "withdraw_inspection",
]
