"""Sphinx's configuration.

Sources: Sphinx docs, "Configuration"; MyST docs, "Configuration"; Furo docs, "Customisation".
"""

project = "tavus_provider"
copyright = "the authors of tavus_provider, Apache License 2.0"  # noqa: A001 - Sphinx's name
extensions = ["myst_parser", "sphinx_design"]
root_doc = "index"
nitpicky = True

myst_enable_extensions = ["colon_fence", "html_image"]  # tabs, and `<img>` of the README
myst_heading_anchors = 4  # GitHub's anchors

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sphinx = False
