"""Looking after customer files: who was told the channels, and whose file was checked lately."""

import random
from datetime import datetime
from functools import partial

from kept.demo.customers import Customer
from kept.demo.founding import Company
from kept.demo.hours import Happening
from kept.parties.actions import tell_channels, verify_account
from kept.parties.words import Channel

TOLD, CHECKED = 0.3, 0.4
#: How far back a file was checked at most, in days.
LATELY = 40


def upkeep_of(company: Company, now: datetime, chance: random.Random) -> list[Happening]:
    """Some customers were told all channels early on; the files of some were checked lately."""
    found: list[Happening] = []
    for customer in company.customers:
        if chance.random() < TOLD:
            moment = company.hours.some_moment(chance.uniform(60, 300), now, chance)
            found.append((moment, partial(_tell, company, customer, moment, chance)))
        if chance.random() < CHECKED:
            moment = company.hours.some_moment(chance.uniform(1, LATELY), now, chance)
            found.append((min(moment, now), partial(_check, company, customer, moment, chance)))
    return found


def _tell(company: Company, customer: Customer, moment: datetime, chance: random.Random) -> None:
    clerk = _clerk(company, moment, chance)
    tell_channels(customer.account, by=clerk, channels=list(Channel))


def _check(company: Company, customer: Customer, moment: datetime, chance: random.Random) -> None:
    verify_account(customer.account, by=_clerk(company, moment, chance))


def _clerk(company: Company, moment: datetime, chance: random.Random):
    return company.cast.someone("hotline", moment, chance).user
