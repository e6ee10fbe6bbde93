import { createIotSource } from '../lambda/aws/iot-source.ts';
import { createJobDescriber } from '../lambda/aws/job-describer.ts';
import { systemClock as clock } from '../lambda/aws/system-clock.ts';
import type { SnapshotRecord } from '../lambda/contract/columns.ts';
import { DEFAULT_DETAILS } from '../lambda/contract/details.ts';
import { snapshotId } from '../lambda/contract/keys.ts';
import { exportSnapshot } from '../lambda/core/export-snapshot.ts';
import { parseEvent } from '../lambda/event.ts';
import { type CommandLine, readCommandLine } from './cli/command-line.ts';
import './cli/closed-pipe.ts';
import { drawingOn } from './cli/drawing.ts';
import { EXIT } from './cli/exit-codes.ts';
import { exitOn } from './cli/exit-on.ts';
import { type ClientSettings, findAccount } from './cli/identity.ts';
import { interruptible, interruptSignal } from './cli/interrupt.ts';
import { readPlace } from './cli/place.ts';
import { createProgress } from './cli/progress.ts';
import { resultText } from './cli/result.ts';

const SECOND_MS = 1000;

/** Takes the requested snapshot. Returns the text of the result. */
async function run(options: CommandLine, interrupt: AbortSignal): Promise<string> {
  // Validates the options before any request is sent.
  const place = readPlace(options.out);
  const requested = parseEvent(eventOf(options), clock.now(), { accountId: '', region: '' });

  const settings: ClientSettings = {
    ...(options.region !== undefined && { region: options.region }),
    ...(options.profile !== undefined && { profile: options.profile }),
  };
  const source = createIotSource({ client: settings, callsPerSecond: options.rate, clock });
  const describes = options.details !== undefined;
  const describer = describes
    ? createJobDescriber({ client: settings, callsPerSecond: options.detailsRate, clock })
    : undefined;
  const progress = createProgress({ clock, counts: source.counts, describes, drawing: drawingOn(process.stderr) });
  try {
    progress.showActivity('asking AWS STS for the account');
    const request = { ...requested, ...(await findAccount(settings, interrupt)) };
    progress.showActivity(`opening ${options.out}`);
    const history = await place.open(settings, interrupt);
    progress.showActivity(`looking for ${snapshotId(request)}`);
    const ports = interruptible(
      { clock, source, ...(describer && { describer }), ...history, observer: progress },
      interrupt,
    );
    const beganAt = clock.monotonic();
    const answer = await exportSnapshot(request, ports, Number.POSITIVE_INFINITY);
    const elapsedMs = clock.monotonic() - beganAt;
    // The core reports the record to the observer before it returns.
    const record = progress.record as SnapshotRecord;
    return resultText(answer, {
      record,
      counts: source.counts,
      elapsedMs,
      details: progress.details,
      nameOf: place.nameOf,
    });
  } finally {
    progress.stop();
  }
}

function eventOf(options: CommandLine): unknown {
  const now = Math.floor(clock.now() / SECOND_MS) * SECOND_MS;
  return {
    export: options.export,
    scheduledTime: options.at ?? new Date(now).toISOString(),
    statuses: options.status,
    thingGroups: options.thingGroup,
    thingGroupIds: options.thingGroupId,
    targetSelection: options.targetSelection,
    namespaceId: options.namespaceId,
    ...(options.details !== undefined && {
      details: { statuses: detailedStatuses(options.status), maxJobs: options.details },
    }),
  };
}

/** Jobs in progress by default; if only other statuses are requested, those. */
function detailedStatuses(request: readonly string[] | undefined): readonly string[] {
  const [inProgress] = DEFAULT_DETAILS.statuses;
  return request === undefined || request.includes(String(inProgress)) ? DEFAULT_DETAILS.statuses : request;
}

const options = readCommandLine(process.argv.slice(2));
if ('exitCode' in options) {
  process.exitCode = options.exitCode;
} else {
  try {
    console.log(await run(options, interruptSignal()));
    process.exitCode = EXIT.ok;
  } catch (error) {
    // process.exit, because a retry that was interrupted may still sleep for long.
    exitOn(error);
  }
}
