"""The life of objectives on the real engine."""

from __future__ import annotations

from tests.real_engine.objects import Change, ObjectSpec

AGE = {
    "objective_name": "check_age",
    "objective_prompt": "Ask for the age.",
    "output_variables": ["age"],
    "next_conditional_objectives": {"say_no": "younger than 18"},
}
NO = {"objective_name": "say_no", "objective_prompt": "Explain why not."}


SPEC = ObjectSpec(
    resource="Objectives",
    path="/v2/objectives",
    id_field="objectives_id",
    given={"data": [AGE]},
    updates=[
        Change({"data": [{**AGE, "confirmation_mode": "manual"}]}, ['+ confirmation_mode: "manual"']),
        Change({"data": [{**AGE, "output_variables": ["age", "name"]}]}, ['+ [1]: "name"']),
        Change(
            {"data": [{**AGE, "next_conditional_objectives": {"say_no": "under 21"}}]},
            ['~ say_no: "younger than 18" => "under 21"'],
        ),
    ],
    by_hand=[{"op": "replace", "path": "/objective_prompt", "value": "Guess the age."}],
    drifted=['~ objective_prompt: "Guess the age." => "Ask for the age."'],
    replacements=[Change({"data": [AGE, NO]}, ["+ [1]: {"])],
)
"""A single objective changes in place; where there are several, the set is created again."""
