"""What Beside costs, measured. `python -m tests.bench [NAME…]` prints tables and writes build/bench/NAME.json."""
