"""How an order can reach the shopper, and where it can be collected. Pure; names are in the locale files."""

import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class DeliveryOption:
    """One way of delivery: its price in euro cents and the days it takes, both ends counted."""

    name: str
    cents: int
    min_days: int
    max_days: int


@dataclass(frozen=True)
class PickupPoint:
    """A shop round the corner that hands parcels over; `id` names it in the form."""

    id: str
    name: str
    street: str
    metres: int


PICKUP = "pickup"
EUROPE = ("GB", "IE", "DE")
_STREETS = ("12 Mill Lane", "4 Station Square", "87 High Street", "3 Orchard Row", "21 Canal Walk", "56 Market Place")
_KEEPERS = ("Corner Books", "Blue Door Bakery", "Wheel & Spoke", "Rosa's Kiosk", "The Paper Shop", "Sunrise Grocery")


def options_for(country: str) -> tuple[DeliveryOption, ...]:
    """Give what is offered to a country, cheapest first."""
    if country in EUROPE:
        return (
            DeliveryOption(PICKUP, 290, 2, 4),
            DeliveryOption("standard", 490, 2, 3),
            DeliveryOption("express", 1190, 1, 1),
        )
    return (DeliveryOption("standard", 990, 5, 9), DeliveryOption("express", 2490, 2, 3))


def option_named(name: str, country: str) -> DeliveryOption | None:
    """Find an option among those that the country is offered."""
    return next((option for option in options_for(country) if option.name == name), None)


def pickup_points(postcode: str) -> tuple[PickupPoint, ...]:
    """Give three places near a postcode: invented, but always the same for the same postcode."""
    seed = zlib.crc32(postcode.replace(" ", "").upper().encode())
    return tuple(
        PickupPoint(
            id=f"p{place + 1}",
            name=_KEEPERS[(seed + place * 5) % len(_KEEPERS)],
            street=_STREETS[(seed // 7 + place) % len(_STREETS)],
            metres=150 + (seed // 11) % 200 + 320 * place,
        )
        for place in range(3)
    )
