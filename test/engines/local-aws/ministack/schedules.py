"""EventBridge Scheduler fills in context attributes: `<aws.scheduler.scheduled-time>` in a target's input and the like.

Source: EventBridge Scheduler User Guide, "Adding context attributes".
"""
from datetime import datetime, timezone

import clock
from ministack.services import eventbridge


def attributes(event):
    scheduled = datetime.fromtimestamp(int(event["Time"] + clock.seconds_in("LOCAL_AWS_CLOCK")), tz=timezone.utc)
    return {
        "<aws.scheduler.scheduled-time>": scheduled.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "<aws.scheduler.schedule-arn>": event["Resources"][0],
        "<aws.scheduler.execution-id>": event["EventId"],
        "<aws.scheduler.attempt-number>": "1",
    }


def apply():
    deliver = eventbridge._invoke_target

    def deliver_filled(target, event, *others, **named):
        if event.get("Source") == "aws.scheduler" and target.get("Input"):
            text = target["Input"]
            for attribute, value in attributes(event).items():
                text = text.replace(attribute, value)
            target = {**target, "Input": text}
        return deliver(target, event, *others, **named)

    eventbridge._invoke_target = deliver_filled
