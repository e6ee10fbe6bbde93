import { READ_PREFIXES } from './access.ts';
import { readerKeyPermissions } from './key-access.ts';
import type { Permission } from './permission.ts';
import type { Place } from './place.ts';
import type { WrittenHistory } from './written-history.ts';

/**
 * Permissions of a reader: to read, list and decrypt rows, changes, details, records and the health of exports. Only exporters
 * read intents.
 */
export function readerPermissions(history: WrittenHistory, reader: Place): Permission[] {
  const { bucket } = history;
  return [
    {
      sid: 'ReadTheHistory',
      actions: ['s3:GetObject'],
      resources: READ_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
    },
    {
      sid: 'ListTheHistory',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': READ_PREFIXES.map((prefix) => `${prefix}/*`) } },
    },
    { sid: 'LocateTheHistory', actions: ['s3:GetBucketLocation'], resources: [bucket.bucketArn] },
    ...readerKeyPermissions(history, reader),
  ];
}
