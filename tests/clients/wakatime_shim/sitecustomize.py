"""Puts the abstract base classes back into `collections`, where wakatime 13.1.0 looks for them."""

import collections
import collections.abc

for name in collections.abc.__all__:
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))
