"""Weekly sales, inspections of stations, settlement talks, and what a company decided on them."""

from kept.stations.models.inspection import Inspection, InspectionMethod, InspectionState
from kept.stations.models.policy import StationPolicy
from kept.stations.models.sales import SalesFigure
from kept.stations.models.talk import SettlementTalk

__all__ = [
    "Inspection",
    "InspectionMethod",
    "InspectionState",
    "SalesFigure",
    "SettlementTalk",
    "StationPolicy",
]
