"""store_health_scores in plain Python: two scores per store and day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .baselines import SeriesKey
from .flags import Verdict
from .numeric import is_below, mean, percentile_rank, piecewise_linear, slope
from .seeds import Kpi, StoreSeeds
from .series import STORE, ByDay, StoreSeries, frame
from .stores import Store

WEIGHTED_Z, PERCENTILE = "weighted_z", "percentile"
Z_CURVE = "z"
MIN_VALUES = 14
TREND_DAYS, RANK_DAYS = 28, 180


@dataclass(frozen=True)
class KpiScore:
    """The score of one KPI on one day.

    Attributes:
        is_default: whether it was judged by its default method, or by its value.
    """

    kpi: Kpi
    score: float
    is_default: bool


@dataclass(frozen=True)
class HealthRow:
    """One row of store_health_scores.

    Attributes:
        kpi_scores: of the KPIs that are known; empty for the percentile method.
    """

    store: Store
    metric_date: date
    score_method: str
    health_score: float | None
    grade: str | None
    weight_covered_pct: float
    revenue_vs_peak_pct: float | None
    contributions: Mapping[str, float | None]
    kpi_scores: tuple[KpiScore, ...] = ()

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        return {
            "shop_no": self.store.shop_no,
            "metric_date": self.metric_date,
            "score_method": self.score_method,
            "health_score": self.health_score,
            "grade": self.grade,
            "weight_covered_pct": self.weight_covered_pct,
            "revenue_vs_peak_pct": self.revenue_vs_peak_pct,
            **{
                f"{dimension}_contribution": contribution
                for dimension, contribution in self.contributions.items()
            },
        }


def compute_health(
    series: Sequence[StoreSeries],
    verdicts: Mapping[SeriesKey, Mapping[date, Verdict]],
    seeds: StoreSeeds,
) -> list[HealthRow]:
    """Return both scores of every day of every store.

    Args:
        series: the series of the stores.
        verdicts: by series and date.
        seeds: the seeds.
    """
    by_store: dict[Store, dict[str, StoreSeries]] = {}
    for one in series:
        by_store.setdefault(one.store, {})[one.kpi.metric_name] = one
    rows = []
    for store, by_metric in by_store.items():
        revenue = by_metric["revenue"]
        against_peak = revenue_vs_peak(revenue.days, revenue.plain)
        ranked = {
            name: by_metric[name].plain for name in seeds.percentile_weights if name in by_metric
        } | {"trend": trends(revenue.days, revenue.plain)}
        for day in revenue.days:
            scores = _kpi_scores(by_metric, verdicts, day, seeds)
            peak_pct = against_peak.get(day)
            rows.append(_weighted_z(store, day, scores, peak_pct, seeds))
            rows.append(_percentile(store, day, ranked, peak_pct, seeds))
    return rows


def revenue_vs_peak(days: Sequence[date], revenue: ByDay) -> dict[date, float]:
    """Return the mean of 28 days in percent of the highest such mean so far, by date."""
    result: dict[date, float] = {}
    peak = 0.0
    for day in days:
        values = frame(revenue, day, TREND_DAYS - 1, 0)
        if len(values) < MIN_VALUES:
            continue
        peak = max(peak, mean(values))
        if peak:
            result[day] = 100 * mean(values) / peak
    return result


def trends(days: Sequence[date], revenue: ByDay) -> dict[date, float]:
    """Return the slope of the logarithm of revenue over 28 days, per day, by date."""
    logs = {day: math.log(value) for day, value in revenue.items() if value > 0}
    result: dict[date, float] = {}
    for day in days:
        points = [
            (float(past.toordinal()), value)
            for past, value in logs.items()
            if 0 <= (day - past).days < TREND_DAYS
        ]
        if day in logs and len(points) >= MIN_VALUES:
            result[day] = slope(points)
    return result


def _kpi_scores(
    by_metric: Mapping[str, StoreSeries],
    verdicts: Mapping[SeriesKey, Mapping[date, Verdict]],
    day: date,
    seeds: StoreSeeds,
) -> list[KpiScore]:
    """Return the scores of the KPIs that have a z, or a value and a curve of their own."""
    scores = []
    for metric_name, series in by_metric.items():
        kpi = series.kpi
        verdict = verdicts[STORE, series.store.shop_no, metric_name].get(day)
        if metric_name in seeds.curves:
            value = series.values.get(day)
            if value is not None:
                score = piecewise_linear(seeds.curves[metric_name], value)
                scores.append(KpiScore(kpi, score, is_default=True))
        elif verdict is not None and verdict.z is not None:
            score = piecewise_linear(seeds.curves[Z_CURVE], _goodness(kpi, verdict.z))
            scores.append(KpiScore(kpi, score, verdict.is_default))
    return scores


def _goodness(kpi: Kpi, z: float) -> float:
    """Return z with the sign that makes more better."""
    if kpi.polarity == "higher_is_better":
        return z
    return -z if kpi.polarity == "lower_is_better" else -abs(z)


def _weighted_z(
    store: Store,
    day: date,
    scores: Sequence[KpiScore],
    peak_pct: float | None,
    seeds: StoreSeeds,
) -> HealthRow:
    weights = seeds.dimension_weights
    dimension_scores: dict[str, float] = {}
    for dimension in weights:
        known = [score for score in scores if score.kpi.dimension == dimension]
        if known:
            weighted = math.fsum(score.kpi.weight * score.score for score in known)
            dimension_scores[dimension] = weighted / math.fsum(s.kpi.weight for s in known)
    known_weight = math.fsum(weights[dimension] for dimension in dimension_scores)
    contributions = {
        dimension: weight * dimension_scores[dimension] / known_weight
        if dimension in dimension_scores
        else None
        for dimension, weight in weights.items()
    }
    total = math.fsum(part for part in contributions.values() if part is not None)
    score = total if dimension_scores else None
    return HealthRow(
        store=store,
        metric_date=day,
        score_method=WEIGHTED_Z,
        health_score=score,
        grade=_grade(WEIGHTED_Z, score, seeds),
        weight_covered_pct=covered_pct(scores, seeds),
        revenue_vs_peak_pct=peak_pct,
        contributions=contributions,
        kpi_scores=tuple(scores),
    )


def covered_pct(scores: Sequence[KpiScore], seeds: StoreSeeds) -> float:
    """Return the weight of some KPIs in percent of all."""
    return math.fsum(
        seeds.dimension_weights[score.kpi.dimension] * score.kpi.weight / 100 for score in scores
    )


def _percentile(
    store: Store,
    day: date,
    components: Mapping[str, ByDay],
    peak_pct: float | None,
    seeds: StoreSeeds,
) -> HealthRow:
    ranks = {
        name: percentile_rank(values[day], frame(values, day, RANK_DAYS - 1, 0))
        for name, values in components.items()
        if day in values
    }
    known_weight = math.fsum(seeds.percentile_weights[name] for name in ranks)
    score = None
    if ranks:
        weighted = [seeds.percentile_weights[name] * rank for name, rank in ranks.items()]
        score = math.fsum(weighted) / known_weight
    contributions: dict[str, float | None] = dict.fromkeys(seeds.dimension_weights)
    contributions["revenue"] = score
    return HealthRow(
        store=store,
        metric_date=day,
        score_method=PERCENTILE,
        health_score=score,
        grade=_grade(PERCENTILE, score, seeds),
        weight_covered_pct=known_weight,
        revenue_vs_peak_pct=peak_pct,
        contributions=contributions,
    )


def _grade(method: str, score: float | None, seeds: StoreSeeds) -> str | None:
    """Return the grade with the highest minimum that a score reaches."""
    if score is None:
        return None
    return [grade for minimum, grade in seeds.grades[method] if not is_below(score, minimum)][-1]
