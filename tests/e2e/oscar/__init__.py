"""A django-oscar shop, from PyPI and as it comes: nobody of this project wrote it. Its base template has our one tag.

`__main__.py` serves it, `running.py` starts and ends it from a test, `walk.py` takes a shopper from catalogue to
confirmation. Knows nothing of sessions, agents or the relay.
"""
