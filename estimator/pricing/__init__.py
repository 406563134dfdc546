"""Opened packages and minutes → claim lines with allowed amounts, each naming the facts it rests on."""

from estimator.pricing.quotes import PricingTerms
from estimator.pricing.unlisted import custom_code, supposed
from estimator.pricing.visits import PricedVisit, Pricer, Visit

__all__ = ["PricedVisit", "Pricer", "PricingTerms", "Visit", "custom_code", "supposed"]
