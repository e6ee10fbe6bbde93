import { DEFAULT_DETAILS, DESCRIBE_JOB_QUOTA_PER_SECOND } from '../../lambda/contract/details.ts';
import { LIST_JOBS_QUOTA_PER_SECOND, MAX_RESULTS } from '../../lambda/contract/jobs.ts';
import {
  CHANGES_PREFIX,
  DETAILS_PREFIX,
  INTENTS_PREFIX,
  JOBS_PREFIX,
  SNAPSHOTS_PREFIX,
} from '../../lambda/contract/keys.ts';
import { commandStart } from './called-as.ts';
import { EXIT } from './exit-codes.ts';

/** Text of `--help` after the options. */
export const HELP_AFTER = `
Without a thing group the whole account is listed; with several, each is listed on its own, and a group that does not
exist is recorded as missing. Without --status all five are.

With --details what DescribeJob says is kept, too: things by status, targets, when it is to be aborted. It is a call per
job, for at most ${DEFAULT_DETAILS.maxJobs} jobs unless a number is given; a job that cannot be described is left out.

Examples:
  $ ${commandStart('export')} --region eu-west-1 --out ./history
  $ ${commandStart('export')} --out ./history --export active --status IN_PROGRESS
  $ ${commandStart('export')} --out s3://my-bucket/iot-jobs --thing-group fleet-eu
  $ ${commandStart('export')} --out ./history --details 2000

What is written below <place>, once everything has been listed and not before:
  ${JOBS_PREFIX}/         rows, a line per job
  ${CHANGES_PREFIX}/      what is not as in the snapshot before, a line per job; no object where nothing has changed
  ${DETAILS_PREFIX}/      what DescribeJob said, a line per job; only with --details
  ${SNAPSHOTS_PREFIX}/    the record: counts, checksums
  ${INTENTS_PREFIX}/      to finish a run that died between these

A key is whole like this:
  ${JOBS_PREFIX}/account_id=…/region=…/export_name=…/dt=…/<snapshot>.ndjson.gz

The same --export and --at are the same snapshot: it is taken once, and never changed.

Credentials, Regions and endpoints are looked for where every AWS tool looks: AWS_PROFILE, AWS_ACCESS_KEY_ID,
~/.aws, SSO, AWS_ENDPOINT_URL … They need iot:ListJobs and iot:DescribeThingGroup on "*", with --details
iot:DescribeJob on "*", too, and for a bucket s3:GetObject, s3:PutObject and s3:ListBucket. An account allows
${LIST_JOBS_QUOTA_PER_SECOND} calls/s of ListJobs to all callers together, ${MAX_RESULTS} jobs a call, and ${DESCRIBE_JOB_QUOTA_PER_SECOND} calls/s of DescribeJob.

An S3 that is not AWS's must have conditional writes (If-None-Match). A probe object below ${INTENTS_PREFIX}/ finds that out.

Exit codes:
  ${String(EXIT.ok).padEnd(4)}  the snapshot exists, written now or earlier
  ${String(EXIT.failed).padEnd(4)}  failed, and may work the next time: AWS, the network, the disk; nothing that a query sees was written
  ${String(EXIT.usage).padEnd(4)}  the command line is wrong, or asks for what AWS refuses
  ${String(EXIT.denied).padEnd(4)}  credentials are missing, expired, or not enough
  ${String(EXIT.storeRefused).padEnd(4)}  the directory or bucket refused: no permission, no such bucket, no space
  ${String(EXIT.interrupted).padEnd(4)}  stopped by Ctrl-C (${EXIT.terminated} by SIGTERM); nothing that a query sees was written

Progress goes to stderr, the result to stdout.`;
