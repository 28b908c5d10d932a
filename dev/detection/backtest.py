"""The dates by which the decline of 8th Avenue must be seen."""

import pandas as pd

from dev.detection.eighth_avenue import stores_frame
from dev.detection.measure import share_found_by

# The first fall of the level is after the middle of October: what opened before does not count.
OPENED_FROM = pd.Timestamp("2025-10-15")
WARNING_BY = pd.Timestamp("2025-11-23")
CRITICAL_BY = pd.Timestamp("2025-12-07")


def shares_found(alerts: pd.DataFrame, variant: str, histories: range) -> dict[str, float]:
    """Return the share of histories found in time, by severity.

    Args:
        alerts: of the histories.
        variant: which peers (`eighth_avenue.VARIANTS`).
        histories: their numbers.
    """
    stores = stores_frame(variant, histories)
    flagships = stores.loc[stores["is_flagship"], "shop_no"].tolist()
    found = share_found_by(alerts, flagships, OPENED_FROM, WARNING_BY, CRITICAL_BY)
    return dict(zip(found["severity"], found["value"], strict=True))


def first_days(alerts: pd.DataFrame, variant: str, histories: range) -> pd.DataFrame:
    """Return the first day of a WARNING and of a CRITICAL of every history.

    Returns:
        One row per history: shop_no, warning_on, critical_on; missing where there was none.
    """
    stores = stores_frame(variant, histories)
    flagships = stores.loc[stores["is_flagship"], "shop_no"].tolist()
    dated = alerts.assign(
        warning_on=pd.to_datetime(alerts["opened_on"]),
        critical_on=pd.to_datetime(alerts["critical_on"]),
    )
    counted = dated[(dated["warning_on"] >= OPENED_FROM) & (dated["entity_type"] == "store")]
    firsts = counted.groupby("shop_no")[["warning_on", "critical_on"]].min()
    return firsts.reindex(flagships).rename_axis("shop_no").reset_index()
