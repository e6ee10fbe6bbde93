type Text = string | null | undefined;

/**
 * What distinguishes a job from others of the account and Region: its id, or the end of its ARN
 * (`arn:PARTITION:iot:REGION:ACCOUNT:job/JOB_ID`). A job without either has no identity.
 *
 * Source: AWS IoT API Reference, JobSummary; Service Authorization Reference, AWS IoT, resource type job.
 */
export function jobIdentity(jobId: Text, jobArn: Text): string | undefined {
  // An empty text identifies nothing.
  return jobId || jobArn?.slice(jobArn.lastIndexOf('/') + 1) || undefined;
}
