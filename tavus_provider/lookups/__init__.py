"""Lookups find objects that exist at Tavus, so that a program can use a name instead of copying an id.

Each kind of object has four functions:

    coach = tavus.get_persona(name="Life Coach", system=True)  # one, by its id or its name
    everybody = tavus.get_personas(system=False)  # all
    found = tavus.get_persona_output(id=stack.get_output("persona_id"))  # one, by a value that may be known only later
    call = tavus.Conversation("call", persona_id=coach.persona_id)

A lookup runs in the program, in a preview too. It uses the key of the stack's configuration or of the environment, or the account
in `account=tavus.Account(…)`, and changes nothing. It reads every page. A name has to match exactly, and several objects of one
name are an error that lists them. Each error is one line: `pulumi.RunError`.

The functions with `_output` take outputs and return one. The result is unknown while an argument is unknown, or while a resource
that an argument comes from does not exist. It is secret if an argument is secret, and depends on what its arguments depend on.
Its fields are outputs too: `found.persona_id`.

Results leave out what may hold a secret: keys and headers of a persona's models and engines, and addresses of models, documents
and webhooks.
"""
