"""Weekly sales, inspections, settlement talks, fraud cases, and what a company decided on them."""

from kept.stations.models.fraud import FraudCase, FraudDecision, FraudOrder, FraudState
from kept.stations.models.inspection import Inspection, InspectionMethod, InspectionState
from kept.stations.models.policy import StationPolicy
from kept.stations.models.sales import SalesFigure
from kept.stations.models.talk import SettlementDispute, SettlementTalk

__all__ = [
    "FraudCase",
    "FraudDecision",
    "FraudOrder",
    "FraudState",
    "Inspection",
    "InspectionMethod",
    "InspectionState",
    "SalesFigure",
    "SettlementDispute",
    "SettlementTalk",
    "StationPolicy",
]
