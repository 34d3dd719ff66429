"""The native plugin, as an engine starts it that has cloned this repository."""

from tavus_provider.native.server import main

main()
