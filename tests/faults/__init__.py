"""Faults, one by one, against a real `beside serve` process: what people see, how soon it is over, what is lost."""
