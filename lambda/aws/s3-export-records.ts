import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import {
  changesKey,
  dayPrefix,
  detailsKey,
  jobsKey,
  recordKey,
  recordsPrefix,
  type SnapshotIdentity,
  snapshotOfRecord,
  utcDate,
} from '../contract/keys.ts';
import type { ExportRecords } from '../ports.ts';
import { readAhead } from '../read-ahead.ts';
import { type S3Bucket, smallCallOptions } from './s3-bucket.ts';
import { listPages } from './s3-pages.ts';

const DAY = /\/dt=(\d{4}-\d{2}-\d{2})\/$/;
const DAY_MS = 86_400_000;
/**
 * Recent days, which are listed first: fewer than the 1,000 that one call returns. So the number of calls that find the
 * previous snapshot does not depend on the length of the history, unless the export was silent for this long.
 */
const RECENT_DAYS = 900;
const REMEDY = 'the next run reads them again';

/**
 * Creates the records of an export in a bucket. All listings are below the export's prefix of records.
 *
 * S3 lists only forward. So earlier snapshots are found day by day: first the day of the snapshot, then recent days, of which
 * a call with a delimiter returns up to 1,000, then all older days.
 */
export function createS3ExportRecords(bucket: S3Bucket): ExportRecords {
  const pages = (prefix: string, signal: AbortSignal, options?: Partial<ListObjectsV2CommandInput>) =>
    listPages(bucket, prefix, REMEDY, signal, options);

  function snapshotsOf({ Contents = [] }: ListObjectsV2CommandOutput, snapshot: SnapshotIdentity): SnapshotIdentity[] {
    return Contents.flatMap(({ Key = '' }) => snapshotOfRecord(bucket.keyOf(Key), snapshot) ?? []);
  }

  /** Snapshots on the day of a snapshot, newest first. */
  async function daySnapshots(day: SnapshotIdentity, signal: AbortSignal): Promise<SnapshotIdentity[]> {
    const snapshots: SnapshotIdentity[] = [];
    for await (const page of pages(dayPrefix(day), signal)) snapshots.push(...snapshotsOf(page, day));
    return snapshots.sort((a, b) => b.scheduledAt - a.scheduledAt);
  }

  /** The day of a snapshot, then earlier days that have objects, newest first. `scheduledAt` is a time on the day. */
  async function* daysBack(from: SnapshotIdentity, signal: AbortSignal): AsyncIterable<SnapshotIdentity> {
    yield from;
    const today = Date.parse(utcDate(from.scheduledAt));
    const recent = today - RECENT_DAYS * DAY_MS;
    const StartAfter = `${bucket.location(recordsPrefix(from)).Key}dt=${utcDate(recent - DAY_MS)}`;
    yield* daysBetween(recent, today, from, signal, { StartAfter });
    yield* daysBetween(Number.NEGATIVE_INFINITY, recent, from, signal);
  }

  /** Days that have objects, newest first. `since` and `until`, which is exclusive, are at midnight. */
  async function* daysBetween(
    since: number,
    until: number,
    snapshot: SnapshotIdentity,
    signal: AbortSignal,
    options: Partial<ListObjectsV2CommandInput> = {},
  ): AsyncIterable<SnapshotIdentity> {
    const days: number[] = [];
    for await (const { CommonPrefixes = [] } of pages(recordsPrefix(snapshot), signal, {
      Delimiter: '/',
      ...options,
    })) {
      for (const { Prefix = '' } of CommonPrefixes) {
        const midnight = Date.parse(DAY.exec(Prefix)?.[1] ?? '');
        if (midnight >= since && midnight < until) days.push(midnight);
      }
    }
    for (const midnight of days.sort((a, b) => b - a)) yield { ...snapshot, scheduledAt: midnight };
  }

  /** Reads an object that must exist. */
  async function readBody<T>(
    key: string,
    signal: AbortSignal,
    read: (body: NonNullable<GetObjectCommandOutput['Body']>) => Promise<T>,
  ): Promise<T> {
    const send = async () => {
      const { Body } = await bucket.client.send(new GetObjectCommand(bucket.location(key)), smallCallOptions(signal));
      if (Body === undefined) throw new Error('the answer has no body');
      return await read(Body);
    };
    return await bucket.call('s3:GetObject', key, signal, send, REMEDY);
  }

  return {
    async hasLater(snapshot, signal) {
      const StartAfter = bucket.location(recordKey(snapshot)).Key;
      for await (const page of pages(recordsPrefix(snapshot), signal, { StartAfter })) {
        if (snapshotsOf(page, snapshot).length > 0) return true;
      }
      return false;
    },

    async *earlier(snapshot, signal) {
      for await (const day of readAhead(daysBack(snapshot, signal), (from) => daySnapshots(from, signal))) {
        yield* day.filter(({ scheduledAt }) => scheduledAt < snapshot.scheduledAt);
      }
    },

    readText: (snapshot, signal) => readBody(recordKey(snapshot), signal, (body) => body.transformToString()),

    readChanges: (snapshot, signal) => readBody(changesKey(snapshot), signal, (body) => body.transformToByteArray()),

    readDetails: (snapshot, signal) => readBody(detailsKey(snapshot), signal, (body) => body.transformToByteArray()),

    async *readRows(snapshot, signal) {
      const key = jobsKey(snapshot);
      const body = await readBody(key, signal, async (stream) => stream as Readable);
      const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      try {
        for (;;) {
          const { done, value } = await bucket.call('s3:GetObject', key, signal, () => pieces.next(), REMEDY);
          if (done) return;
          yield value;
        }
      } finally {
        body.destroy();
      }
    },
  };
}
