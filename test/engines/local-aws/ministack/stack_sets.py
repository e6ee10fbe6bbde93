"""StackSets as a stack and ListStackInstances see them.

The file that LOCAL_AWS_STACK_INSTANCES names holds the stack instances, by the StackSet's name, each as AWS's summary has it:
nothing is deployed for a StackSet here.

Of a delegated administrator the StackSet is the management account's, and who asks must also be allowed
`organizations:ListDelegatedAdministrators`. Pages are of two instances, so that whoever reads one alone is found out.

Source: AWS CloudFormation Template Reference, "AWS::CloudFormation::StackSet", Return values; AWS CloudFormation API Reference,
ListStackInstances, StackInstanceSummary and NextToken; AWS CloudFormation User Guide, "Register a delegated administrator member
account"; Service Authorization Reference, "AWS CloudFormation", Resource types.
"""
import json
import os
import uuid

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, helpers, provisioners

PAGE = 2
OF_RESOURCE = ("ListStackInstances", "DescribeStackSet")
# The management account, where the hub is a delegated administrator's.
MANAGEMENT = "999999999999"

stack_sets = AccountRegionScopedDict()


def create(logical_id, properties, stack_name):
    name = properties["StackSetName"]
    if name in stack_sets:
        raise ValueError(f"{logical_id}: the name {name} is taken")
    stack_set_id = f"{name}:{uuid.uuid4()}"
    stack_sets[name] = {**properties, "StackSetId": stack_set_id}
    return stack_set_id, {"StackSetId": stack_set_id}


def update(physical_id, old_properties, new_properties, stack_name):
    name = new_properties["StackSetName"]
    if name != old_properties["StackSetName"]:
        return create(name, new_properties, stack_name)
    stack_sets[name] = {**new_properties, "StackSetId": physical_id}
    return physical_id, {"StackSetId": physical_id}


def delete(physical_id, properties):
    stack_sets.pop(physical_id.partition(":")[0], None)


def found(params):
    """The StackSet, which who made it as a delegated administrator sees as one alone."""
    name = helpers._p(params, "StackSetName").partition(":")[0]
    stack_set = stack_sets.get(name)
    is_same = stack_set and (helpers._p(params, "CallAs") or "SELF") == stack_set.get("CallAs", "SELF")
    return name, stack_set if is_same else None


def not_found(name):
    return helpers._error("StackSetNotFoundException", f"StackSet {name} not found", 404)


def registered(name):
    path = os.environ.get("LOCAL_AWS_STACK_INSTANCES", "")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf8") as file:
        return json.load(file).get(name, [])


def xml_of(value):
    """An object of the query protocol, of strings and objects."""
    if isinstance(value, dict):
        return "".join(f"<{name}>{xml_of(inner)}</{name}>" for name, inner in value.items())
    return helpers._esc(str(value))


def answer(action, inner):
    return helpers._xml(200, f"{action}Response", f"<{action}Result>{inner}</{action}Result>")


def list_stack_instances(params):
    name, stack_set = found(params)
    if stack_set is None:
        return not_found(name)
    begin = int(helpers._p(params, "NextToken") or 0)
    end = begin + min(PAGE, int(helpers._p(params, "MaxResults") or PAGE))
    instances = registered(name)
    summaries = [{"StackSetId": stack_set["StackSetId"], **instance} for instance in instances[begin:end]]
    members = "".join(f"<member>{xml_of(summary)}</member>" for summary in summaries)
    token = f"<NextToken>{end}</NextToken>" if end < len(instances) else ""
    return answer("ListStackInstances", f"<Summaries>{members}</Summaries>{token}")


def describe_stack_set(params):
    """What of it is text: how it is deployed is in its stack's template."""
    name, stack_set = found(params)
    if stack_set is None:
        return not_found(name)
    texts = {key: value for key, value in stack_set.items() if isinstance(value, str)}
    return answer("DescribeStackSet", f"<StackSet>{xml_of({**texts, 'Status': 'ACTIVE'})}</StackSet>")


def hold_to_policies():
    arn_of, enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def arn_of_stack_set(service, method, path, headers, body, query_params, region, account_id):
        if service == "cloudformation" and helpers._p(query_params, "Action") in OF_RESOURCE:
            name, stack_set = found(query_params)
            identity = stack_set["StackSetId"] if stack_set else f"{name}:none"
            owner = MANAGEMENT if helpers._p(query_params, "CallAs") == "DELEGATED_ADMIN" else account_id
            return f"arn:aws:cloudformation:{region}:{owner}:stackset/{identity}"
        return arn_of(service, method, path, headers, body, query_params, region, account_id)

    def enforce_as_administrator(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denial = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        if denial or f":{MANAGEMENT}:stackset/" not in resource_arn:
            return denial
        return enforce(access_key_id, "organizations:ListDelegatedAdministrators", "organizations", region)

    iam_actions.extract_resource_arn, iam_evaluator.enforce = arn_of_stack_set, enforce_as_administrator


def apply():
    provisioners._RESOURCE_HANDLERS.setdefault(
        "AWS::CloudFormation::StackSet", {"create": create, "update": update, "delete": delete})
    cloudformation._ACTION_HANDLERS.update(
        ListStackInstances=list_stack_instances, DescribeStackSet=describe_stack_set)
    hold_to_policies()
