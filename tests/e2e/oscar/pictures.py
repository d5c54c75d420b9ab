"""Draws the product pictures, so that pages have images and the repository no binaries. Knows nothing of Django."""

from pathlib import Path

from PIL import Image, ImageDraw

SIDE_PX = 480
# Pillow draws hard edges; drawing large and shrinking is its documented way to smooth ones.
OVERSAMPLING = 3

Box = tuple[float, float, float, float]
# Shape, box in percent of the side (left, top, right, bottom), colour. "arc" is an open ring.
Shape = tuple[str, Box, str]

PICTURES: dict[str, tuple[str, list[Shape]]] = {
    "desk-lamp": (
        "#eef2f7",
        [
            ("ellipse", (28, 80, 72, 90), "#2f3e4e"),
            ("rectangle", (48.5, 40, 51.5, 85), "#2f3e4e"),
            ("pie", (22, 14, 78, 70), "#e0533d"),
            ("ellipse", (44, 38, 56, 50), "#ffd76a"),
        ],
    ),
    "teapot": (
        "#f4efe6",
        [
            ("arc", (64, 36, 92, 72), "#2a7f74"),
            ("rectangle", (8, 42, 30, 50), "#2a7f74"),
            ("ellipse", (20, 30, 78, 84), "#359c8f"),
            ("rectangle", (30, 30, 68, 35), "#2a7f74"),
            ("ellipse", (44, 20, 54, 31), "#f2b84b"),
        ],
    ),
    "notebook": (
        "#f0eef8",
        [
            ("rectangle", (24, 14, 78, 88), "#4b4f9e"),
            ("rectangle", (24, 14, 34, 88), "#33376f"),
            ("rectangle", (42, 28, 70, 42), "#f6f1e3"),
            ("rectangle", (64, 80, 69, 96), "#e0533d"),
        ],
    ),
    "mug": (
        "#e9f3ee",
        [
            ("arc", (54, 38, 88, 72), "#b9452f"),
            ("rectangle", (22, 28, 70, 78), "#d9573d"),
            ("ellipse", (22, 66, 70, 90), "#d9573d"),
            ("ellipse", (22, 18, 70, 38), "#b9452f"),
            ("ellipse", (27, 21, 65, 36), "#4a2c20"),
        ],
    ),
    "plant-pot": (
        "#eef4e8",
        [
            ("ellipse", (38, 8, 62, 58), "#3f8f4f"),
            ("ellipse", (14, 24, 52, 54), "#56a866"),
            ("ellipse", (48, 24, 86, 54), "#56a866"),
            ("rectangle", (26, 52, 74, 62), "#a8552f"),
            ("rectangle", (32, 62, 68, 90), "#c46a3d"),
        ],
    ),
    "blanket": (
        "#f7eeee",
        [
            ("rectangle", (16, 58, 84, 78), "#7a9cc6"),
            ("rectangle", (16, 42, 84, 60), "#f3f6fa"),
            ("rectangle", (16, 26, 84, 44), "#7a9cc6"),
            ("rectangle", (16, 33, 84, 37), "#f3f6fa"),
            ("rectangle", (16, 66, 84, 70), "#f3f6fa"),
        ],
    ),
}


def draw_picture(name: str, target: Path) -> None:
    """Write the picture of `name` (a key of `PICTURES`) to `target` as a PNG of `SIDE_PX` each way."""
    background, shapes = PICTURES[name]
    side = SIDE_PX * OVERSAMPLING
    image = Image.new("RGB", (side, side), background)
    draw = ImageDraw.Draw(image)
    for shape, percent, colour in shapes:
        left, top, right, bottom = (side * value / 100 for value in percent)
        box = (left, top, right, bottom)
        if shape == "rectangle":
            draw.rounded_rectangle(box, radius=side * 0.015, fill=colour)
        elif shape == "ellipse":
            draw.ellipse(box, fill=colour)
        elif shape == "pie":
            draw.pieslice(box, start=180, end=360, fill=colour)
        else:
            draw.arc(box, start=0, end=360, fill=colour, width=side * 4 // 100)
    target.parent.mkdir(parents=True, exist_ok=True)
    image.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS).save(target)
