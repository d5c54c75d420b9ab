"""A shop's policy as a file: written as TOML, signed where nobody but the shop is, served as it is by the relay.

The relay knows no key: it can neither make a policy nor loosen one. What a policy does is in the snippet."""
