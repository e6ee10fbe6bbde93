"""Resource types that MiniStack's CloudFormation lacks.

A saved query of Athena is made as its API would make it. Nothing runs queries of logs here, so a query definition of
CloudWatch Logs is an id and nothing else.
"""
import json
import uuid

from ministack.services import athena
from ministack.services.cloudformation import provisioners


def create_named_query(logical_id, properties, stack_name):
    status, _, body = athena._create_named_query({**properties, "ClientRequestToken": str(uuid.uuid4())})
    if status >= 400:
        raise ValueError(f"{logical_id}: {body!r}")
    query_id = json.loads(body)["NamedQueryId"]
    return query_id, {"NamedQueryId": query_id}


def delete_named_query(physical_id, properties):
    athena._delete_named_query({"NamedQueryId": physical_id})


def create_query_definition(logical_id, properties, stack_name):
    definition_id = str(uuid.uuid4())
    return definition_id, {"QueryDefinitionId": definition_id}


def delete_query_definition(physical_id, properties):
    pass


def apply():
    handlers = provisioners._RESOURCE_HANDLERS
    handlers.setdefault("AWS::Athena::NamedQuery", {"create": create_named_query, "delete": delete_named_query})
    handlers.setdefault(
        "AWS::Logs::QueryDefinition", {"create": create_query_definition, "delete": delete_query_definition})
