"""
Lookups find what Tavus has already, so that a program can name it instead of copying its id.

Each kind of object has four functions, as in

    coach = tavus.get_persona(name="Life Coach", system=True)  # one, by its id or its name
    everybody = tavus.get_personas(system=False)  # all
    found = tavus.get_persona_output(id=stack.get_output("persona_id"))  # one, by what may be known later
    call = tavus.Conversation("call", persona_id=coach.persona_id)

A lookup runs in the program, in a preview too, with the key of the stack's configuration or the environment, or in the account
that it is given: `account=tavus.Account(…)`. It changes nothing. A name has to fit exactly; every page is read, and several of
one name are an error that lists them. Whatever fails is one line: `pulumi.RunError`.

The functions with `_output` take outputs and return one. It is unknown while an input is, or while a resource is still to be made
that an input comes from; it is secret where an input is, and depends on what its inputs depend on. Fields of the result are
outputs, too: `found.persona_id`.

What may hold a secret is in no result: keys and headers of a persona's models and engines, and addresses of models, of documents
and of webhooks.
"""
