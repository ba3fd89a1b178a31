"""Where everything stands on the sheet for a photo and a signature by post, and how its codes are drawn.

Four small codes stand round the two frames: they straighten the scan, whatever its tilt, turn or scale. A larger one
says whose sheet it is.
"""

from __future__ import annotations

from dataclasses import dataclass

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Frame:
    """A rectangle of the sheet, in millimetres from the top left of the page."""

    x: float
    y: float
    width: float
    height: float

    def points(self) -> Points:
        """Its corners: top left, top right, bottom right, bottom left."""
        right, low = self.x + self.width, self.y + self.height
        return ((self.x, self.y), (right, self.y), (right, low), (self.x, low))

    def inside(self, by: float) -> Frame:
        """The same, smaller by so many millimetres on each side (larger when negative)."""
        return Frame(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


# What each corner code says, and where it stands; 10 modules of 0.9 mm are read from 150 dots an inch on.
CORNERS: dict[str, Frame] = {
    "TPA": Frame(14, 138, 9, 9),
    "TPB": Frame(187, 138, 9, 9),
    "TPC": Frame(187, 247, 9, 9),
    "TPD": Frame(14, 247, 9, 9),
}
MAIN = Frame(32, 140, 20, 20)
PHOTO = Frame(37, 184, 35, 45)
SIGNATURE = Frame(86, 190, 94, 34)
BORDER = 2.0  # mm: the line of the signature's frame, and the play of a printer, are left out
KIND = "TP1;FPS;"  # how the text of a main code begins


def matrix(text: str) -> list[list[int]]:
    """This text as a DataMatrix: `[modules a side]`, then the runs of black, `[column, row, length]` each."""
    import zxingcpp  # noqa: PLC0415  of the whole site, only those who print a sheet need it

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    image = memoryview(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False))
    side = image.shape[0]  # type: ignore[index]
    runs: list[list[int]] = [[side]]
    for row in range(side):
        column = 0
        while column < side:
            length = 0
            while column + length < side and image[row, column + length] < 128:
                length += 1
            if length:
                runs.append([column, row, length])
            column += length + 1
    return runs
