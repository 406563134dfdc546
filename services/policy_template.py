"""The template from which a new policy is written: every part that a person has to fill in, with what it means."""

BLANKS = frozenset(
    {
        "TITLE OF THE DOCUMENT",
        "NAME OF THE PAYER",
        "what you could not read",
        "SOURCE_ID",
        "page, section",
        "which part of the document",
    }
)
"""What a person has to put words of their own in place of."""

TEMPLATE = """\
# A policy document as data. Fill in what is marked, delete what does not apply, then run:
#   flask policies check {file}
# Names of clinical facts: GET /v1/clinical-facts (the name under "criterion"). Ids of uses: GET /v1/indications.
kind: policy
defaults: {{unit: null}}
records:
  - key: {policy_id}
    value:
      title: TITLE OF THE DOCUMENT
      number: null                      # its number, in quotes
      payer: NAME OF THE PAYER
      document: medical_policy          # medical_policy, site_of_care, step_therapy, quantity_limit, lcd, ncd
      lines: [commercial]               # commercial, marketplace, medicare_advantage, medicare_ffs, medicaid
      routes: [iv, sc]
      prior_authorization: required     # or leave the line out
      closed_list: false                # true: a use that is not listed is shut out
      source_kind: primary              # primary, primary_mirror, secondary_summary
      text_read: part                   # full only when every criterion was read
      not_seen: [what you could not read]
      products: {{preferred_iv: [], preferred_sc: [], excluded: []}}
      criteria:
        primary_immunodeficiency:       # one entry for each use
          indications: [pi]
          initial:                      # all, any, not, or at_least: {{n: 2, of: [...]}}
            all:
              - {{id: age, fact: age, op: ">=", value: "2", unit: years, cite: text}}
              - any:
                  - {{id: igg, fact: igg_pretreatment, op: "<", value: "500", unit: mg_per_dl, cite: text}}
                  - {{id: vaccine, fact: vaccine_nonresponse, op: "==", value: true, cite: text}}
              - {{id: reasons, fact: reasons_documented, op: "==", value: true, cite: text}}
      cites: {{text: {{source: SOURCE_ID, locator: "page, section"}}}}
      examples:                         # what the check must come to, as the requests of POST /v1/coverage-checks
        - kind: met                     # each of met, not_met, unknown and boundary at least once
          criterion: igg                # leave out to speak of the whole document
          asks:
            therapy: {{diagnosis: D83.9}}
            clinical: {{lab.igg.pretreatment: {{value: 300, unit: mg/dL}}}}
          result: met
        - kind: boundary
          criterion: igg
          asks:
            therapy: {{diagnosis: D83.9}}
            clinical: {{lab.igg.pretreatment: {{value: 500, unit: mg/dL}}}}
          result: not_met
        - kind: not_met
          asks:
            patient: {{age_years: 1}}
            therapy: {{diagnosis: D83.9}}
          result: not_met
        - kind: unknown
          asks: {{therapy: {{diagnosis: D83.9}}}}
          result: unknown
    effective_from: {today}              # when the payer applies it
    effective_to: null
    recheck_after: {recheck}             # when it should be looked up again
    published_on: null
    source: SOURCE_ID                   # an entry of seed_data/sources.yaml
    locator: which part of the document
    basis: read
"""
