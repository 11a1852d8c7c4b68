"""What every template knows. Builds first, assigns last: the review's model answer."""

from datetime import date
from importlib import import_module

from . import settings

_processors = None


def site_name():
    return {"site": "example.org"}


def year():
    return {"year": date.today().year}


def standard_context():
    """The variables of all processors."""
    global _processors
    if _processors is None:
        found = []
        for path in settings.CONTEXT_PROCESSORS:
            module, _, attribute = path.rpartition(".")
            found.append(getattr(import_module(module), attribute))
        _processors = tuple(found)
    context = {}
    for processor in _processors:
        context.update(processor())
    return context
