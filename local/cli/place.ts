import { join } from 'node:path';
import { createS3Store } from '../../lambda/aws/s3-store.ts';
import type { SnapshotStore } from '../../lambda/ports.ts';
import { openDirectoryStore } from '../directory-store.ts';
import type { ClientSettings } from './identity.ts';
import { UsageError } from './usage-error.ts';

/** Where a snapshot goes. */
export interface Place {
  /** Opens the store; a directory is made and tried. */
  open(settings: ClientSettings): Promise<SnapshotStore>;
  /** What people call an object of it. */
  nameOf(key: string): string;
}

/** Source: Amazon S3 User Guide, bucket naming rules. */
const S3_URL = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>.*))?$/;

/** A directory, or a bucket and the prefix below which things stand, without a slash at its end. */
export type PlaceName = { readonly directory: string } | { readonly bucket: string; readonly prefix: string };

/**
 * @param what what the text is called on the command line
 * @throws UsageError for what is neither a directory nor a bucket
 */
export function parsePlace(text: string, what: string): PlaceName {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    if (text.trim() === '') throw new UsageError(`${what} must be a directory or s3://bucket[/prefix]; got nothing`);
    return { directory: text };
  }
  const { bucket, prefix = '' } = S3_URL.exec(text)?.groups ?? {};
  if (bucket === undefined) throw new UsageError(`${what} must be a directory or s3://bucket[/prefix]; got "${text}"`);
  return { bucket, prefix: prefix.split('/').filter(Boolean).join('/') };
}

/** @throws UsageError for what is neither a directory nor a bucket */
export function readPlace(out: string): Place {
  const place = parsePlace(out, '--out');
  if ('directory' in place) {
    const { directory } = place;
    return { open: () => openDirectoryStore(directory), nameOf: (key) => join(directory, ...key.split('/')) };
  }
  const { bucket, prefix } = place;
  return {
    // The bucket may be in another Region than the jobs.
    open: async (settings) => createS3Store({ bucket, prefix, client: { ...settings, followRegionRedirects: true } }),
    nameOf: (key) => `s3://${[bucket, prefix, key].filter(Boolean).join('/')}`,
  };
}
