"""Claim lines in date order → shares of plan and patient, with running balances."""

from estimator.benefits.adjudicate import AdjudicatedVisit, Adjudication, VisitClaim, YearResult, adjudicate
from estimator.benefits.terms import PlanTerms, YearTerms, medicare_terms, plan_terms

__all__ = [
    "AdjudicatedVisit",
    "Adjudication",
    "PlanTerms",
    "VisitClaim",
    "YearResult",
    "YearTerms",
    "adjudicate",
    "medicare_terms",
    "plan_terms",
]
