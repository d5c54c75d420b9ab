"""Socket.IO packets as text: what is written reads back, and what is not ours is refused."""

from __future__ import annotations

import pytest

from beside.backlog import Packet
from beside.errors import Malformed
from beside.socket_packets import Heard, read, write


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ('2["frame",["mutation",1,1,7,[]]]', Heard("frame", '["mutation",1,1,7,[]]', False)),
        ('2["stop"]', Heard("stop", None, False)),
        ('2["stop",null]', Heard("stop", None, False)),
        ('2[ "pause" , {"reason":"shopper"} ]', Heard("pause", '{"reason":"shopper"}', False)),
        ('51-["chunk",{"a":1},{"_placeholder":true,"num":0}]', Heard("chunk", '{"a":1}', True)),
        ('51-["chunk",{"a":1},{"num":0,"_placeholder":true}]', Heard("chunk", '{"a":1}', True)),
    ],
)
def test_event_is_read(text: str, heard: Heard) -> None:
    assert read(text) == heard


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "2[]",
        "2[1]",
        '2["a b"]',
        '2["stop"] 2',
        '2["pause",1,2]',
        '2/admin,["stop"]',
        '21["stop"]',
        '3["stop"]',
        '4{"x":1}',
        '52-["chunk",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
        '5["chunk",{}]',
        '51-["chunk",{},{"_placeholder":true,"num":1}]',
        '51-["chunk",{},{"_placeholder":false,"num":0}]',
        '51-["chunk",{}]',
        "51-[]",
        '51-["chunk",{},{"_placeholder":true,"num":0,"x":1}]',
        "2" + "[" * 100_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read(text)


def test_what_is_written_reads_back() -> None:
    written = [
        write(Packet("keyframe-wanted", (), 0)),
        write(Packet("view", ('{"state":"live"}',), 16)),
        write(Packet("chunk", ('{"index":0}', b"\x00\x01"), 13)),
    ]

    assert written[0] == ('2["keyframe-wanted"]',)
    assert written[1] == ('2["view",{"state":"live"}]',)
    assert written[2] == ('51-["chunk",{"index":0},{"_placeholder":true,"num":0}]', b"\x00\x01")
    assert read(str(written[2][0])) == Heard("chunk", '{"index":0}', True)
