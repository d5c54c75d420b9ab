"""Reads the contact and address forms and says what is wrong with them, as locale keys by field name. Pure."""

import re
from collections.abc import Mapping

from beside.demo.shop.countries import FORMATS

Errors = dict[str, str]

# In UTF-16 units, as `maxlength` counts. They bound the session cookie too: browsers keep 4,096 bytes, and a letter
# outside ASCII costs eight of them there.
MAX_LENGTH = {
    "name": 60,
    "email": 120,
    "phone": 24,
    "line1": 60,
    "line2": 40,
    "city": 40,
    "postcode": 12,
    "region": 4,
    "country": 2,
}
MIN_PASSWORD_LENGTH = 8
# Deliberately loose, as HTML's own rule is: whether a mailbox exists only a message can tell.
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9 ()./-]{6,23}")


def read_fields(form: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Take the named fields out of a form; a field that is missing reads as empty."""
    return {name: form.get(name, "") for name in names}


def contact_errors(contact: Mapping[str, str], password: str | None) -> Errors:
    """Check name, e-mail and phone, and the password when an account is wanted (`password` is then not None)."""
    errors = _missing(contact, ("name", "email")) | _too_long(contact)
    email = contact["email"]
    if email and not (email.isascii() and _EMAIL.fullmatch(email)):
        errors.setdefault("email", "error.email")
    if contact["phone"] and not _PHONE.fullmatch(contact["phone"]):
        errors.setdefault("phone", "error.phone")
    if password is not None and len(password) < MIN_PASSWORD_LENGTH:
        errors["password"] = "error.password_short" if password else "error.required"
    return errors


def address_errors(address: Mapping[str, str]) -> Errors:
    """Check an address by the rules of its own country."""
    written = FORMATS.get(address["country"])
    if written is None:
        return {"country": "error.country"}
    errors = _missing(address, ("line1", "city")) | _too_long(address)
    if written.region is not None and address["region"] not in written.regions:
        errors["region"] = "error.choose"
    if written.postcode is not None:
        if not address["postcode"]:
            errors["postcode"] = "error.required"
        elif not written.accepts_postcode(address["postcode"]):
            errors["postcode"] = "error.postcode"
    return errors


def address_for_country(address: Mapping[str, str]) -> dict[str, str]:
    """Drop what the chosen country does not ask for: a hidden field still posts what an earlier country left in it."""
    written = FORMATS.get(address["country"])
    kept = dict(address)
    if written is not None:
        kept["region"] = address["region"] if written.region is not None else ""
        kept["postcode"] = address["postcode"].upper() if written.postcode is not None else ""
    return kept


def address_lines(address: Mapping[str, str], country_name: str) -> list[str]:
    """Write an address as its country does on an envelope, the country last."""
    written = FORMATS[address["country"]]
    region = written.regions.get(address["region"], "")
    city, postcode = address["city"], address["postcode"]
    if written.code == "DE":
        town = [f"{postcode} {city}"]
    elif written.code in {"US", "CA"}:
        town = [f"{city}, {address['region']} {postcode}"]
    elif written.code == "CN":
        town = [f"{region}, {city}", postcode]
    else:
        town = [city, region, postcode]
    return [line for line in (address["line1"], address["line2"], *town, country_name) if line]


def _missing(fields: Mapping[str, str], required: tuple[str, ...]) -> Errors:
    return {name: "error.required" for name in required if not fields[name]}


def _too_long(fields: Mapping[str, str]) -> Errors:
    return {name: "error.too_long" for name, text in fields.items() if _units(text) > MAX_LENGTH[name]}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
