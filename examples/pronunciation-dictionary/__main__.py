"""A pronunciation dictionary: how the voice of a persona says names and terms."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

dictionary = tavus.PronunciationDictionary(
    "names",
    name="Names",
    rules=[
        {"text": "Siobhan", "pronunciation": "shi-VAWN", "type": "alias"},
        {"text": "SQL", "pronunciation": "sequel", "type": "alias", "case_sensitive": True},
    ],
)

persona = tavus.Persona(
    "teacher",
    system_prompt="You teach databases.",
    tts={"tts_engine": "cartesia", "pronunciation_dictionary": dictionary},
)

call = tavus.Conversation("call", persona=persona, replica_id=config.require("replica_id"))

pulumi.export("pronunciation_dictionary_id", dictionary.id)
pulumi.export("conversation_url", call.conversation_url)
