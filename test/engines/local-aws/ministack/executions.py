"""Executions of Step Functions, as an operator, CloudWatch, IAM and a queue see them.

- The metrics of executions, by the state machine. Source: Step Functions Developer Guide, "Monitoring Step Functions
  metrics using Amazon CloudWatch", Execution metrics.
- StartExecution under the name of one that is running with the same input answers as it did before. Source: Step Functions
  API Reference, StartExecution.
- Its role must let a state machine invoke a function, and a throttled function has an error's name of its own. Source:
  Step Functions Developer Guide, "Invoke an AWS Lambda function with Step Functions".
- RedriveExecution runs the failed state again with its input, and the context object tells the time. Of the states it is
  the one that an execution starts at, and no other. Source: Step Functions Developer Guide, "Restarting state machine
  executions with redrive in Step Functions".
- A queue's policy must let the rule send that has it as a target. Source: EventBridge User Guide, "Using resource-based
  policies for Amazon EventBridge".

Waits of state machines and of their retriers are as short as SFN_WAIT_SCALE says, which is MiniStack's own.
"""
import contextvars
import json
import threading
import time

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, now_iso
from ministack.services import cloudwatch, eventbridge, lambda_svc, sqs, stepfunctions

METRICS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "ABORTED": "ExecutionsAborted",
    "TIMED_OUT": "ExecutionsTimedOut",
}

role_arn = contextvars.ContextVar("role_arn")
rule_arn = contextvars.ContextVar("rule_arn", default=None)


def is_allowed(decide, action, resource, principal="", **keys):
    context = iam_evaluator.EvalContext(
        principal_arn=principal, principal_type="AssumedRole", principal_account=get_account_id(), action=action,
        resource_arn=resource, region=get_region(), service_context=keys)
    return decide(context).decision == "Allow"


def count_executions():
    emit = stepfunctions._emit_execution_status_event

    def emit_and_count(execution):
        emit(execution)
        dimensions = {"StateMachineArn": execution["stateMachineArn"]}
        cloudwatch._store_datum("AWS/States", METRICS[execution["status"]], dimensions, time.time(), "Count", 1, None, None, None)

    stepfunctions._emit_execution_status_event = emit_and_count


def know_names_again():
    start = stepfunctions._start_execution

    def start_once(data):
        arn = data.get("stateMachineArn", "").replace(":stateMachine:", ":execution:") + f":{data.get('name')}"
        execution = stepfunctions._executions.get(arn)
        if execution and execution["status"] == "RUNNING" and execution["input"] == data.get("input", "{}"):
            return json_response({"executionArn": arn, "startDate": execution["startDate"]})
        return start(data)

    stepfunctions._start_execution = start_once


def hold_tasks_to_their_role():
    execute, call = stepfunctions._execute_task, stepfunctions._call_lambda

    def execute_as_role(state, data, execution, ctx):
        role_arn.set(stepfunctions._state_machines[execution["stateMachineArn"]]["roleArn"])
        if "redriveDate" in execution:
            ctx["Execution"].update(RedriveCount=execution["redriveCount"], RedriveTime=execution["redriveDate"])
            data = execution.pop("redriveInput", data)
        return execute(state, data, execution, ctx)

    def call_as_role(function, event):
        _, config, name = lambda_svc._get_func_record_for_ref(function)
        role = role_arn.get()
        policies = iam_evaluator._gather_role_policies(role.rpartition("/")[2], get_account_id())
        if config and not is_allowed(lambda context: iam_evaluator.evaluate(context, policies), "lambda:InvokeFunction",
                                     config["FunctionArn"], role):
            raise stepfunctions._ExecutionError(
                "Lambda.AWSLambdaException", f"{role} is not authorized to perform: lambda:InvokeFunction on {name}")
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            if '"TooManyRequestsException"' not in str(error.cause):
                raise
            raise stepfunctions._ExecutionError("Lambda.TooManyRequestsException", error.cause) from error

    stepfunctions._execute_task, stepfunctions._call_lambda = execute_as_role, call_as_role


def redrive(data):
    arn = data.get("executionArn")
    execution = stepfunctions._executions.get(arn)
    if not execution:
        return error_response_json("ExecutionDoesNotExist", f"Execution {arn} not found", 400)
    if execution["status"] not in ("FAILED", "ABORTED", "TIMED_OUT"):
        return error_response_json("ExecutionNotRedrivable", f"Execution is {execution['status']}", 400)
    definition = json.loads(stepfunctions._state_machines[execution["stateMachineArn"]]["definition"])
    entered = [event["stateEnteredEventDetails"] for event in execution["events"] if "stateEnteredEventDetails" in event][-1]
    if entered["name"] != definition["StartAt"]:
        return error_response_json("ExecutionNotRedrivable", f"Only {definition['StartAt']} can be run again here", 400)
    for field in ("error", "cause"):
        execution.pop(field, None)
    execution.update(status="RUNNING", stopDate=None, output=None, redriveDate=now_iso(),
                     redriveCount=execution.get("redriveCount", 0) + 1, redriveInput=json.loads(entered["input"]))
    stepfunctions._add_event(execution, "ExecutionRedriven")
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(stepfunctions._run_execution, arn), daemon=True).start()
    return json_response({"redriveDate": execution["redriveDate"]})


def take_redrives():
    handle = stepfunctions.handle_request

    async def handle_redrives(method, path, headers, body, query_params):
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return stepfunctions._finalize_response(redrive(json.loads(body)))
        return await handle(method, path, headers, body, query_params)

    stepfunctions.handle_request = handle_redrives


def hold_rules_to_policies_of_queues():
    invoke, send = eventbridge._invoke_target, eventbridge._dispatch_to_sqs

    def invoke_by_rule(target, event, rule, *others, **named):
        # A schedule sends by its own role.
        token = rule_arn.set(None if event.get("Source") == "aws.scheduler" else rule.get("Arn"))
        try:
            return invoke(target, event, rule, *others, **named)
        finally:
            rule_arn.reset(token)

    def send_if_allowed(spec, payload, parameters=None):
        queue = sqs._queue_by_arn(str(spec))
        rule = rule_arn.get()
        if queue and rule:
            policy = queue["attributes"].get("Policy")
            keys = {"aws:sourcearn": rule, "aws:sourceaccount": get_account_id()}
            decide = lambda context: iam_evaluator.evaluate_resource_policy(policy, context, service="events.amazonaws.com")
            if not is_allowed(decide, "sqs:SendMessage", str(spec), **keys):
                return eventbridge.logger.warning("EventBridge: the policy of %s does not let %s send", spec, rule)
        return send(spec, payload, parameters)

    eventbridge._invoke_target, eventbridge._dispatch_to_sqs = invoke_by_rule, send_if_allowed


def apply():
    count_executions()
    know_names_again()
    hold_tasks_to_their_role()
    take_redrives()
    hold_rules_to_policies_of_queues()
