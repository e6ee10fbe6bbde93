"""CloudWatch takes metrics out of log lines in the embedded metric format.

Source: CloudWatch User Guide, "Specification: Embedded metric format".
"""
import json

from ministack.services import cloudwatch, cloudwatch_logs


def extract(line):
    try:
        document = json.loads(line[line.index("{"):])
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    at = document["_aws"]["Timestamp"] / 1000
    for directive in directives:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names}
            for metric in directive["Metrics"]:
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    cloudwatch._store_datum(directive["Namespace"], metric["Name"], dimensions, at,
                                            metric.get("Unit", "None"), value, None, None, None)


def apply():
    append = cloudwatch_logs._append_log_events

    def append_and_extract(stream, events):
        append(stream, events)
        for event in events:
            if "CloudWatchMetrics" in event["message"]:
                extract(event["message"])

    cloudwatch_logs._append_log_events = append_and_extract
