"""Composite alarms, which MiniStack judges by their rules: CloudFormation makes them, and a suppressor holds their actions back.

Source: CloudWatch User Guide, "Suppressing composite alarm actions".
"""
import uuid

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners


class Suppressors:
    """What composite alarms with a suppressor have yet to tell, by their names."""

    def __init__(self, dispatch, now):
        self.dispatch, self.now = dispatch, now
        self.pending, self.told, self.last_on = {}, {}, {}

    def hold(self, alarm, before, after, reason):
        name = alarm["AlarmName"]
        if not alarm.get("ActionsSuppressor"):
            self.dispatch(alarm, before, after, reason)
        elif after == self.told.get(name, "OK"):
            self.pending.pop(name, None)
        else:
            self.pending[name] = (self.now(), before, after, reason)

    def settle(self):
        for name, alarm in list(cloudwatch._composite_alarms.items()):
            if not alarm.get("ActionsSuppressor"):
                continue
            moment = self.now()
            is_on = cloudwatch._rule_alarm_state(alarm["ActionsSuppressor"]) == "ALARM"
            # The time may also have been put back.
            self.last_on[name] = moment if is_on else min(moment, self.last_on.get(name, 0))
            since, before, after, reason = self.pending.get(name, (moment, None, None, None))
            is_extended = moment - self.last_on[name] < int(alarm["ActionsSuppressorExtensionPeriod"])
            is_waiting = abs(moment - since) < int(alarm["ActionsSuppressorWaitPeriod"])
            if not after or is_extended or is_waiting:
                continue
            del self.pending[name]
            self.told[name] = after
            self.dispatch(alarm, before, after, reason)


def create_composite(logical_id, properties, stack_name):
    name = properties.get("AlarmName") or f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:12]}"
    put_composite(name, properties)
    return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}


def put_composite(name, properties):
    status, _, body = cloudwatch._put_composite_alarm({}, {**properties, "AlarmName": name}, False, True)
    if status >= 400:
        raise ValueError(f"{name}: {body!r}")
    kept = {key: value for key, value in properties.items() if key.startswith("ActionsSuppressor")}
    cloudwatch._composite_alarms[name].update(kept)


def update_composite(physical_id, old_properties, new_properties, stack_name):
    put_composite(physical_id, new_properties)
    return physical_id, {"Arn": cloudwatch._composite_alarms[physical_id]["AlarmArn"]}


def delete_composite(physical_id, properties):
    cloudwatch._composite_alarms.pop(physical_id, None)


def apply(now):
    """Returns what tells, when it is called, whatever no suppressor holds back any more."""
    suppressors = Suppressors(cloudwatch._dispatch_alarm_actions, now)
    cloudwatch._dispatch_alarm_actions = suppressors.hold
    provisioners._RESOURCE_HANDLERS.setdefault(
        "AWS::CloudWatch::CompositeAlarm",
        {"create": create_composite, "update": update_composite, "delete": delete_composite})
    return suppressors.settle
