"""Alarms by namespace, metric and all dimensions, by periods, M out of N, and by what missing data is to mean.

Source: CloudWatch User Guide, "Alarm evaluation". They are judged whenever they are described. The file that
LOCAL_AWS_LATER names holds seconds that are taken to have gone by, so that nobody has to wait for a period of hours.
"""
import time

import clock
import composite_alarms
from ministack.services import cloudwatch

BREACHES = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


def now():
    return clock.now() + clock.seconds_in("LOCAL_AWS_LATER")


def points_of(alarm):
    dimensions = {entry["Name"]: entry["Value"] for entry in alarm.get("Dimensions") or []}
    return [
        point
        for (namespace, name, _), points in cloudwatch._metrics.items()
        if (namespace, name) == (alarm["Namespace"], alarm["MetricName"])
        for point in points
        if (point.get("Dimensions") or {}) == dimensions
    ]


def verdicts_of(alarm):
    """Of each period, newest first: whether it breaches; None where there is no datum and none is assumed."""
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    missing = {"breaching": True, "notBreaching": False}.get(alarm.get("TreatMissingData"))
    period, points, end = int(alarm["Period"]), points_of(alarm), now()
    for index in range(int(alarm["EvaluationPeriods"])):
        inside = [p for p in points if end - (index + 1) * period <= p["Timestamp"] < end - index * period]
        if inside:
            value = cloudwatch._stat_value(cloudwatch._calc_stats(inside), statistic, inside)
            yield BREACHES[alarm["ComparisonOperator"]](value, float(alarm["Threshold"]))
        else:
            yield missing


def state_of(alarm):
    verdicts = [verdict for verdict in verdicts_of(alarm) if verdict is not None]
    if not verdicts:
        return alarm["StateValue"] if alarm.get("TreatMissingData") == "ignore" else "INSUFFICIENT_DATA"
    needed = int(alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"])
    return "ALARM" if verdicts.count(True) >= needed else "OK"


def judge(alarm):
    if not alarm.get("MetricName") or alarm.get("ComparisonOperator") not in BREACHES:
        return
    before, after = alarm["StateValue"], state_of(alarm)
    if after == before:
        return
    reason = "Judged by the periods"
    alarm.update(StateValue=after, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, after, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, after, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def apply():
    describe = cloudwatch._describe_alarms
    settle = composite_alarms.apply(now)

    def judge_and_describe(*positional, **named):
        for alarm in list(cloudwatch._alarms.values()):
            judge(alarm)
        settle()
        return describe(*positional, **named)

    cloudwatch._describe_alarms = judge_and_describe
    cloudwatch._evaluate_alarm = judge
