"""Changes: what became of nodes that the mirror knows.

A mirror applies a mutation in this order: first every removal of every splice (so that any move is possible), then
the changes in the order sent. A node that was removed and not placed again by the end of the frame is forgotten,
with its subtree.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from beside.protocol.bounds import (
    MAX_NODES,
    AssetHash,
    Bitmap,
    ChangedAttributes,
    Count,
    Line,
    Name,
    NodeId,
    Px,
    SheetHash,
    Text,
)
from beside.protocol.entries import Entries
from beside.protocol.fields import Field, FieldStatus
from beside.protocol.shapes import Record, Tuple


class ChildrenChange(Tuple, frozen=True, tag="children"):
    """A splice of one parent's child list against the list last sent: `removed` nodes from `index` on make way."""

    parent: NodeId
    index: Count
    removed: Count
    entries: Entries


class AttributesChange(Tuple, frozen=True, tag="attributes"):
    """Attributes as they are now; null where one is gone."""

    node: NodeId
    attributes: ChangedAttributes


class AlikeChange(Tuple, frozen=True, tag="alike"):
    """The same `AttributesChange` of several nodes. `nodes`: the first one's id, then how far each is from the last."""

    nodes: Annotated[list[NodeId], Meta(min_length=1, max_length=MAX_NODES)]
    attributes: ChangedAttributes


class TextChange(Tuple, frozen=True, tag="text"):
    """Text as it is now; null where it is masked."""

    node: NodeId
    text: Text | None


class TextsChange(Tuple, frozen=True, tag="texts"):
    """The texts of several nodes, in the order in which they would stand as a `TextChange` each."""

    texts: Annotated[list[tuple[NodeId, Text | None]], Meta(min_length=1, max_length=MAX_NODES)]


class KeptCss(Tuple, frozen=True, tag="keep"):
    """A sheet's text that relay and consoles keep for the session, under its hash: from now on it is named."""

    text: Text


class NamedCss(Tuple, frozen=True, tag="named"):
    """A text that was sent to be kept, by its hash (`sheets.hash_of`)."""

    hash: SheetHash


# A short text, or one of many that change, travels as it is.
Css = Text | KeptCss | NamedCss


class SheetChange(Tuple, frozen=True, tag="sheet"):
    """The style sheet of a `<style>` or `<link>`. `css` null: unreadable, load `href`; both null: no sheet."""

    owner: NodeId
    css: Css | None
    href: Annotated[str, Meta(max_length=2048)] | None
    media: Line
    disabled: bool


class RulesChange(Tuple, frozen=True, tag="rules"):
    """CSS that follows the text last sent of this very owner's sheet: libraries write rules one behind the other."""

    owner: NodeId
    css: Text


class AdoptedChange(Tuple, frozen=True, tag="adopted"):
    """The adopted style sheets of a document or shadow root, in order."""

    root: NodeId
    sheets: Annotated[list[Css], Meta(max_length=500)]


class FieldChange(Tuple, frozen=True, tag="field"):
    """A form control's verdict and state; null where the node is a control no longer."""

    node: NodeId
    field: Field | None


class FieldsChange(Tuple, frozen=True, tag="fields"):
    """The same field of several controls. `nodes`: as those of an `AlikeChange`."""

    nodes: Annotated[list[NodeId], Meta(min_length=1, max_length=MAX_NODES)]
    field: Field


class LabelChange(Tuple, frozen=True, tag="label"):
    """The new label of a control that shows no content, and of which at most the status changed besides."""

    node: NodeId
    label: Line


class StatusChange(Tuple, frozen=True, tag="status"):
    """The new status of a masked control of which at most the label changed besides."""

    node: NodeId
    status: FieldStatus


class ScrollChange(Tuple, frozen=True, tag="scroll"):
    """Scroll offsets of an element; of the window where `node` is the document (1)."""

    node: NodeId
    x: Px
    y: Px


class ViewportChange(Tuple, frozen=True, tag="viewport"):
    """
    Layout viewport in CSS px without scroll bars; the visual viewport's scale (pinch zoom), and where in the layout
    viewport its corner lies.
    """

    width: Px
    height: Px
    scale: Annotated[float, Meta(gt=0, le=100)]
    x: Px
    y: Px


class FocusChange(Tuple, frozen=True, tag="focus"):
    node: NodeId | None


class StateChange(Tuple, frozen=True, tag="state"):
    """The element that a pseudo-class matches now, with those around it; null: none. Not sent where it is masked."""

    state: Literal["hover", "active", "target", "focus-visible"]
    node: NodeId | None


class MediaChange(Tuple, frozen=True, tag="media"):
    """Media features ("prefers-color-scheme: dark") that match on the shopper's screen, and its device pixel ratio.

    "color-scheme: dark" among them: the page asks for that by its `<meta>`.
    """

    features: Annotated[list[Name], Meta(max_length=40)]
    pixel_ratio: Annotated[float, Meta(gt=0, le=100)]


class PointerChange(Tuple, frozen=True, tag="pointer"):
    """The shopper's pointer in the layout viewport; both null when it left. Not sent over masked fields."""

    x: Px | None
    y: Px | None


class LayerChange(Tuple, frozen=True, tag="layer"):
    """An element enters the top layer, or leaves it (null)."""

    node: NodeId
    layer: Literal["modal", "popover", "fullscreen"] | None


class BitmapChange(Tuple, frozen=True, tag="bitmap"):
    """What a canvas shows, in the place of its box: a data URL; null: the bare box again."""

    node: NodeId
    data: Bitmap | None


class AssetChange(Tuple, frozen=True, tag="asset"):
    """What a picture shows that the site marks: content that was uploaded under this hash; null: none is here."""

    node: NodeId
    hash: AssetHash | None


class Page(Record, frozen=True):
    """Where the shopper is. `path` is already reduced: `:id` stands for segments that could name somebody."""

    origin: Annotated[str, Meta(max_length=300)]
    path: Annotated[str, Meta(max_length=500)]
    quirks: bool


class PageChange(Tuple, frozen=True, tag="page"):
    page: Page


Change = (
    ChildrenChange
    | AttributesChange
    | AlikeChange
    | TextChange
    | TextsChange
    | SheetChange
    | RulesChange
    | AdoptedChange
    | FieldChange
    | FieldsChange
    | LabelChange
    | StatusChange
    | ScrollChange
    | ViewportChange
    | FocusChange
    | PointerChange
    | StateChange
    | MediaChange
    | LayerChange
    | BitmapChange
    | AssetChange
    | PageChange
)
Changes = Annotated[list[Change], Meta(max_length=MAX_NODES)]
