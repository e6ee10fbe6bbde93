import type { HealthEvent } from '../../lambda/contract/health.ts';
import { listingDeadline, withDeadline } from '../../lambda/core/deadline.ts';
import type { Look, LookPorts } from '../ports.ts';
import { abortingAt, lookTimeout } from './aborting-at.ts';
import { Failures } from './failures.ts';
import { gather } from './gather.ts';
import type { ExportPlace } from './place.ts';
import { splitByPlausibility } from './plausible.ts';
import { projectValues, valuesOf } from './project-values.ts';
import { hasFailed } from './stack-status.ts';
import { parseState, type State } from './state.ts';
import { storeLook } from './store-look.ts';

const NO_STATE: State = { rows: new Map(), lookedAt: undefined };

/**
 * Checks which exports of a history report: all that have records, and all that are expected. Writes the result, and updates
 * the tables so that queries see new accounts, Regions and exports. One such check is called a look.
 *
 * When a part fails, its rows keep the values of the previous look, and the look reports the failure.
 *
 * @param deadlineAt by the clock's monotonic time
 * @throws an {@link ExporterError} when the previous look cannot be read: then nothing is written
 */
export async function checkExports(
  ports: LookPorts,
  event: HealthEvent,
  deadlineAt: number = Number.POSITIVE_INFINITY,
): Promise<Look> {
  const { clock, health, tables } = ports;
  const lookedAt = clock.now();
  const endsAt = listingDeadline(clock.monotonic(), deadlineAt);
  return await withDeadline(clock, deadlineAt, lookTimeout, async (signal) => {
    const existing = await health.read(signal);
    const parsed = existing ? parseState(existing.text) : NO_STATE;
    const state = 'fault' in parsed ? NO_STATE : parsed;
    const failures = new Failures();
    const { discovered, expected, instances, ...findings } = await abortingAt(clock, endsAt, (ownSignal) =>
      gather(ports, event, { state, failures, now: lookedAt, signal: ownSignal, endsAt }),
    );
    const isStored = await failures.orUndefined(() =>
      storeLook(findings.rows, lookedAt, existing?.version, health, signal),
    );
    // The tables also get expected exports without records, so that queries see their first snapshot.
    const { plausible, implausible } = splitByPlausibility(discovered.places, expected);
    const values = valuesOf([...plausible, ...expected.exports.values()]);
    const projected = tables && (await projectValues(values, valuesOf(implausible), tables, failures, signal));
    const writing = new Set(partitionsOf(discovered.places));
    return {
      ...findings,
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

function partitionsOf(places: readonly ExportPlace[]): string[] {
  return Object.entries(valuesOf(places)).flatMap(([column, values]) => values.map((value) => `${column}=${value}`));
}
