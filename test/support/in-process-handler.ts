import type { Context } from 'aws-lambda';
import type { CompletedAnswer } from '../../lambda/contract/event.ts';

const CONTEXT = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:exporter',
  getRemainingTimeInMillis: () => 60_000,
} as Context;

/** The handler in this process, with loopback services for AWS, without log lines and metrics. It sets `process.env`. */
export async function inProcessHandler(endpoints: {
  readonly iot: string;
  readonly s3: string;
}): Promise<(event: unknown) => Promise<CompletedAnswer>> {
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_IOT: endpoints.iot,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    HISTORY_BUCKET: 'history',
    LIST_JOBS_PER_SECOND: '1000',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  const { handler } = await import('../../lambda/handler.ts');
  return async (event) => (await handler(event, CONTEXT)) as CompletedAnswer;
}
