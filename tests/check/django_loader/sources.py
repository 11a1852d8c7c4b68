"""Where templates come from. A source returns None for a name it does not know."""

DRAFTS = {"news.html": "Nothing new on {site}."}
SITE = {"home.html": "Welcome to {site}, {year}.", "news.html": "All is well on {site}."}


def from_drafts(name):
    return DRAFTS.get(name)


def from_site(name):
    return SITE.get(name)
