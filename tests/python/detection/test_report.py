"""The picture and the batches of the runner."""

from xml.etree import ElementTree

from dev.detection.networks import CONTROL, Plan
from dev.detection.picture import Line, chart
from dev.detection.report import Figure
from dev.detection.run import _batches

NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"


def test_picture_is_xml_with_a_point_per_figure() -> None:
    """Measured lines have points and bounds do not; names are escaped; fewer days lie lower."""
    lines = [Line("a < b", ((10, 8.0), (20, 4.0), (50, 1.0))), Line("c", ((10, 2.0),), True)]
    root = ElementTree.fromstring(chart("days & drops", lines))
    heights = [float(point.attrib["cy"]) for point in root.iter(f"{SVG}circle")]
    assert len(heights) == 3
    assert heights == sorted(heights)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"days & drops", "a < b", "c"} <= set(texts)


def test_figures_have_their_error_if_there_is_one() -> None:
    """One peer group alone has none."""
    assert Figure(3.949, 0.031, 10, 0).text(2) == "3.95 ± 0.03"
    assert Figure(3.949, NAN, 10, 0).text(1) == "3.9"


def test_batches_cut_groups_and_lose_none() -> None:
    """Every group is in one batch; no batch is larger than it may be."""
    plan = Plan(1, warm_up_days=3, judged_days=2)  # 50 rows a group
    jobs = [(plan, CONTROL, range(5)), (plan, CONTROL, range(7))]
    batches = list(_batches(jobs, 220))
    sizes = [sum(len(groups) for _, _, groups in batch) for batch in batches]
    assert sizes == [4, 4, 4]
    numbers = [number for batch in batches for _, _, groups in batch for number in groups]
    assert numbers == [*range(5), *range(7)]


def test_a_group_larger_than_a_batch_is_judged_alone() -> None:
    """The limit gives way: there is no smaller piece."""
    plan = Plan(1, warm_up_days=3, judged_days=2)
    batches = [batch for batch in _batches([(plan, CONTROL, range(2))], 10) if batch]
    assert [len(batch) for batch in batches] == [1, 1]
