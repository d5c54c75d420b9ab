"""Harbour Desk, the demo's helpdesk: tickets, a button that starts co-browsing, and the receipts that come back.

It stands for any helpdesk that Beside is connected to: it knows the launch link and the webhook, and no more.
"""

from beside.demo.helpdesk.app import create_helpdesk
from beside.demo.helpdesk.config import HelpdeskConfig, LaunchRequest

__all__ = ["HelpdeskConfig", "LaunchRequest", "create_helpdesk"]
