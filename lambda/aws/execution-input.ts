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

/** Input of an execution that continues a run. */
export function executionInput(next: Continuation): string {
  return JSON.stringify({ next });
}

/** Reads the continuation from an execution's input; `undefined` when the input is not of this snapshot. */
export function parseExecutionInput(input: string | undefined, snapshot: SnapshotIdentity): Continuation | undefined {
  const parsed = v.safeParse(inputSchema, parseJson(input));
  if (!parsed.success) return;
  const { next } = parsed.output;
  const isOfSnapshot =
    next.event.export === snapshot.exportName && Date.parse(next.event.scheduledTime) === snapshot.scheduledAt;
  // The resumed invocation checks the other fields of the event.
  return isOfSnapshot ? (next as Continuation) : undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
