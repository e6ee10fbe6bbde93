import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { SERVICE_NAME } from './contract/environment.ts';
import type { ExportAnswer } from './contract/event.ts';
import { ExporterError } from './errors.ts';
import type { CallCounts, ListingView, RunObserver } from './ports.ts';

const logger = new Logger({ serviceName: SERVICE_NAME });

/** What the lines of a run are made from. */
class RunReport implements RunObserver {
  readonly #startedAt = performance.now();
  #counts: CallCounts = { calls: 0, throttled: 0 };
  #missing = 0;

  /** From here on every line bears the snapshot's id. */
  begin(snapshotId: string, counts: CallCounts): void {
    this.#counts = counts;
    logger.appendKeys({ snapshotId });
    logger.info('Snapshot begins');
  }

  listingEnded({ thingGroupName, thingGroupId, status, jobCount, pages, missing }: ListingView): void {
    if (missing) {
      this.#missing += 1;
      logger.warn('Thing group does not exist', { thingGroupName, thingGroupId, status });
    } else {
      logger.debug('Listing ended', { thingGroupName, thingGroupId, status, jobCount, pages });
    }
  }

  /** What the summary line of a run says, however it went. */
  summary() {
    return {
      listJobsCalls: this.#counts.calls,
      throttledCalls: this.#counts.throttled,
      missingListings: this.#missing,
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
    logger.info('Snapshot completed', { ...answer, ...run.summary() });
    return answer;
  } catch (error) {
    const outcome = error instanceof ExporterError ? error.name : 'UnexpectedError';
    logger.error('Snapshot failed', { outcome, ...run.summary(), error: error as Error });
    throw error;
  }
}
