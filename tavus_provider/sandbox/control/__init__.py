"""Control of the sandbox: the paths below /sandbox, and their client."""
