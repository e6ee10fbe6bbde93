"""The accounts of an organization: `aws:PrincipalOrgID` of each is the organization's id.

The file that LOCAL_AWS_ORGANIZATION names has the id and the accounts. In MiniStack each account has an organization of its
own. Source: IAM User Guide, "AWS global condition context keys", aws:PrincipalOrgID.
"""
import json
import os

from ministack.core import iam_evaluator


def organization_of(account_id):
    path = os.environ.get("LOCAL_AWS_ORGANIZATION", "")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf8") as file:
        organization = json.load(file)
    return organization["id"] if account_id in organization["accounts"] else None


def apply():
    iam_evaluator._principal_org_id = organization_of
