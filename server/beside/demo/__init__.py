"""A small shop, its bank and a small helpdesk: what `beside demo` runs, so that Beside is met on a real checkout.

Nothing of the relay imports this package; it knows of Beside only the script tag, the launch link and the webhook.
"""
