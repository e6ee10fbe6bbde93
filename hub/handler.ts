import type { Context } from 'aws-lambda';
import { S3Bucket } from '../lambda/aws/s3-bucket.ts';
import { systemClock as clock } from '../lambda/aws/system-clock.ts';
import { deadlineOf } from '../lambda/invocation.ts';
import { glueTables } from './aws/glue-tables.ts';
import { s3HealthStore } from './aws/s3-health-store.ts';
import { s3Keys } from './aws/s3-keys.ts';
import { stackInstances } from './aws/stack-instances.ts';
import { checkExports } from './core/check-exports.ts';
import { readHubEnvironment } from './environment.ts';
import { parseHealthEvent } from './event.ts';
import { type LookAnswer, reportLook } from './report.ts';

/** Checks all exports of the history. Throws when a part of the look failed, so that Lambda counts an error. */
export async function handler(event: unknown, context: Context): Promise<LookAnswer> {
  return await reportLook(context, async (begin) => {
    const { bucketName, databaseName, region } = readHubEnvironment(process.env);
    begin(bucketName);
    const expected = parseHealthEvent(event);
    const bucket = new S3Bucket({ bucket: bucketName, client: { region } });
    const ports = {
      clock,
      keys: s3Keys(bucket),
      health: s3HealthStore(bucket),
      instances: stackInstances({ region }),
      tables: glueTables(databaseName, { region }),
    };
    return await checkExports(ports, expected, deadlineOf(context, clock));
  });
}
