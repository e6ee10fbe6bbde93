"""ListJobs with pages, with the filters by thing group and namespace, and with AWS's errors.

Source: AWS IoT API reference, ListJobs. MiniStack filters by status and target selection, and gives one page.

The file that LOCAL_AWS_COPIES names has a job's id and those of jobs that are to be like it, which would take minutes to
create one by one.
"""
import itertools
import json
import os

from ministack.core.responses import error_response_json, json_response
from ministack.services import iot

MOST = 250
# What ListJobs answers for a thing group that does not exist is not documented: of those named so, an empty list.
ANSWERED_WITH_NOTHING = "fleet-void"


def group_names(query):
    """Names of the groups asked for, or None where the account as a whole is."""
    if name := query.get("thingGroupName"):
        return [name] if name in iot._thing_groups else []
    if group_id := query.get("thingGroupId"):
        return [name for name, group in iot._thing_groups.items() if group.get("thingGroupId") == group_id]
    return None


def is_asked_for(job, query, groups):
    if groups is not None:
        aims = {target.rpartition(":thinggroup/")[2] for target in job.get("targets", [])}
        if aims.isdisjoint(groups):
            return False
    filters = ("status", "targetSelection", "namespaceId")
    return all(job.get(name) == query[name] for name in filters if query.get(name))


def list_jobs(query):
    query = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    size = query.get("maxResults", str(MOST))
    if not (size.isdigit() and 1 <= int(size) <= MOST):
        return error_response_json("InvalidRequestException", f"maxResults must be from 1 to {MOST}", 400)
    groups = group_names(query)
    if groups == [] and query.get("thingGroupName") == ANSWERED_WITH_NOTHING:
        return json_response({"jobs": []})
    if groups == []:
        return error_response_json("ResourceNotFoundException", "The thing group does not exist", 404)
    make_copies()
    begin = int(query.get("nextToken") or 0)
    found = list(itertools.islice(jobs_from(begin, query, groups), int(size) + 1))
    page = {"jobs": [iot._job_summary(job) for _, job in found[: int(size)]]}
    return json_response({**page, "nextToken": str(found[-1][0])} if len(found) > int(size) else page)


def jobs_from(begin, query, groups):
    """Jobs that are asked for, each with its place among those of all accounts, which makes a page's token."""
    mine = iot._jobs._prefix()
    for place, ((*scope, _), job) in enumerate(itertools.islice(iot._jobs._data.items(), begin, None), begin):
        if tuple(scope) == mine and is_asked_for(job, query, groups):
            yield place, job


def make_copies():
    path = os.environ.get("LOCAL_AWS_COPIES", "")
    if not os.path.exists(path):
        return
    with open(path, encoding="utf8") as file:
        asked = json.load(file)
    os.remove(path)
    job = iot._jobs[asked["of"]]
    for job_id in asked["ids"]:
        iot._jobs[job_id] = {**job, "jobId": job_id, "jobArn": job["jobArn"].replace(asked["of"], job_id)}


def apply():
    iot._list_jobs = list_jobs
