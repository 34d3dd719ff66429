"""Programs in every language, from the example in the docstring of a resource's class.

`example` reads it, `layout` breaks lines, and one module for each language writes the program. A generator of Pulumi's exists
(`pulumi convert`); it needs the engine and a plugin for each language to write a page, and does not know the package for Python.
"""
