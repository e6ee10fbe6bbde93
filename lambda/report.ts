import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { SERVICE_NAME } from './contract/environment.ts';
import type { ExportAnswer } from './contract/event.ts';
import { snapshotId } from './contract/keys.ts';
import type { SnapshotRequest } from './core/request.ts';
import { ExporterError } from './errors.ts';
import { missingGroups, publishMetrics } from './metrics.ts';
import type { CallCounts, ListingView, RunObserver, StandingSnapshot } from './ports.ts';

const logger = new Logger({ serviceName: SERVICE_NAME });

/** What the lines and the metrics of a run are made from. */
class RunReport implements RunObserver {
  readonly #startedAt = performance.now();
  #request: SnapshotRequest | undefined;
  #counts: CallCounts = { calls: 0, throttled: 0 };
  #standing: StandingSnapshot | undefined;
  readonly #missing = new Set<string>();

  /** From here on every line bears the snapshot's id. */
  begin(request: SnapshotRequest, counts: CallCounts): void {
    this.#request = request;
    this.#counts = counts;
    logger.appendKeys({ snapshotId: snapshotId(request) });
    logger.info('Snapshot begins');
  }

  listingEnded({ thingGroupName, thingGroupId, status, jobCount, pages, missing }: ListingView): void {
    if (!missing) {
      logger.debug('Listing ended', { thingGroupName, thingGroupId, status, jobCount, pages });
      return;
    }
    // A missing group ends a listing per status, and is told of once.
    const group = JSON.stringify([thingGroupName, thingGroupId]);
    if (!this.#missing.has(group)) logger.warn('Thing group does not exist', { thingGroupName, thingGroupId });
    this.#missing.add(group);
  }

  recordStands(snapshot: StandingSnapshot): void {
    this.#standing = snapshot;
  }

  publish(): void {
    if (!this.#request || !this.#standing) return;
    const { exportName, metricsPerThingGroup: perThingGroup = true } = this.#request;
    publishMetrics({ ...this.#standing, exportName, counts: this.#counts, perThingGroup });
  }

  /** What the summary line of a run says, however it went. */
  summary() {
    const record = this.#standing?.record;
    return {
      ...(record && { counts: countsByStatus(record.listings) }),
      listJobsCalls: this.#counts.calls,
      throttledCalls: this.#counts.throttled,
      missingThingGroups: record ? missingGroups(record) : this.#missing.size,
      durationMs: Math.round(performance.now() - this.#startedAt),
    };
  }
}

/** Runs one invocation and writes its one summary line, whether it went well or not. */
export async function reportRun(
  context: Context,
  work: (run: RunReport) => Promise<ExportAnswer>,
): Promise<ExportAnswer> {
  logger.resetKeys();
  logger.addContext(context);
  const run = new RunReport();
  try {
    const answer = await work(run);
    run.publish();
    logger.info('Snapshot completed', { ...answer, ...run.summary() });
    return answer;
  } catch (error) {
    const outcome = error instanceof ExporterError ? error.name : 'UnexpectedError';
    logger.error('Snapshot failed', { outcome, ...run.summary(), error: error as Error });
    throw error;
  }
}

/** Rows by status over all scopes: a job in several groups counts in each, as it does in the snapshot. */
function countsByStatus(listings: StandingSnapshot['record']['listings']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, job_count } of listings) counts[status] = (counts[status] ?? 0) + job_count;
  return counts;
}
