"""The fixtures `tavus_sandbox` and `tavus_stack`."""

pytest_plugins = ["tavus_provider.testing.fixtures"]
