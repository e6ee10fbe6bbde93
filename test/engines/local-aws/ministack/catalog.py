"""What Glue does with tables.

- An absent Description is not in its answers; MiniStack gives an empty one. Trino takes that for the table's comment, and a view
  with a comment of its own is none to Trino.
- UpdateTable puts TableInput in the place of all that defines the table. Source: AWS Glue Developer Guide, "Table API",
  UpdateTable, TableInput. MiniStack keeps what TableInput does not have.
"""
import json

from ministack.services import glue


def without_empty_descriptions(answer):
    def call(data):
        status, headers, body = answer(data)
        if status == 200:
            found = json.loads(body)
            for table in [found.get("Table"), *found.get("TableList", [])]:
                if table is not None and not table.get("Description"):
                    table.pop("Description", None)
            body = json.dumps(found).encode()
        return status, headers, body

    return call


# What TableInput may have besides the name.
DEFINITION = ("Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention", "StorageDescriptor", "PartitionKeys",
              "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters", "TargetTable", "ViewDefinition")


def in_place_of_all(update):
    def call(data):
        status, headers, body = update(data)
        given = data.get("TableInput", {})
        table = glue._tables.get(f"{data.get('DatabaseName')}/{given.get('Name')}")
        if status == 200 and table:
            for name in set(DEFINITION) - set(given):
                table.pop(name, None)
        return status, headers, body

    return call


def apply():
    dispatch_tables = [value for value in vars(glue).values() if isinstance(value, dict)]
    around = {"_get_table": without_empty_descriptions, "_get_tables": without_empty_descriptions, "_update_table": in_place_of_all}
    for name, change in around.items():
        before = getattr(glue, name)
        after = change(before)
        setattr(glue, name, after)
        for table in dispatch_tables:
            for operation, handler in list(table.items()):
                if handler is before:
                    table[operation] = after
