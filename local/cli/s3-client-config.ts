import { HeadBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { firstLine } from '../../lambda/aws/credentials-error.ts';
import { UsageError } from './usage-error.ts';

/** AWS options of the command line. The SDK resolves those that are undefined. */
export interface S3Settings {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** AWS's own hosts, also those of VPC endpoints. Source: AWS General Reference, "Amazon S3 endpoints and quotas". */
const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/;

/**
 * Configuration of S3 clients for the command line. The bucket may be in another Region than the jobs.
 *
 * An endpoint that is not of AWS gets path-style requests, as from the AWS CLI: a bucket name before a host such as
 * `localhost` would be a host that does not exist.
 *
 * @throws UsageError for a configured endpoint that is not a URL
 */
export async function s3ClientConfig({ region, profile }: S3Settings): Promise<S3ClientConfig> {
  return {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    followRegionRedirects: true,
    ...((await foreignEndpoint({ profile })) !== undefined && { forcePathStyle: true }),
  };
}

/**
 * The configured S3 endpoint, unless it is one of AWS: from AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or `endpoint_url` of
 * the configuration file, as resolved by the SDK.
 *
 * @throws UsageError for an endpoint that is not a URL
 */
export async function foreignEndpoint({ profile }: S3Settings): Promise<string | undefined> {
  // A configured endpoint depends neither on Region nor bucket, but the SDK reads it only while resolving one.
  const client = new S3Client({ region: 'us-east-1', ...(profile !== undefined && { profile }) });
  try {
    await getEndpointFromInstructions({ Bucket: 'any' }, HeadBucketCommand, client.config);
    const endpoint = await client.config.endpoint?.();
    if (endpoint === undefined || AWS_HOST.test(endpoint.hostname)) return undefined;
    const { protocol, hostname, port } = endpoint;
    return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
  } catch (error) {
    throw new UsageError(
      `The configured endpoint of S3 cannot be used (${firstLine((error as Error).message)}): correct ` +
        'AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or endpoint_url to a URL such as http://localhost:9000',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
