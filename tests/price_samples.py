"""Price files as hospitals and payers publish them, with invented prices; made anew for every test that bends one."""

import json

GENERAL = "hospital_name,last_updated_on,version,location_name,hospital_address,license_number|TX,type_2_npi,affirmed\n"
SAID = 'Invented Hospital,2026-04-01,{version},Main,"1 Main Street, Austin, TX",50056,1234567893,TRUE\n'
TALL_COLUMNS = (
    "description,code | 1,code | 1 | type,code|2,code|2|type,setting,drug_unit_of_measurement,drug_type_of_measurement,"
    "standard_charge | gross,standard_charge|discounted_cash,payer_name,plan_name,modifiers,"
    "standard_charge | negotiated_dollar,standard_charge|negotiated_percentage,standard_charge|negotiated_algorithm,"
    "standard_charge|methodology,additional_generic_notes\n"
)
TALL_ROWS = (
    # 500 mg is one billing unit of J1561
    "Gamunex-C,J1561,HCPCS,636,RC,outpatient,500,ME,180,120,Invented Health,PPO,,61.35,,,fee schedule,\n"
    "Gamunex-C,J1561,HCPCS,636,RC,outpatient,500,ME,180,120,Other Health,HMO,,,45,,percent of total billed charges,\n"
    "Gamunex-C,J1561,HCPCS,636,RC,inpatient,500,ME,180,120,Invented Health,PPO,,55,,,fee schedule,\n"
    # a gram is two units, so 130.50 a gram is 65.25 a unit
    "Privigen,J1459,HCPCS,,,both,1,GR,400,300,Invented Health,PPO,,130.50,,,fee schedule,\n"
    "Infusion,96365,CPT,260,RC,outpatient,,,900,700,Invented Health,PPO,,310.00,,,fee schedule,\n"
    "MRI of brain,70551,CPT,611,RC,outpatient,,,1200,1080,Invented Health,PPO,,400,,,fee schedule,\n"
)


def tall(rows=TALL_ROWS, *, version="3.0.0", columns=TALL_COLUMNS):
    """Give a tall CSV."""
    return (GENERAL + SAID.format(version=version) + columns + rows).encode()


def wide(*, version="3.0.0"):
    """Give a wide CSV: two payers, whose columns name them."""
    parts = ["description,code|1,code|1|type,setting,drug_unit_of_measurement,drug_type_of_measurement"]
    for payer in ("Invented Health|PPO", "Other Health|HMO"):
        parts += [f"standard_charge|{payer}|{what}" for what in ("negotiated_dollar", "negotiated_percentage")]
        parts += [f"standard_charge|{payer}|{what}" for what in ("negotiated_algorithm", "methodology")]
        parts += [f"estimated_amount|{payer}", f"additional_payer_notes|{payer}"]
    row = (
        "Gamunex-C,J1561,HCPCS,outpatient,500,ME,61.35,,,fee schedule,,,,45,,percent of total billed charges,80,note\n"
    )
    return ("\ufeff" + GENERAL + SAID.format(version=version) + ",".join(parts) + "\n" + row).encode()


def hospital_json(*, first_codes=True, version="3.0.0"):
    """Give a JSON file; ``first_codes`` puts the codes before the charges, as the template does."""
    payers = [
        {
            "payer_name": "Invented Health",
            "plan_name": "PPO",
            "methodology": "fee schedule",
            "standard_charge_dollar": 61.35,
        },
        {
            "payer_name": "Other Health",
            "plan_name": "HMO",
            "methodology": "percent of total billed charges",
            "standard_charge_percentage": 45,
        },
    ]
    codes = {"code_information": [{"code": "636", "type": "RC"}, {"code": "j1561", "type": "HCPCS"}]}
    charges = {
        "standard_charges": [
            {"setting": "outpatient", "gross_charge": 180, "payers_information": payers},
            {"setting": "inpatient", "payers_information": payers},
        ]
    }
    ours = {"description": "Gamunex-C", "drug_information": {"unit": 500, "type": "ME"}}
    ours |= codes | charges if first_codes else charges | codes
    other = {"description": "MRI", "code_information": [{"code": "70551", "type": "CPT"}]} | charges
    document = {
        "hospital_name": "Invented Hospital",
        "last_updated_on": "2026-04-01",
        "version": version,
        "license_information": {"state": "TX"},
        "standard_charge_information": [other, ours],
    }
    return json.dumps(document).encode()


def price(rate, **more):
    """Give one negotiated price."""
    return {
        "negotiated_type": "negotiated",
        "negotiated_rate": rate,
        "expiration_date": "9999-12-31",
        "billing_class": "professional",
        "service_code": ["11"],
        "setting": "outpatient",
    } | more


def item(code, rates, *, kind="HCPCS", arrangement="ffs"):
    """Give one item of an in-network file."""
    return {
        "negotiation_arrangement": arrangement,
        "name": "invented",
        "billing_code_type": kind,
        "billing_code_type_version": "2026",
        "billing_code": code,
        "description": "invented",
        "negotiated_rates": rates,
    }


GROUPS = [
    {
        "provider_group_id": 1,
        "network_name": ["N"],
        "provider_groups": [{"npi": [1111111111], "tin": {"type": "ein", "value": "11-1111111"}}],
    },
    {
        "provider_group_id": 2,
        "network_name": ["N"],
        "provider_groups": [{"npi": [2222222222, 1234567893], "tin": {"type": "ein", "value": "22-2222222"}}],
    },
]
ITEMS = [
    item("70551", [{"provider_references": [2], "negotiated_prices": [price(400)]}], kind="CPT"),
    item(
        "J1561",
        [
            {"provider_references": [1], "negotiated_prices": [price(70.1)]},
            {"provider_references": [1, 2], "negotiated_prices": [price(61.35)]},
        ],
    ),
    item("96365", [{"provider_references": [2], "negotiated_prices": [price(95.5)]}], kind="CPT"),
]


def in_network(*, items=ITEMS, groups=GROUPS, groups_first=True, version="2.0.0"):
    """Give a payer's in-network file."""
    head = {
        "reporting_entity_name": "Invented Health",
        "reporting_entity_type": "health insurance issuer",
        "last_updated_on": "2026-11-01",
        "version": version,
    }
    references, listed = {"provider_references": groups}, {"in_network": items}
    return json.dumps(head | references | listed if groups_first else head | listed | references).encode()
