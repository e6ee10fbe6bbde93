import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { SERVICE_NAME } from './contract/environment.ts';
import type { ExportAnswer } from './contract/event.ts';
import { snapshotId } from './contract/keys.ts';
import { NOT_WORTH_A_RETRY } from './contract/retries.ts';
import { type Scope, scopeKey } from './contract/scope.ts';
import type { SnapshotRequest } from './core/request.ts';
import { ExporterError, reasonOf, SupersededError } from './errors.ts';
import {
  isCurrent,
  publishFailure,
  publishLookBack,
  publishMetrics,
  type RunFigures,
  thingGroupCounts,
} from './metrics.ts';
import type {
  CallCounts,
  DetailsResult,
  Listing,
  LookBack,
  OddField,
  PreviousSnapshot,
  RecordedSnapshot,
  RunObserver,
  RunProgress,
} from './ports.ts';
import { detailsLine, warnOfDetails, warnOfRollouts } from './report-details.ts';
import {
  changesOf,
  countsByStatus,
  durationMsOf,
  minutes,
  progressLine,
  shortened,
  thingGroup,
} from './report-lines.ts';

/** Maximum of log lines about undocumented fields per run. The summary line has the total. */
const MAX_ODD_FIELD_LINES = 10;

const logger = new Logger({ serviceName: SERVICE_NAME });

/** Facts about an invocation for its log lines and metrics. */
interface InvocationFigures {
  /** Calls of ListJobs, updated while the run makes them. */
  readonly counts: CallCounts;
  /** Whether the state machine invoked the function. */
  readonly isDriven: boolean;
  /** Whether custom metrics are written. */
  readonly hasMetrics: boolean;
}

/** Collects what happens in a run, and writes its log lines and metrics. */
class RunReport implements RunObserver {
  readonly #startedAt = performance.now();
  #request: SnapshotRequest | undefined;
  #counts: CallCounts = { calls: 0, throttled: 0 };
  #recorded: RecordedSnapshot | undefined;
  #details: DetailsResult | undefined;
  readonly #missing = new Set<string>();
  #oddFields = 0;
  #restarts = 0;
  #isDriven = false;
  #hasMetrics = true;
  #uncountedAlarms = 0;
  /** Progress at the start and at the end of an invocation of a run that has several. */
  #resumedFrom: RunProgress | undefined;
  #progress: RunProgress | undefined;

  /** From here on every log line has the snapshot's id. */
  begin(request: SnapshotRequest, { counts, isDriven, hasMetrics }: InvocationFigures): void {
    this.#request = request;
    this.#isDriven = isDriven;
    this.#hasMetrics = hasMetrics;
    this.#counts = counts;
    logger.appendKeys({ snapshotId: snapshotId(request) });
    logger.info('Snapshot begins');
  }

  previousFound({ snapshotId: previousSnapshotId, unlinkedReason, ...failure }: PreviousSnapshot): void {
    this.#missing.clear();
    this.#oddFields = 0;
    logger.debug('Snapshot before was looked for', { previousSnapshotId, unlinkedReason });
    if (unlinkedReason === 'UNREADABLE' && 'error' in failure && failure.error) {
      const reason = reasonOf(failure.error);
      const title =
        'Rows of the snapshot before could not be read: nothing is said of changes, and all ages begin anew';
      logger.warn(title, { reason });
    }
  }

  listingEnded(listing: Readonly<Listing>): void {
    const { status, job_count: jobCount, pages, missing } = listing;
    if (missing) this.thingGroupMissing(listing);
    else logger.debug('Listing ended', { ...thingGroup(listing), status, jobCount, pages });
  }

  /** Logs a missing group once, though a listing per status reports it. */
  thingGroupMissing(scope: Scope): void {
    const key = scopeKey(scope);
    if (!this.#missing.has(key)) logger.warn('Thing group does not exist', thingGroup(scope));
    this.#missing.add(key);
  }

  thingGroupUnchecked(scope: Scope, error: ExporterError): void {
    logger.warn('Thing group could not be checked', {
      ...thingGroup(scope),
      reason: reasonOf(error),
    });
  }

  previousDetailsUnreadable(error: Error): void {
    const title =
      'Details of the snapshot before could not be read: it is not known since when rollouts have made no progress';
    logger.warn(title, { reason: reasonOf(error) });
  }

  detailsEnded(result: DetailsResult): void {
    this.#details = result;
    warnOfDetails(logger, result);
  }

  resumed(progress: RunProgress): void {
    const { run, invocation, attempt } = progress;
    logger.appendKeys({ run, invocation, attempt });
    this.#resumedFrom = progress;
    logger.info('Run goes on', progressLine(progress));
  }

  /** Later log lines are about a new run, so they lose the keys of the resumed one. */
  restarted(reason: string): void {
    logger.warn('Run begins anew', { reason });
    logger.removeKeys(['run', 'invocation', 'attempt']);
    this.#restarts += 1;
    this.#details = undefined;
    this.#resumedFrom = undefined;
  }

  tokenRefused(listing: Readonly<Listing>, error: ExporterError): void {
    logger.warn('AWS IoT refused the token of an earlier invocation: the listing begins again', {
      ...thingGroup(listing),
      status: listing.status,
      reason: reasonOf(error),
    });
  }

  suspended(progress: RunProgress): void {
    this.#progress = progress;
  }

  oddFields(fields: readonly OddField[]): void {
    for (const field of fields.slice(0, Math.max(0, MAX_ODD_FIELD_LINES - this.#oddFields))) {
      logger.warn('Field of a job is not as documented, and left out', { ...field });
    }
    this.#oddFields += fields.length;
  }

  /** Writes the metrics at once, because looking back may take long. */
  snapshotRecorded(snapshot: RecordedSnapshot): void {
    this.#recorded = snapshot;
    const figures = this.#figures();
    if (figures && this.#hasMetrics) publishMetrics(figures);
  }

  lookedBack(result: LookBack): void {
    const figures = this.#figures();
    if (!figures) return;
    if (this.#hasMetrics) publishLookBack(figures, result);
    const { uncounted, error, changesError, rollouts, rolloutsError } = result;
    this.#uncountedAlarms = uncounted.size;
    for (const reason of new Set(uncounted.values())) {
      const alarms = [...uncounted].filter(([, other]) => other === reason).map(([alarm]) => alarm);
      logger.warn('Alarms could not be counted, and keep their state', { alarms, reason });
    }
    if (changesError) {
      const reason = reasonOf(changesError);
      logger.warn('Changes could not be counted, and their metrics are left out', { reason });
    }
    if (rollouts && isCurrent(figures, result)) warnOfRollouts(logger, rollouts);
    if (rolloutsError) {
      const reason = reasonOf(rolloutsError);
      logger.warn('Rollouts could not be judged, and their metrics are left out', { reason });
    }
    if (error && figures.outcome === 'recovered') {
      const reason = reasonOf(error);
      logger.warn('Job counts are left out: it is not known whether a later snapshot exists', { reason });
    }
  }

  /**
   * Writes the metric of a failed run. Not when another attempt continues the run or the state machine retries it: that would
   * raise an alarm for hours about a run that may still succeed. If the state machine gives up, its own alarm notifies.
   */
  failed(error: unknown): void {
    const isTriedAgain = this.#isDriven && !(error instanceof Error && NOT_WORTH_A_RETRY.includes(error.name));
    if (isTriedAgain || error instanceof SupersededError) return;
    if (this.#request && !this.#recorded && this.#hasMetrics) publishFailure(this.#request.exportName);
  }

  #figures(): RunFigures | undefined {
    if (!this.#request || !this.#recorded) return undefined;
    const { exportName, metricsPerThingGroup: perThingGroup = true } = this.#request;
    return { counts: this.#counts, ...this.#recorded, exportName, perThingGroup };
  }

  /** Message of the summary line of a run that did not fail. */
  titleOf({ outcome }: ExportAnswer): string {
    if (outcome !== 'continued') return 'Snapshot completed';
    if (this.#progress) return 'Snapshot handed on';
    return this.#isDriven ? 'Snapshot was handed on before' : 'Another run of the snapshot goes on';
  }

  /** Calls of this invocation and of the earlier ones of the run. */
  #allCounts(): CallCounts {
    const { calls, throttled } = this.#resumedFrom?.counts ?? { calls: 0, throttled: 0 };
    return { calls: calls + this.#counts.calls, throttled: throttled + this.#counts.throttled };
  }

  /** `undefined` in a resumed run: only the saved state has the groups that earlier invocations found missing. */
  #missingSoFar(): number | undefined {
    return this.#resumedFrom ? undefined : this.#missing.size;
  }

  /** Fields of the summary line, for success and failure. */
  summary() {
    const record = this.#recorded?.record;
    const { calls, throttled } = this.#recorded?.counts ?? this.#progress?.counts ?? this.#allCounts();
    const details = this.#recorded?.details ?? this.#details;
    const { missing, unchecked } = record ? thingGroupCounts(record) : { missing: this.#missingSoFar() };
    return {
      ...(record && { counts: countsByStatus(record.listings), ...changesOf(record) }),
      ...(record && this.#isDriven && { elapsedMinutes: minutes(durationMsOf(record)) }),
      ...(this.#progress && progressLine(this.#progress)),
      listJobsCalls: calls,
      throttledCalls: throttled,
      ...(details && { details: detailsLine(details) }),
      missingThingGroups: missing,
      ...(unchecked && { uncheckedThingGroups: unchecked }),
      ...(this.#oddFields > 0 && { oddFields: this.#oddFields }),
      ...(this.#uncountedAlarms > 0 && { uncountedAlarms: this.#uncountedAlarms }),
      // Attempts of this invocation only.
      ...(this.#restarts > 0 && { attempts: this.#restarts + 1 }),
      durationMs: Math.round(performance.now() - this.#startedAt),
    };
  }
}

/** Runs one invocation, and writes its one summary line on success and failure. */
export async function reportRun(
  context: Context,
  work: (run: RunReport) => Promise<ExportAnswer>,
): Promise<ExportAnswer> {
  logger.resetKeys();
  logger.addContext(context);
  const run = new RunReport();
  try {
    const answer = await work(run);
    logger.info(run.titleOf(answer), { ...shortened(answer), ...run.summary() });
    return answer;
  } catch (error) {
    const outcome = error instanceof ExporterError ? error.name : 'UnexpectedError';
    run.failed(error);
    logger.error('Snapshot failed', { outcome, ...run.summary(), error: error as Error });
    throw error;
  }
}
