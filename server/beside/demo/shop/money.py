"""Prices: whole euro cents everywhere, written as text only here."""


def euros(cents: int) -> str:
    """Write cents as the shop prints prices: `euros(-1250)` is `-€12.50`."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}€{whole:,}.{part:02d}"
