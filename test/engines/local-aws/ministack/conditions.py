"""Conditions of a template may name pseudo parameters.

Source: AWS CloudFormation User Guide, "Get AWS values using pseudo parameters"; Template Reference, "Condition functions".
MiniStack takes their names for their values.
"""
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, engine, handlers, stacks


def apply():
    evaluate = engine._evaluate_conditions

    def evaluate_with_pseudo(template, params):
        pseudo = {"AWS::AccountId": get_account_id(), "AWS::Partition": "aws", "AWS::Region": get_region()}
        values = {name: {"Value": value} for name, value in pseudo.items()}
        return evaluate(template, {**values, **params})

    for module in (cloudformation, changesets, engine, handlers, stacks):
        if hasattr(module, "_evaluate_conditions"):
            module._evaluate_conditions = evaluate_with_pseudo
