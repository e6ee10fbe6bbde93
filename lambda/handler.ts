import type { Context } from 'aws-lambda';
import { createIotSource } from './aws/iot-source.ts';
import { S3Bucket } from './aws/s3-bucket.ts';
import { historyIn } from './aws/s3-history.ts';
import { systemClock as clock } from './aws/system-clock.ts';
import type { ExportAnswer } from './contract/event.ts';
import { exportSnapshot } from './core/export-snapshot.ts';
import { readEnvironment } from './environment.ts';
import { parseEvent } from './event.ts';
import { deadlineOf, whereOf } from './invocation.ts';
import { reportRun } from './report.ts';

/** Takes the snapshot that the event asks for. Throws, so that Lambda retries, alarms and keeps the event. */
export async function handler(event: unknown, context: Context): Promise<ExportAnswer> {
  return await reportRun(context, async (run) => {
    const { bucketName, bucketRegion, callsPerSecond, objectLock, region } = readEnvironment(process.env);
    const request = parseEvent(event, clock.now(), whereOf(context, region));
    const source = createIotSource({ callsPerSecond, clock });
    const bucket = new S3Bucket({ bucket: bucketName, client: { region: bucketRegion } });
    const history = historyIn(bucket, { objectLock, clock });
    run.begin(request, source.counts);
    return await exportSnapshot(request, { clock, source, ...history, observer: run }, deadlineOf(context, clock));
  });
}
