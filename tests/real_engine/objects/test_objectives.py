"""The life of objectives on the real engine."""

from __future__ import annotations

from tests.real_engine.specs import Change, ObjectSpec

AGE = {
    "objective_name": "check_age",
    "objective_prompt": "Ask for the age.",
    "output_variables": ["age"],
    "next_conditional_objectives": {"say_no": "younger than 18"},
}
NO = {"objective_name": "say_no", "objective_prompt": "Explain why not.", "tool_call": {"name": "notify"}}
BYE = {"objective_name": "say_bye", "objective_prompt": "Say goodbye."}


SPEC = ObjectSpec(
    resource="Objectives",
    path="/v2/objectives",
    id_field="objectives_id",
    given={"name": "Intake", "data": [AGE, NO]},
    updates=[
        Change({"data": [{**AGE, "confirmation_mode": "manual"}, NO]}, ['+ confirmation_mode: "manual"']),
        Change({"data": [AGE, {**NO, "next_required_objective": "say_bye"}, BYE]}, ["+ [2]: {", "+ next_required_objective"]),
        Change(
            {"data": [{**AGE, "next_conditional_objectives": {"say_no": "under 21"}}, NO]},
            ["- [2]: {", '~ say_no: "younger than 18" => "under 21"'],
        ),
        Change({"name": "Welcome", "allow_loops": True}, ['~ name: "Intake" => "Welcome"', "+ allow_loops: true"]),
    ],
    by_hand=[{"op": "replace", "path": "/data/0/objective_prompt", "value": "Guess the age."}],
    drifted=['~ objective_prompt: "Guess the age." => "Ask for the age."'],
)
"""All inputs change in place, each member of each objective on its own."""
