"""Claim lines in date order → shares of plan and patient, with running balances."""

from estimator.benefits.adjudicate import AdjudicatedVisit, Adjudication, Memo, YearResult, adjudicate
from estimator.benefits.networks import not_covered_outside
from estimator.benefits.terms import PlanTerms, YearTerms, medicare_terms, plan_terms, self_pay_terms
from estimator.benefits.turns import Terms, Turn, adjudicate_under, joined
from estimator.model.claims import VisitClaim

__all__ = [
    "AdjudicatedVisit",
    "Adjudication",
    "Memo",
    "PlanTerms",
    "Terms",
    "Turn",
    "VisitClaim",
    "YearResult",
    "YearTerms",
    "adjudicate",
    "adjudicate_under",
    "joined",
    "medicare_terms",
    "not_covered_outside",
    "plan_terms",
    "self_pay_terms",
]
