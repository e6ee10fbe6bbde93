"""moto, whose StackSets list their instances and deploy nothing.

moto would make the resources of each instance's stack, and its CloudFormation lacks some of the template's types. What the
template makes is tried where it is deployed.
"""
import inspect

from moto.cloudformation.models import StackInstance
from moto.server import main

FIELDS = list(inspect.signature(StackInstance.__init__).parameters)[1:]


def record(instance, **fields):
    assert sorted(fields) == sorted(FIELDS), fields
    vars(instance).update(fields, parameters=fields["parameters"] or [])


StackInstance.__init__ = record
StackInstance.delete = lambda instance: None

if __name__ == "__main__":
    main()
