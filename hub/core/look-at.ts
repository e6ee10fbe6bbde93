import type { HealthEvent } from '../../lambda/contract/health.ts';
import { listingDeadline, withDeadline } from '../../lambda/core/deadline.ts';
import type { Look, LookPorts } from '../ports.ts';
import { endingBy, tooLate } from './ending-by.ts';
import { Failures } from './failures.ts';
import { gather } from './gather.ts';
import type { ExportPlace } from './place.ts';
import { byAccount } from './plausible.ts';
import { projectValues, valuesOf } from './project-values.ts';
import { hasFailed } from './stack-status.ts';
import { parseState, type State } from './state.ts';
import { storeLook } from './store-look.ts';

const NO_STATE: State = { rows: new Map(), lookedAt: undefined };

/**
 * Looks at each account, Region and export of a history, and at those that are expected; writes what it finds, and brings the
 * tables up to date.
 *
 * What fails in a part leaves that part as the look before had it, and comes with the look.
 *
 * @param deadlineAt when to be done, by the clock's monotonic time
 * @throws an {@link ExporterError} when the look before cannot be read: then nothing is written
 */
export async function lookAt(
  ports: LookPorts,
  event: HealthEvent,
  deadlineAt: number = Number.POSITIVE_INFINITY,
): Promise<Look> {
  const { clock, health, tables } = ports;
  const lookedAt = clock.now();
  const endsAt = listingDeadline(clock.monotonic(), deadlineAt);
  return await withDeadline(clock, deadlineAt, tooLate, async (signal) => {
    const existing = await health.read(signal);
    const parsed = existing ? parseState(existing.text) : NO_STATE;
    const state = 'fault' in parsed ? NO_STATE : parsed;
    const failures = new Failures();
    const { discovered, expected, instances, ...found } = await endingBy(clock, endsAt, (ownSignal) =>
      gather(ports, event, { state, failures, now: lookedAt, signal: ownSignal, endsAt }),
    );
    const isStored = await failures.orUndefined(() =>
      storeLook(found.rows, lookedAt, existing?.version, health, signal),
    );
    // Queries see what is yet to write, too: then its first snapshot is in sight when it comes.
    const { plausible, strange } = byAccount(discovered.places, expected);
    const wanted = valuesOf([...plausible, ...expected.exports.values()]);
    const projected = tables && (await projectValues(wanted, valuesOf(strange), tables, failures, signal));
    const writing = new Set(textsOf(discovered.places));
    return {
      ...found,
      lookedAt,
      isFirst: existing === undefined,
      ...('fault' in parsed && { restarted: parsed.fault }),
      ...(instances && { failedInstances: instances.filter(hasFailed) }),
      ...(projected?.missing && { unseen: projected.missing.filter((value) => writing.has(value)) }),
      updatedTables: projected?.updatedTables ?? [],
      isComplete: discovered.isComplete,
      isExpectationKnown: expected.isComplete,
      isSuperseded: isStored === false,
      failures: failures.all,
    };
  });
}

function textsOf(places: readonly ExportPlace[]): string[] {
  return Object.entries(valuesOf(places)).flatMap(([column, values]) => values.map((value) => `${column}=${value}`));
}
