import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { type S3Bucket, smallCallOptions } from './s3-bucket.ts';

/**
 * Lists objects page by page.
 *
 * @param remedy what to do after a temporary failure
 * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
 */
export async function* listPages(
  bucket: S3Bucket,
  prefix: string,
  remedy: string,
  signal: AbortSignal,
  options: Partial<ListObjectsV2CommandInput> = {},
): AsyncIterable<ListObjectsV2CommandOutput> {
  const { Bucket, Key: Prefix } = bucket.location(prefix);
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket, Prefix, ...options, ContinuationToken: token });
    const send = () => bucket.client.send(command, smallCallOptions(signal));
    const page = await bucket.call('s3:ListBucket', prefix, signal, send, remedy);
    yield page;
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}
