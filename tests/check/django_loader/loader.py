"""Finds templates. The first request calculates the list of loaders: Django's ticket 6950."""

from importlib import import_module

from . import settings

template_source_loaders = None


def find_template_source(name):
    """The text of a template, from the first loader that knows it."""
    # Importing the loaders with this module would be circular.
    global template_source_loaders
    if template_source_loaders is None:
        template_source_loaders = []
        for path in settings.TEMPLATE_LOADERS:
            module, _, attribute = path.rpartition(".")
            template_source_loaders.append(getattr(import_module(module), attribute))
    for load in template_source_loaders:
        source = load(name)
        if source is not None:
            return source
    raise LookupError(f"no loader knows the template {name!r}")
