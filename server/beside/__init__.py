"""Beside: self-hosted co-browsing for checkout support."""

__version__ = "0.1.0"
