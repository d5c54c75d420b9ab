"""Hostile frames and hostile pages against the agent's console: nothing runs, leaves or asks a stranger."""
