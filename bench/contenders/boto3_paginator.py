"""A typical script with boto3: its paginator, and gzip to a file."""
import gzip
import json
import os
import resource
import time

import boto3

client = boto3.client("iot")

def text(moment):
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:23] if moment else None

def row(job):
    return {
        "snapshot_id": "20260101T000000Z-all",
        "snapshot_at": "2026-01-01 00:00:00.000",
        "observed_at": "2026-01-01 00:00:00.000",
        "thing_group_name": None,
        "queried_thing_group_id": None,
        "namespace_id": None,
        "job_arn": job.get("jobArn"),
        "job_id": job.get("jobId"),
        "status": job.get("status"),
        "target_selection": job.get("targetSelection"),
        "thing_group_id": job.get("thingGroupId"),
        "is_concurrent": job.get("isConcurrent"),
        "created_at": text(job.get("createdAt")),
        "last_updated_at": text(job.get("lastUpdatedAt")),
        "completed_at": text(job.get("completedAt")),
    }

cpu, started = time.process_time(), time.monotonic()
seen = set()
# Level 6 is what Node's gzip has by default; Python's default is 9.
with gzip.open(os.environ["BENCH_OUTPUT"], "wt", compresslevel=6) as output:
    for page in client.get_paginator("list_jobs").paginate(status="COMPLETED", PaginationConfig={"PageSize": 250}):
        for job in page["jobs"]:
            if job["jobId"] not in seen:
                seen.add(job["jobId"])
                output.write(json.dumps(row(job)) + "\n")
print(json.dumps({
    "jobs": len(seen),
    "cpuMs": (time.process_time() - cpu) * 1000,
    "wallMs": (time.monotonic() - started) * 1000,
    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
