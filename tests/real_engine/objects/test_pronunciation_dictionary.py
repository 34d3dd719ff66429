"""A pronunciation dictionary's life on the real engine."""

from __future__ import annotations

from tests.real_engine.specs import Change, ObjectSpec

RULE = {"text": "Tavus", "pronunciation": "TAH-vus", "type": "alias"}
OTHER = {"text": "CVI", "pronunciation": "si vi ai", "type": "ipa", "alphabet": "ipa", "case_sensitive": True}


SPEC = ObjectSpec(
    resource="PronunciationDictionary",
    path="/v2/pronunciation-dictionaries",
    id_field="pronunciation_dictionary_id",
    given={"name": "Brands", "rules": [RULE, OTHER]},
    updates=[
        Change({"name": "Products"}, ['~ name: "Brands" => "Products"']),
        Change({"rules": [{**RULE, "pronunciation": "TEY-vus"}, OTHER]}, ['~ pronunciation: "TAH-vus" => "TEY-vus"']),
        Change({"rules": [RULE]}, ["- [1]: {", '- text: "CVI"']),
        Change({"rules": None}, ["- rules: ["]),
    ],
    by_hand=[{"op": "replace", "path": "/name", "value": "Mine"}, {"op": "add", "path": "/rules", "value": [RULE]}],
    drifted=['~ name: "Mine" => "Brands"', "+ [1]: {", '+ text: "CVI"'],
)
"""All inputs change in place."""
