import * as v from 'valibot';
import type { Continuation } from '../contract/event.ts';
import type { SnapshotIdentity } from '../contract/keys.ts';

const inputSchema = v.object({
  next: v.looseObject({
    event: v.looseObject({ export: v.string(), scheduledTime: v.string() }),
    run: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
    invocation: v.pipe(v.number(), v.integer(), v.minValue(1)),
    attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
    startedAt: v.string(),
  }),
});

/** Input of an execution that goes on with a run. */
export function inputOf(next: Continuation): string {
  return JSON.stringify({ next });
}

/** What an execution goes on with, by its input; `undefined` where that is not what goes on with this snapshot. */
export function nextOf(input: string | undefined, of: SnapshotIdentity): Continuation | undefined {
  const parsed = v.safeParse(inputSchema, parseJson(input));
  if (!parsed.success) return;
  const { next } = parsed.output;
  const isOf = next.event.export === of.exportName && Date.parse(next.event.scheduledTime) === of.scheduledAt;
  // Its other fields are the event's, which whoever takes it up checks.
  return isOf ? (next as Continuation) : undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
