"""A small shop, its bank and a small helpdesk: what `beside demo` runs, so that a newcomer sees Beside on a real checkout.

Nothing of the relay imports this package; it knows of Beside only the script tag, the launch link and the webhook.
"""
