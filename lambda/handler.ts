import type { Context } from 'aws-lambda';
import { createIotSource } from './aws/iot-source.ts';
import { createJobDescriber } from './aws/job-describer.ts';
import { S3Bucket } from './aws/s3-bucket.ts';
import { createS3History } from './aws/s3-history.ts';
import { createS3Uploads } from './aws/s3-uploads.ts';
import { createContinuations } from './aws/step-functions.ts';
import { systemClock as clock } from './aws/system-clock.ts';
import { ENVIRONMENT } from './contract/environment.ts';
import type { ExportAnswer, ExportEvent } from './contract/event.ts';
import { mayOutlast } from './contract/run-time.ts';
import { withDeadline } from './core/deadline.ts';
import { exportInvocation } from './core/export-invocation.ts';
import { exportSnapshot } from './core/export-snapshot.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { BadEventError, StoreUnavailableError } from './errors.ts';
import { parseEvent } from './event.ts';
import { accountAndRegion, deadlineOf } from './invocation.ts';
import { parseInvocation, readStoredEvent } from './invocation-event.ts';
import type { JobDescriber } from './ports.ts';
import { reportRun } from './report.ts';

/** Takes the snapshot that the event requests. Throws on failure: Lambda then retries and keeps the event, and alarms notify. */
export async function handler(event: unknown, context: Context): Promise<ExportAnswer> {
  return await reportRun(context, async (run) => {
    const environment = readEnvironment(process.env);
    const { bucketName, bucketRegion, callsPerSecond, hasMetrics, objectLock, region, stateMachineArn } = environment;
    const deadlineAt = deadlineOf(context, clock);
    const bucket = new S3Bucket({ bucket: bucketName, client: { region: bucketRegion } });
    const history = createS3History(bucket, { objectLock, clock });
    const { event: uncheckedEvent, ...input } = parseInvocation(event);
    const ownEvent = await withDeadline(clock, deadlineAt, eventReadTimeout, (signal) =>
      readStoredEvent(uncheckedEvent, history.store, signal),
    );
    const request = parseEvent(ownEvent, clock.now(), accountAndRegion(context, region));
    const source = createIotSource({ callsPerSecond, clock });
    run.begin(request, { counts: source.counts, isDriven: input.from !== undefined, hasMetrics });
    const describer = request.details && describerOf(environment);
    const ports = { clock, source, ...(describer && { describer }), ...history, observer: run };
    if (!mayOutlast(request)) return await exportSnapshot(request, ports, deadlineAt);
    if (stateMachineArn === undefined) throw noStateMachine(request.maxRunMinutes);
    const longRuns = {
      uploads: createS3Uploads(bucket, { objectLock, clock }),
      continuations: createContinuations(stateMachineArn),
    };
    return await exportInvocation(request, { ...ports, longRuns }, deadlineAt, {
      ...input,
      event: ownEvent as ExportEvent,
    });
  });
}

function describerOf({ describeCallsPerSecond: callsPerSecond }: Environment): JobDescriber {
  if (callsPerSecond !== undefined) return createJobDescriber({ callsPerSecond, clock });
  throw new BadEventError(
    `The event is not valid: details need a rate of DescribeJob, and the function has none ` +
      `(${ENVIRONMENT.describeCallsPerSecond}): deploy an export with details, or leave details out of the event`,
  );
}

/** Not OutOfTimeError: the run may have hours left, and the state machine retries it. */
function eventReadTimeout(): StoreUnavailableError {
  return new StoreUnavailableError(
    'The event of the run was not read in time: S3 does not answer. Look at its health and at the network, then run again ' +
      'with the same event, or redrive the execution',
  );
}

function noStateMachine(minutes: number | undefined): BadEventError {
  return new BadEventError(
    `The event is not valid: maxRunMinutes ${minutes} needs a state machine that goes on with the run, and the function ` +
      `has none (${ENVIRONMENT.stateMachineArn}): deploy an export with maxRunMinutes, or leave it out of the event`,
  );
}
