"""The leak suite: every carrier of a value, in every state, searched for and run in pairs."""
