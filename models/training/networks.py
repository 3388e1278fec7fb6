"""The two networks we ship."""

from models.training.graph import Graph

READER_ROWS, READER_STEPS, READER_CLASSES = 2, 32, 37
DETECTOR_STRIDE = 8
DETECTOR_INPUT = 384, 256
"""Width and height of the normal size: in between the shapes that cameras have."""
DETECTOR_INPUT_WIDE = 384, 224
"""Where a picture of 16:9 is shown as large, with 12 % fewer multiplications."""


def detector() -> Graph:
    """Heat map of centres, box and corners at stride 8, from strides 8, 16 and 32.

    To stride 4 at once, four pixels of a row taken as one: two convolutions of stride 2
    cost more than half as much as all the rest, for their many pixels of few channels.
    Dense convolutions down to stride 8, where they train and run faster than depthwise
    ones of the same work; depthwise below, for a field of view wider than any plate.
    """
    graph = Graph("plate_detector", channels=3)
    top = graph.conv(graph.fold("input", 4), 32, (7, 2), (4, 1))
    top = _fused(graph, top, 64, 48, stride=2)
    eighth = _fused(graph, top, 32, 48)
    top = _inverted(graph, eighth, 112, 80, stride=2)
    top = _inverted(graph, top, 112, 80)
    sixteenth = _inverted(graph, top, 112, 80)
    top = _inverted(graph, sixteenth, 192, 112, stride=2)
    deepest = _inverted(graph, top, 192, 112)
    merged = graph.conv(deepest, 64, relu=False)
    for level in (sixteenth, eighth):
        wider = graph.enlarge(merged, (2, 2))
        merged = graph.add(wider, graph.conv(level, 64, relu=False), relu=True)
        merged = graph.conv(graph.depthwise(merged, 5, relu=False), 64)
    for _ in range(2):
        merged = graph.conv(graph.depthwise(merged, 3, relu=False), 64)
    graph.output(merged, 1, "heat")
    graph.output(merged, 4, "box")
    graph.output(merged, 8, "corners")
    return graph


def reader() -> Graph:
    """Two rows of 32 steps over 37 classes, from 64×128 grey, read by CTC; and whether
    it is a plate at all, and where it ends.

    The upper half of the picture is the first row of steps, the lower half the second,
    so that a plate of two lines is one sequence. The context branch sees the whole
    plate.
    """
    graph = Graph("plate_reader", channels=1)
    top = graph.conv("input", 16, 3, 2)
    top = graph.conv(top, 16, 3)
    top = graph.conv(top, 40, 3, 2)
    top = _residual(graph, top)
    top = graph.conv(top, 64, 3, (2, 1))
    top = _residual(graph, top)
    top = graph.conv(top, 128, 3, (2, 1))
    top = _residual(graph, top)
    context = graph.max_pool(top, (2, 4))
    for kernel in (3, 1, 3):
        context = graph.conv(context, 128, kernel)
    overview = context
    context = graph.enlarge(graph.conv(context, 128, relu=False), (2, 4))
    top = graph.add(top, context, relu=True)
    rows = graph.conv(top, 192, (2, 3), (2, 1))
    graph.output(rows, READER_CLASSES, "characters")
    whole = graph.conv(overview, 32, (2, 8), (2, 8))
    graph.output(whole, 1, "plate")
    where = graph.conv(graph.conv(top, 16), 24, (4, 32), (4, 32))
    graph.output(where, 4, "edges")
    return graph


def _fused(
    graph: Graph, source: str, middle: int, channels: int, stride: int = 1
) -> str:
    inner = graph.conv(source, middle, 3, stride)
    result = graph.conv(inner, channels, relu=False)
    return graph.add(result, source) if stride == 1 else result


def _inverted(
    graph: Graph, source: str, middle: int, channels: int, stride: int = 1
) -> str:
    inner = graph.depthwise(graph.conv(source, middle), 5, stride)
    result = graph.conv(inner, channels, relu=False)
    return graph.add(result, source) if stride == 1 else result


def _residual(graph: Graph, source: str) -> str:
    inner = graph.conv(source, graph.channels(source), 3, relu=False)
    return graph.add(inner, source, relu=True)
