"""MiniStack with what the stack needs of AWS and MiniStack lacks, as small as that can be.

Started with MiniStack's own interpreter; the environment says port and Region.
"""
import json
import uuid

from ministack.services import athena, glue
from ministack.services.cloudformation import provisioners


def keep_absent_descriptions_absent():
    """Trino takes an empty Description for a comment, and a view with one is no view to it. AWS leaves it out."""
    def mended(answer):
        def call(data):
            status, headers, body = answer(data)
            if status != 200:
                return status, headers, body
            found = json.loads(body)
            for table in [found.get("Table"), *found.get("TableList", [])]:
                if table is not None and not table.get("Description"):
                    table.pop("Description", None)
            return status, headers, json.dumps(found).encode()
        return call

    for name in ("_get_table", "_get_tables"):
        before = getattr(glue, name)
        after = mended(before)
        setattr(glue, name, after)
        for table in [value for value in vars(glue).values() if isinstance(value, dict)]:
            for key in [key for key, value in table.items() if value is before]:
                table[key] = after


def know_named_queries():
    """CloudFormation's AWS::Athena::NamedQuery."""
    def create(logical_id, properties, stack_name):
        status, _, body = athena._create_named_query({**properties, "ClientRequestToken": str(uuid.uuid4())})
        if status >= 400:
            raise ValueError(f"NamedQuery {logical_id}: {body!r}")
        made = json.loads(body)["NamedQueryId"]
        return made, {"NamedQueryId": made}

    def delete(physical_id, properties):
        athena._delete_named_query({"NamedQueryId": physical_id})

    provisioners._RESOURCE_HANDLERS.setdefault("AWS::Athena::NamedQuery", {"create": create, "delete": delete})


keep_absent_descriptions_absent()
know_named_queries()

if __name__ == "__main__":
    from ministack.app import main

    main()
