"""What a project would configure."""

TEMPLATE_LOADERS = (
    "django_loader.sources.from_drafts",
    "django_loader.sources.from_site",
)

CONTEXT_PROCESSORS = (
    "django_loader.context.site_name",
    "django_loader.context.year",
)

SERIALIZERS = {
    "json": "json",
    "pickle": "pickle",
    "marshal": "marshal",
}

URLS = {
    "home": "/",
    "news": "/news/",
    "contact": "/contact/",
}
