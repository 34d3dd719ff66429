"""Samples of the benchmark, and what is derived from them: targets, tables and the page."""

from __future__ import annotations

from pathlib import Path

from benchmarks import commands
from benchmarks.options import LATEST, QUICK, Options, parse
from benchmarks.page import PAGE, fill_tables
from benchmarks.regressions import find_regressions
from benchmarks.samples import Results, Sample
from benchmarks.tables import TABLES, cell
from benchmarks.targets import TARGETS, Checked, check_targets


def up(kind: str, seconds: float, delay: float = 0.25) -> Sample:
    """Return a sample where the targets look."""
    return Sample("commands", "up", kind, 100, delay, 64, {"seconds": seconds})


def test_samples_survive_being_kept(tmp_path: Path) -> None:
    """Stored samples can be read again."""
    results = Results({"command": "make bench"}, [up("ours", 2.5), up("null", 2.0)])
    results.save(tmp_path / "samples.json")
    assert Results.load(tmp_path / "samples.json") == results


def test_targets_compare_neighbors() -> None:
    """Each round has its own ratio, so that a machine which slows down in between does not count."""
    samples = [up("null", 2.0), up("ours", 2.3), up("null", 4.0), up("ours", 4.5), up("null", 2.0), up("ours", 9.0)]
    samples += [up("null", 2.0, 0.0), up("ours", 2.5, 0.0)]
    found = {each.target.text: each for each in check_targets(Results({}, samples))}
    trips = found["100 at 250 ms: up beyond the floor"]
    assert trips.ratio is not None
    assert abs(trips.ratio - 2) < 1e-9
    assert found["100 conversations: up to the floor"].ratio == 1.25
    assert found["100 at 250 ms: destroy beyond the floor"].verdict == "not measured"


def test_growth_compares_the_cost_of_one_more() -> None:
    """The growth is the median round's, beyond the floor's; a program's time while `up` lets it wait does not count."""
    samples = []
    for size, own in ((10, 0.2), (100, 1.1), (500, 5.9)):  # 10 ms for each up to 100, then 12 ms
        for kind, cpu in [("null", 1.0), ("ours", 1.0 + own / 4)] * 3:
            for what in ("preview", "up", "refresh", "destroy"):
                values = {"program_cpu": cpu if what == "preview" else 9.0, "plugin_cpu": cpu}
                samples.append(Sample("commands", what, kind, size, 0.0, 64, values))
    ratio = {each.target.text: each.ratio for each in check_targets(Results({}, samples))}
    grown = ratio["own processor time for one more conversation, beyond 100 to below"]
    assert grown is not None
    assert abs(grown - 1.2) < 1e-9


def test_a_target_is_met_at_its_bound() -> None:
    """At most includes the bound itself."""
    assert [Checked(TARGETS[0], ratio).verdict for ratio in (1.2, 1.21)] == ["met", "missed"]


def test_a_ratio_that_became_worse_is_a_regression() -> None:
    """A fifth is within the spread; seconds are not compared, since the machine's speed changes from day to day."""
    kept, slower, worse = (
        Results({}, [up("null", 2.0 * machine, 0.0), up("ours", 2.2 * machine * ours, 0.0)])
        for machine, ours in ((1, 1), (3, 1.19), (1, 1.21))
    )
    assert list(find_regressions(kept, slower)) == []
    assert list(find_regressions(kept, worse)) == ["100 conversations: up to the floor: 1.33 times, 1.10 in the kept results"]


def test_a_cell_shows_the_spread() -> None:
    """Several rounds show their median, minimum and maximum; one shows itself; none shows nothing."""
    results = Results({}, [up("ours", 1.0), up("ours", 3.0), up("ours", 2.0), up("null", 1.0)])
    assert cell(results, kind="ours") == "2.00 (1.00-3.00)"
    assert cell(results, kind="null") == "1.00"
    assert cell(results, kind="four") == ""


def test_what_takes_minutes_is_measured_once() -> None:
    """Later rounds leave the largest size out."""
    every, later = (commands.due(Options(), round_) for round_ in (0, 1))
    assert set(later) == {each for each in every if each.size < 500}


def test_every_kind_takes_its_turn() -> None:
    """Each combination is measured beside its floor; calls that take time only where there are many."""
    cells = commands.cells(Options(groups=(1,), sizes=(1, 100)))
    assert len(cells) == len(set(cells))
    compared = [each for each in cells if each.kind in ("ours", "native")]
    assert all(commands.Cell("null", each.size, each.delay, each.parallel) in cells for each in compared)
    assert {(each.size, each.delay) for each in cells if each.kind == "ours"} == {(1, 0.0), (100, 0.0), (100, 0.25)}
    assert {(each.size, each.delay) for each in cells if each.kind in ("four", "stock")} == {(100, 0.25)}


def test_only_a_run_of_everything_changes_the_page() -> None:
    """A part of the benchmark leaves its samples and tables aside."""
    assert parse(["--repeat", "5"]).options.output == LATEST
    assert parse(["--groups", "1,4"]).options.output != LATEST
    assert QUICK.output != LATEST


def test_the_page_shows_what_was_measured() -> None:
    """Its tables are those of the stored samples, and each table has a place."""
    text = PAGE.read_text()
    assert fill_tables(text, Results.load(LATEST)) == text
    assert all(f"<!-- begin {name} -->" in text for name in TABLES)
