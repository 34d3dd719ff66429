"""The life of a set of guardrails on the real engine."""

from __future__ import annotations

from tests.real_engine.specs import Change, ObjectSpec

ADVICE = {"guardrail_name": "no_advice", "guardrail_prompt": "Never give medical advice."}
PRICES = {"guardrail_name": "no_prices", "guardrail_prompt": "Never name a price.", "modality": "verbal"}


SPEC = ObjectSpec(
    resource="Guardrails",
    path="/v2/guardrails",
    id_field="guardrails_id",
    given={"name": "Clinic", "data": [ADVICE, PRICES]},
    updates=[
        Change({"name": "Practice"}, ['~ name: "Clinic" => "Practice"']),
        Change({"data": [ADVICE, {**PRICES, "modality": "audio"}]}, ["~ [1]: {", '~ modality: "verbal" => "audio"']),
        Change({"data": [ADVICE]}, ["- [1]: {"]),
    ],
    by_hand=[{"op": "replace", "path": "/data/0/guardrail_prompt", "value": "Advise."}],
    drifted=["~ [0]: {", '~ guardrail_prompt: "Advise." => "Never give medical advice."'],
)
"""All inputs change in place, each member of each guardrail on its own."""
