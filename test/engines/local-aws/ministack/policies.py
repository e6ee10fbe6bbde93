"""What policies of a history need of IAM and S3, beyond what MiniStack judges.

- `aws:SecureTransport` is true: plain loopback stands for TLS here.
- `s3:if-none-match` is the header of a conditional write, and `s3:ObjectCreationOperation` is false for the beginning and
  the parts of a multipart upload (S3 User Guide, "Enforce conditional writes").
- An absent key is 404 to whom may list the bucket, and 403 to others (S3 API reference, HeadObject, Permissions).
- `${aws:PrincipalAccount}` and other policy variables in a statement's resources and in the values of its conditions
  (IAM User Guide, "Policy variables").
- `aws:ResourceAccount` of a bucket is its owner: an ARN of S3 names no account.
"""
import dataclasses
import re

from ministack.core import iam_actions, iam_evaluator
from ministack.services import s3

VARIABLE = re.compile(r"\$\{([^}]+)\}")


def take_loopback_for_tls():
    pin = iam_evaluator.pin_request_origin
    import ministack.app as app

    def pin_secure(source_ip, secure_transport):
        pin(source_ip, True)

    iam_evaluator.pin_request_origin = app.pin_request_origin = pin_secure


def know_conditional_writes():
    context_of = iam_actions.s3_service_context

    def with_preconditions(iam_action, query_params, path="", headers=None):
        context = dict(context_of(iam_action, query_params, path, headers))
        if iam_action == "s3:PutObject":
            for header in ("if-none-match", "if-match"):
                if value := (headers or {}).get(header):
                    context[f"s3:{header}"] = value
            is_upload = bool({"uploads", "partNumber"} & set(query_params or {}))
            context["s3:ObjectCreationOperation"] = "false" if is_upload else "true"
        return context

    iam_actions.s3_service_context = with_preconditions


def hide_absent_keys():
    checks_of = iam_actions.s3_additional_checks

    def with_listing(method, path, headers, body, query_params):
        checks = list(checks_of(method, path, headers, body, query_params))
        bucket, _, key = path.lstrip("/").partition("/")
        is_plain = set(query_params or {}) <= {"x-id"}
        if method in ("GET", "HEAD") and key and is_plain and not exists(bucket, key):
            checks.append(("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
        return checks

    iam_actions.s3_additional_checks = with_listing


def owner_and_bucket(name):
    return next(((account, bucket) for (account, found), bucket in list(s3._buckets._data.items()) if found == name),
                (None, None))


def exists(bucket_name, key):
    bucket = owner_and_bucket(bucket_name)[1]
    return bucket is None or key in bucket["objects"]


def fill_in_variables():
    first_match, resolve = iam_evaluator._first_match, iam_evaluator._resolve_condition_key

    def filled(patterns, ctx):
        return [VARIABLE.sub(lambda found: str(resolve(found[1], ctx) or found[0]), str(pattern)) for pattern in patterns]

    def filled_conditions(conditions, ctx):
        return {
            operator: {key: filled(value if isinstance(value, list) else [value], ctx) for key, value in block.items()}
            for operator, block in conditions.items()
        }

    def match_filled(ctx, statements, effect):
        return first_match(ctx, [
            dataclasses.replace(statement, resources=filled(statement.resources, ctx),
                                not_resources=filled(statement.not_resources, ctx),
                                conditions=filled_conditions(statement.conditions, ctx))
            for statement in statements
        ], effect)

    iam_evaluator._first_match = match_filled


def name_owners_of_buckets():
    resolve = iam_evaluator._resolve_condition_key

    def resolve_owner(key, ctx):
        if key.lower() in ("aws:resourceaccount", "s3:resourceaccount") and ctx.resource_arn.startswith("arn:aws:s3:::"):
            bucket = ctx.resource_arn.removeprefix("arn:aws:s3:::").partition("/")[0]
            return owner_and_bucket(bucket)[0] or resolve(key, ctx)
        return resolve(key, ctx)

    iam_evaluator._resolve_condition_key = resolve_owner


def apply():
    take_loopback_for_tls()
    know_conditional_writes()
    hide_absent_keys()
    fill_in_variables()
    name_owners_of_buckets()
