import { join } from 'node:path';
import { S3Bucket } from '../../lambda/aws/s3-bucket.ts';
import { createS3History } from '../../lambda/aws/s3-history.ts';
import type { History } from '../../lambda/ports.ts';
import { openDirectoryHistory } from '../directory-history.ts';
import { probeConditionalWrites } from './conditional-writes.ts';
import { foreignEndpoint, type S3Settings, s3ClientConfig } from './s3-client-config.ts';
import { UsageError } from './usage-error.ts';

/** Destination of a snapshot. */
export interface Place {
  /** Opens the place. Creates a directory and checks that it is writable; probes an S3 that is not AWS's. */
  open(settings: S3Settings, signal: AbortSignal): Promise<History>;
  /** Path or URL of an object, for output. */
  nameOf(key: string): string;
}

/** Source: Amazon S3 User Guide, bucket naming rules. */
const S3_URL = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>.*))?$/;

/**
 * `s3://bucket`, `gs://bucket`, and the same with only one slash. A single letter before the colon is a Windows drive.
 */
const URL_LIKE = /^[a-z][a-z0-9+.-]+:\/|^s3:/i;

/** A directory, or a bucket and the prefix of its keys, without a trailing slash. */
export type PlaceName = { readonly directory: string } | { readonly bucket: string; readonly prefix: string };

/**
 * @param what name of the argument or option, for messages
 * @throws UsageError if it is neither a directory nor a bucket
 */
export function parsePlace(text: string, what: string): PlaceName {
  if (!URL_LIKE.test(text)) {
    if (text.trim() === '') throw new UsageError(`${what} must be a directory or s3://bucket[/prefix]; got nothing`);
    return { directory: text };
  }
  const { bucket, prefix = '' } = S3_URL.exec(text)?.groups ?? {};
  if (bucket === undefined) {
    const slashes = /^s3:(?!\/\/)/i.test(text) ? 'two slashes after the colon, or ' : '';
    const hint = text.includes('://') ? '' : `: ${slashes}"./${text}" for a directory of that name`;
    throw new UsageError(`${what} must be a directory or s3://bucket[/prefix]; got "${text}"${hint}`);
  }
  return { bucket, prefix: prefix.split('/').filter(Boolean).join('/') };
}

/** @throws UsageError if it is neither a directory nor a bucket */
export function readPlace(out: string): Place {
  const place = parsePlace(out, '--out');
  if ('directory' in place) {
    const { directory } = place;
    return { open: () => openDirectoryHistory(directory), nameOf: (key) => join(directory, ...key.split('/')) };
  }
  const { bucket, prefix } = place;
  return {
    async open(settings, signal) {
      const opened = new S3Bucket({ bucket, prefix, client: await s3ClientConfig(settings) });
      const history = createS3History(opened);
      const endpoint = await foreignEndpoint(settings);
      if (endpoint !== undefined) await probeConditionalWrites(history.store, endpoint, signal);
      return history;
    },
    nameOf: (key) => `s3://${[bucket, prefix, key].filter(Boolean).join('/')}`,
  };
}

/**
 * Parses a path of this machine, where a bucket is not allowed.
 *
 * @param what name of the argument or option, for messages
 * @throws UsageError for a bucket or another URL
 */
export function directoryOf(text: string, what: string): string {
  if (text.trim() === '') throw new UsageError(`${what} must be a path on this machine; got nothing`);
  const place = parsePlace(text, what);
  if ('directory' in place) return place.directory;
  throw new UsageError(`${what} must be a path on this machine; got "${text}"`);
}
