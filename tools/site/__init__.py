"""Documentation site: `python -m tools.site` writes it into build/site from the pages that GitHub shows.

`pages` turns pages and examples into what Sphinx reads, `navigation` reads docs/README.md, and `conf` is Sphinx's configuration.
"""
