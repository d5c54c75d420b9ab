"""A message's way with its steps timed: relay, doors, wires and store as they are, for a relay that makes traces.

Nothing here decides anything, and nothing of it runs in a relay without traces: `app.py` takes these classes in place
of their parents. What a trace may say, and how it is sent: `traces.py`.
"""
