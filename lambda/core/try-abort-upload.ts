import type { Clock } from '../ports.ts';
import { withDeadline } from './deadline.ts';

const END_UPLOAD_MS = 1000;

/**
 * Ends an upload that nothing goes on with. It is tried for a second, and no run fails by it: what stays open is seen by
 * nobody, and the bucket's lifecycle ends it.
 */
export async function tryAbortUpload(clock: Clock, end: (signal: AbortSignal) => Promise<void>): Promise<void> {
  await withDeadline(clock, clock.monotonic() + END_UPLOAD_MS, () => new Error('Too late'), end).catch(() => {});
}
