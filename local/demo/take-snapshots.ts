import { DEFAULT_CALLS_PER_SECOND } from '../../lambda/contract/jobs.ts';
import { snapshotId } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import { parseEvent } from '../../lambda/event.ts';
import type { SnapshotStore } from '../../lambda/ports.ts';
import type { Drawing } from '../cli/drawing.ts';
import { createProgress } from '../cli/progress.ts';
import { headline } from '../cli/result.ts';
import { EXPORTS, WHERE, type World } from './world.ts';

/** A schedule fires a little late. */
const DELIVERY_MS = 2000;

/** Takes the snapshot of every export at one scheduled time, as Lambda would. */
export async function takeSnapshots(
  world: World,
  store: SnapshotStore,
  scheduledAt: number,
  drawing: Drawing,
): Promise<void> {
  const { clock } = world;
  clock.skipTo(scheduledAt + DELIVERY_MS);
  for (const event of EXPORTS) {
    const scheduledTime = new Date(scheduledAt).toISOString();
    const request = parseEvent({ ...event, scheduledTime }, clock.now(), WHERE);
    const source = world.newSource(DEFAULT_CALLS_PER_SECOND);
    const progress = createProgress({ clock, counts: source.counts, drawing });
    drawing.line(`\n${snapshotId(request)}`);
    const startedAt = clock.now();
    try {
      const ports = { clock, source, store, observer: progress };
      const answer = await exportSnapshot(request, ports, Number.POSITIVE_INFINITY);
      drawing.line(headline(answer, source.counts, clock.now() - startedAt));
    } finally {
      progress.stop();
    }
  }
}
