type Text = string | null | undefined;

/**
 * Identifies a job within the account and Region: its id, or else the end of its ARN
 * (`arn:PARTITION:iot:REGION:ACCOUNT:job/JOB_ID`). A job with neither has no identity.
 *
 * Source: AWS IoT API Reference, JobSummary; Service Authorization Reference, AWS IoT, resource type job.
 */
export function jobIdentity(jobId: Text, jobArn: Text): string | undefined {
  // An empty text identifies nothing.
  return jobId || jobArn?.slice(jobArn.lastIndexOf('/') + 1) || undefined;
}
