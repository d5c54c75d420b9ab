"""Oscar's checkout application with its own bankcard form in place."""
