import type { Clock } from '../ports.ts';
import { withDeadline } from './deadline.ts';

const ABORT_MS = 1000;

/**
 * Aborts an upload that no run continues, within one second. It never throws: an upload that stays open is invisible to
 * readers, and the bucket's lifecycle rule aborts it.
 */
export async function tryAbortUpload(clock: Clock, abort: (signal: AbortSignal) => Promise<void>): Promise<void> {
  await withDeadline(clock, clock.monotonic() + ABORT_MS, () => new Error('Too late'), abort).catch(() => {});
}
