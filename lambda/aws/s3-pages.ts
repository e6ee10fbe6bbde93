import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { type S3Bucket, small } from './s3-bucket.ts';

/**
 * The answers of a listing, page by page.
 *
 * @param mend what to do after a failure that passes by itself
 * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
 */
export async function* pagesOf(
  bucket: S3Bucket,
  prefix: string,
  mend: string,
  signal: AbortSignal,
  options: Partial<ListObjectsV2CommandInput> = {},
): AsyncIterable<ListObjectsV2CommandOutput> {
  const { Bucket, Key: Prefix } = bucket.place(prefix);
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket, Prefix, ...options, ContinuationToken: token });
    const send = () => bucket.client.send(command, small(signal));
    const page = await bucket.call('s3:ListBucket', prefix, signal, send, mend);
    yield page;
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}
