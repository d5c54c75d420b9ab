"""`beside audit`: opens a merchant's page in a browser, types a canary into every field, and looks for it in all that
the snippet would send. Knows nothing of relays and sessions: the engine runs with nobody listening but this command.
"""
