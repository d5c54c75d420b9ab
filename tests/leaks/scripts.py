"""What carriers' scripts have in common: events, and ways to set a value. `x` is the carrier, `v` the value."""

from __future__ import annotations

INPUT = "x.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));"
CHANGE = "x.dispatchEvent(new Event('change', { bubbles: true }));"
NATIVE = "Object.getOwnPropertyDescriptor(Object.getPrototypeOf(x), 'value').set.call(x, v);"
KEYFRAME = "recording.capture.keyframe();"

PUT = "x.value = v;"
