"""
Runs the code of recipes and writes what the tables that they end with hold, a JSON object a row. Then evaluates expressions
beside the last of them, and writes what they give.

Standard input: {"runs": [{"name", "code", "tables", "out"}], "setting", "expressions", "given"}, where `out` is a folder that is
there, `setting` code for the expressions, and `given` a file for what they give.
"""

import datetime
import json
import math
import os
import sys
import time


def rows_of(table):
    for collected in ("to_table", "collect"):  # a dataset of pyarrow; a lazy frame of polars, a frame of Spark
        if hasattr(table, collected):
            table = getattr(table, collected)()
    if isinstance(table, list):
        return [row.asDict(recursive=True) for row in table]
    if hasattr(table, "to_pylist"):
        return table.to_pylist()
    if hasattr(table, "to_dicts"):
        return table.to_dicts()
    return table.to_dict("records")


# Fields of structs that may have a fraction. Elsewhere a fraction is a count that has lost its type.
NUMBERS = {"threshold_percentage"}


def plain(value):
    """A value as the JSON of the history has it. A number with a fraction has lost its type on the way."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item") and not isinstance(value, (list, dict)):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):  # null in a column of objects
        return None
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    if isinstance(value, dict):
        return {name: field if name in NUMBERS else plain(field) for name, field in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(element) for element in value]
    if isinstance(value, (str, bool, int)):
        return value
    raise TypeError(f"{value!r} is of {type(value)}, which no column has")


def given(expression, names):
    try:
        return str(eval(expression, names))
    except Exception as error:  # of whatever kind: it is what the expression gives
        return type(error).__name__


def main():
    task = json.load(sys.stdin)
    names = {}
    for run in task["runs"]:
        began = time.monotonic()
        names = {"__name__": run["name"]}
        exec(compile(run["code"], run["name"], "exec"), names)
        for table in run["tables"]:
            with open(os.path.join(run["out"], f"{table}.ndjson"), "w", encoding="utf-8") as file:
                for row in rows_of(names[table]):
                    file.write(json.dumps({name: plain(value) for name, value in row.items()}) + "\n")
        print(f"  {run['name']}: {time.monotonic() - began:.1f} s", flush=True)
    exec(task["setting"], names)
    with open(task["given"], "w", encoding="utf-8") as file:
        json.dump([given(expression, names) for expression in task["expressions"]], file)


main()
