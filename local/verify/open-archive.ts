import type { PlaceName } from '../cli/place.ts';
import { type S3Settings, s3ClientConfig } from '../cli/s3-client-config.ts';
import type { Archive } from './archive.ts';
import { directoryArchive } from './directory-archive.ts';
import { s3Archive } from './s3-archive.ts';

/** Opens a directory or a bucket as an archive. */
export async function openArchive(place: PlaceName, settings: S3Settings): Promise<Archive> {
  if ('directory' in place) return directoryArchive(place.directory);
  return s3Archive({ ...place, client: await s3ClientConfig(settings) });
}
