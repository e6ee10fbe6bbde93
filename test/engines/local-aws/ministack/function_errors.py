"""A function's error goes by the name that its class has, which Step Functions tells errors apart by.

Source: Lambda Developer Guide, "AWS Lambda function errors in Node.js"; Step Functions Developer Guide, "Handling errors in
Step Functions workflows", Error names. MiniStack has one name for all.
"""
import contextvars

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

TOLD = 'status: "error", error: String(err.message || err)'

name_of_error = contextvars.ContextVar("name_of_error", default=None)


def apply():
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    assert TOLD in script
    lambda_runtime._NODEJS_WORKER_SCRIPT = script.replace(TOLD, f"{TOLD}, name: err.name")
    invoke, dispatch = lambda_runtime.Worker.invoke, lambda_svc._execute_function_dispatch

    def invoke_and_note(*positional, **named):
        answer = invoke(*positional, **named)
        name_of_error.set(answer.get("name"))
        return answer

    def dispatch_with_name(*positional):
        name_of_error.set(None)
        result = dispatch(*positional)
        if result.get("error") and name_of_error.get():
            result["body"]["errorType"] = name_of_error.get()
        return result

    lambda_runtime.Worker.invoke, lambda_svc._execute_function_dispatch = invoke_and_note, dispatch_with_name
