"""CloudFormation tells EventBridge of each status that a stack comes to.

Source: AWS CloudFormation User Guide, "Stack Status Change event detail".
"""
import json

from ministack.services import eventbridge
from ministack.services.cloudformation import changesets, handlers, stacks


def apply():
    add = stacks._add_event

    def add_and_tell(stack_id, stack_name, logical_id, resource_type, status, reason="", *others, **named):
        add(stack_id, stack_name, logical_id, resource_type, status, reason, *others, **named)
        if resource_type != "AWS::CloudFormation::Stack" or logical_id != stack_name:
            return
        detail = {"stack-id": stack_id, "status-details": {"status": status, "status-reason": reason}}
        entry = {"Source": "aws.cloudformation", "DetailType": "CloudFormation Stack Status Change",
                 "Detail": json.dumps(detail), "Resources": [stack_id]}
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    for module in (stacks, changesets, handlers):
        if hasattr(module, "_add_event"):
            module._add_event = add_and_tell
