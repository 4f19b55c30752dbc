"""A release in the formats of statistical offices: SDMX-CSV 1.0, SDMX-JSON 1.0, and what one must
know to read it.

Dimensions carry the names of SDMX's cross-domain concepts, and codes of its lists where there are
some (CL_FREQ, CL_SEX, CL_OBS_STATUS; countries are ISO 3166-1).
"""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, Final

from guardian.stats.release import TITLES, TOUCHED, UNITS, Observation, Release
from guardian.stats.table import LEAST_HOUSEHOLDS, LEAST_PROFILES

FLOW: Final = "GUARDIAN:DF_CHILD_SAFETY(1.0)"
_DIMENSIONS: Final = (
    "FREQ", "REF_AREA", "POPULATION", "INDICATOR", "SEX", "AGE", "TOPIC", "TIME_PERIOD",
)  # fmt: skip
_ATTRIBUTES: Final = ("UNIT_MEASURE", "OBS_STATUS", "ERROR_95")
_TOLD, _WITHHELD = "A", "Q"  # CL_OBS_STATUS: normal value; missing, suppressed


def notes(release: Release) -> tuple[str, ...]:
    """What the figures are and are not, in sentences."""
    return (
        "Administrative data of households, schools and providers that run guardian and chose to "
        "take part: not a sample, not prevalence, and not what children did, but what was set and "
        "filtered on their profiles.",
        f"About {release.households} contributions; how many households were asked is not known, "
        "so there is no response rate. Contributions are not authenticated here.",
        "Age and sex are what a parent entered. Sex may be left out; _U counts those of whom it "
        "is not said, or is another one. Ages of the UN bands are known only where the month of "
        "birth is.",
        f"Withheld (OBS_STATUS Q): cells of fewer than {LEAST_PROFILES} profiles or "
        f"{LEAST_HOUSEHOLDS} households, those that are not surely larger after noise, and those "
        "from which others could be reckoned. Which cells are withheld for few households is told "
        "by the true number, and is not covered by epsilon.",
        f"Each count has discrete Laplace noise of scale {TOUCHED}/{release.epsilon} (epsilon "
        f"{release.epsilon} for a profile in this release); totals are sums of noisy counts. "
        "Counts are rounded to 5, shares to 1 and to at most 99. ERROR_95 is how far noise and "
        "rounding may have moved a figure, in 95 of 100 figures at least; it says nothing of who "
        "takes part.",
        "G3 counts profiles of which kinds are kept, once a month and category, however often it "
        "was. Illegal content and self-harm are never counted, nor is whether somebody looked for "
        "help.",
    )


def as_csv(release: Release) -> str:
    """SDMX-CSV."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["DATAFLOW", *_DIMENSIONS, "OBS_VALUE", *_ATTRIBUTES])
    for each in release.observations:
        value = "" if each.value is None else each.value
        rows.writerow([FLOW, *_place(release, each), value, *_said(each)])
    return out.getvalue()


def as_json(release: Release, made: datetime) -> str:
    """SDMX-JSON. made: aware."""
    places = [_place(release, each) for each in release.observations]
    said = [_said(each) for each in release.observations]
    dimensions = [sorted({row[n] for row in places}) for n in range(len(_DIMENSIONS))]
    attributes = [sorted({row[n] for row in said}) for n in range(len(_ATTRIBUTES))]
    observations = {
        ":".join(map(str, _indexes(dimensions, place))): [each.value, *_indexes(attributes, words)]
        for each, place, words in zip(release.observations, places, said, strict=True)
    }
    data = {
        "meta": {
            "id": f"guardian-{release.period}-{release.ages}",
            "prepared": made.isoformat(timespec="seconds"),
            "test": False,
            "sender": {"id": "GUARDIAN"},
        },
        "data": {
            "structure": {
                "name": "Child safety settings, as guardian's households have them",
                "annotations": [{"type": "QUALITY", "text": each} for each in notes(release)],
                "dimensions": {"observation": list(_structure(_DIMENSIONS, dimensions))},
                "attributes": {
                    "dataSet": [],
                    "observation": list(_structure(_ATTRIBUTES, attributes)),
                },
            },
            "dataSets": [{"action": "Information", "observations": observations}],
        },
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _place(release: Release, each: Observation) -> list[str]:
    return [
        "M", each.area, each.population, str(each.measure), each.sex, each.age, each.topic,
        release.period,
    ]  # fmt: skip


def _said(each: Observation) -> list[str]:
    status = _WITHHELD if each.value is None else _TOLD
    error = "" if each.error is None else str(each.error)
    return [UNITS.get(each.measure, "PT"), status, error]


def _indexes(values: Sequence[Sequence[str]], row: Sequence[str]) -> list[int]:
    return [found.index(word) for found, word in zip(values, row, strict=True)]


def _structure(names: Sequence[str], values: Sequence[Sequence[str]]) -> Iterator[dict[str, Any]]:
    titles = {str(measure): title for measure, title in TITLES.items()}
    for place, (name, found) in enumerate(zip(names, values, strict=True)):
        yield {
            "id": name,
            "keyPosition": place,
            "values": [{"id": each, "name": titles.get(each, each)} for each in found],
        }
