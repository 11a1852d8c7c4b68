"""Finds serializers by format. Test, loop and write stand in three functions: Django's ticket 7676."""

from importlib import import_module

from . import settings

_serializers = {}


def register_serializer(format, module_name):
    _serializers[format] = import_module(module_name)


def get_serializer(format):
    if not _serializers:
        _load_serializers()
    return _serializers[format]


def get_serializer_formats():
    if not _serializers:
        _load_serializers()
    return sorted(_serializers)


def _load_serializers():
    for format, module_name in settings.SERIALIZERS.items():
        register_serializer(format, module_name)
