import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { SERVICE_NAME } from '../lambda/contract/environment.ts';
import { ExporterError } from '../lambda/errors.ts';
import { IncompleteLookError } from './errors.ts';
import { countsByState, isSilent } from './figures.ts';
import { publishFailedLook, publishLook } from './metrics.ts';
import type { Look } from './ports.ts';

/** Of each kind a line names so many; the view `reporting` has all. A line of 256 kB would have 1,000. */
const MOST_NAMED = 100;

/** What the function answers. */
export interface LookAnswer {
  readonly exports: number;
  readonly silent: number;
}

/** Characters of CloudFormation's reason in a line; the view has all. */
const MOST_REASON = 300;

const logger = new Logger({ serviceName: SERVICE_NAME });

/** Runs one look, and writes its lines and metrics, whether it went well or not. */
export async function reportLook(
  context: Context,
  work: (begin: (bucketName: string) => void) => Promise<Look>,
): Promise<LookAnswer> {
  logger.resetKeys();
  logger.addContext(context);
  const startedAt = performance.now();
  let bucketName: string | undefined;
  const durationMs = () => Math.round(performance.now() - startedAt);
  try {
    const look = await work((name) => {
      bucketName = name;
    });
    warnOf(look);
    // The newer look has said more.
    if (!look.isSuperseded && bucketName) publishLook(look, bucketName);
    const answer = { exports: look.rows.length, silent: look.rows.filter(isSilent).length };
    logger.info('Look at the exports ended', { ...summaryOf(look), durationMs: durationMs() });
    if (look.failures.length > 0) throw new IncompleteLookError(look.failures);
    return answer;
  } catch (error) {
    const isPublished = error instanceof IncompleteLookError;
    if (bucketName && !isPublished) publishFailedLook(bucketName);
    const outcome = error instanceof ExporterError ? error.name : 'UnexpectedError';
    logger.error('Look at the exports failed', { outcome, durationMs: durationMs(), error: error as Error });
    throw error;
  }
}

/** What is not known is no 0: at a first look nobody knows how many are new. */
function newSnapshotsOf(rows: Look['rows']) {
  const newSnapshots = rows.reduce((sum, { new_snapshots }) => sum + (new_snapshots ?? 0), 0);
  const newSnapshotsUnknownOf = rows.filter(({ new_snapshots }) => new_snapshots === null).length;
  return {
    ...((newSnapshots > 0 || newSnapshotsUnknownOf === 0) && { newSnapshots }),
    ...(newSnapshotsUnknownOf > 0 && { newSnapshotsUnknownOf }),
  };
}

function summaryOf({ rows, failures, isFirst, isSuperseded, updatedTables, staleRows, isComplete }: Look) {
  return {
    exports: rows.length,
    states: countsByState(rows),
    accounts: new Set(rows.map(({ account_id }) => account_id)).size,
    ...newSnapshotsOf(rows),
    ...(isFirst && { isFirst }),
    ...(isSuperseded && { isSuperseded }),
    ...(updatedTables.length > 0 && { updatedTables }),
    ...(staleRows > 0 && { staleRows }),
    ...(!isComplete && { isComplete }),
    ...(failures.length > 0 && { failures: failures.length }),
  };
}

function warnOf({ rows, restarted, damaged, future, unseen = [], failedInstances = [] }: Look): void {
  if (restarted !== undefined) {
    const title =
      'The look before cannot be read: what is expected is expected since now, and what came before is looked for anew';
    logger.warn(title, { reason: restarted });
  }
  warn('Exports are silent', 'silent', rows.filter(isSilent), (row) => ({
    account: row.account_id,
    region: row.region,
    export: row.export_name,
    state: row.state,
    since: row.late_at,
    newestSnapshot: row.newest_snapshot_id,
  }));
  warn('Stack instances are not at the template of the StackSet', 'stackInstances', failedInstances, (instance) => ({
    ...instance,
    ...(instance.reason && { reason: instance.reason.slice(0, MOST_REASON) }),
  }));
  warn('Values write that the tables do not see', 'unseen', unseen, (value) => value);
  warn('Records are damaged, and count as no snapshots', 'damaged', damaged, (fault) => fault);
  warn('Records lie in the future, and count as no snapshots', 'future', future, (key) => key);
}

/** One line that names what there is, and how many more there are. */
function warn<Item>(title: string, key: string, items: readonly Item[], shown: (item: Item) => unknown): void {
  if (items.length === 0) return;
  const more = items.length - MOST_NAMED;
  logger.warn(title, { count: items.length, [key]: items.slice(0, MOST_NAMED).map(shown), ...(more > 0 && { more }) });
}
