"""An action on a table of Glue is also one on its database and on the catalog, and each must be allowed.

Source: AWS Glue Developer Guide, "Specifying AWS Glue resource ARNs", Data Catalog ARNs. MiniStack asks for the database's.
"""
import json

from ministack.core import iam_actions, iam_evaluator

# Field of a request that names the table.
NAMED_BY = {
    "GetTable": lambda request: request["Name"],
    "DeleteTable": lambda request: request["Name"],
    "CreateTable": lambda request: request["TableInput"]["Name"],
    "UpdateTable": lambda request: request["TableInput"]["Name"],
}


def arn_of_table(headers, body, region, account_id):
    named_by = NAMED_BY.get(headers.get("x-amz-target", "").rpartition(".")[2])
    if named_by is None:
        return None
    request = json.loads(body)
    return f"arn:aws:glue:{region}:{account_id}:table/{request['DatabaseName']}/{named_by(request)}"


def objects_of(arn):
    """The table, its database and the catalog; of another resource that one alone."""
    prefix, is_table, path = arn.partition(":table/")
    database, has_name, _ = path.partition("/")
    return [arn, f"{prefix}:database/{database}", f"{prefix}:catalog"] if is_table and has_name else [arn]


def apply():
    arn_of, enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def arn_with_tables(service, method, path, headers, body, query_params, region, account_id):
        table = arn_of_table(headers, body, region, account_id) if service == "glue" else None
        return table or arn_of(service, method, path, headers, body, query_params, region, account_id)

    def enforce_on_each(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        arns = objects_of(resource_arn) if service == "glue" else [resource_arn]
        denials = (enforce(access_key_id, iam_action, service, region, arn, service_context) for arn in arns)
        return next((denial for denial in denials if denial), None)

    iam_actions.extract_resource_arn, iam_evaluator.enforce = arn_with_tables, enforce_on_each
