import * as v from 'valibot';
import type { Continuation, ExportEvent, StoredEvent } from './contract/event.ts';
import { WORK_PREFIX } from './contract/keys.ts';
import { exportName, refusal, string, text, wholeNumber } from './contract/rules.ts';
import type { InvocationInput } from './core/export-invocation.ts';
import { BadEventError } from './errors.ts';
import { badEventError, scheduledTime } from './event.ts';
import { strictObjectMessage } from './event-alarms.ts';
import type { SnapshotStore } from './ports.ts';

const storedEntries = {
  export: exportName,
  scheduledTime,
  eventKey: text({
    pattern: new RegExp(`^${WORK_PREFIX}/account_id=\\d{12}/.+\\.event\\.json$`),
    mustBe: `the key of an event, below ${WORK_PREFIX}/`,
  }),
};
const stored: v.GenericSchema<unknown, StoredEvent> = v.strictObject(
  storedEntries,
  strictObjectMessage('the event', storedEntries),
);

const DATE_TIME = 'a date and time as ISO 8601 has them';
const instant = v.pipe(
  string(DATE_TIME),
  v.check(
    (text) => !Number.isNaN(Date.parse(text)),
    (issue) => refusal(`must be ${DATE_TIME}`, issue.input),
  ),
);

const nextEntries = {
  // parseEvent checks its fields.
  event: v.looseObject({}, (issue) => refusal('must be an event', issue.input)),
  run: text({ pattern: /^[0-9a-f]{16}$/, mustBe: '16 hexadecimal digits' }),
  invocation: wholeNumber(2, Number.MAX_SAFE_INTEGER),
  attempt: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  startedAt: instant,
  uploadId: v.optional(string('the id of an upload')),
};
const next = v.strictObject(nextEntries, strictObjectMessage('next', nextEntries));
// The context object of Step Functions has more fields.
const execution = v.looseObject({ RedriveTime: v.optional(instant) });
const continuationEntries = { next, execution: v.optional(execution) };
const continuation = v.strictObject(continuationEntries, strictObjectMessage('the event', continuationEntries));

/** The input of an invocation, with an event whose fields are not checked yet. */
export interface UncheckedInvocation extends Omit<InvocationInput, 'event'> {
  /** The event that requests the snapshot, or one that has the key of the object with the event. */
  readonly event: unknown;
}

/**
 * Distinguishes an event that requests a snapshot from one that continues a run.
 *
 * @throws BadEventError that names each invalid field
 */
export function parseInvocation(event: unknown): UncheckedInvocation {
  if (!isObjectWith(event, 'next')) return { event };
  const parsed = v.safeParse(continuation, event);
  if (!parsed.success) throw badEventError(parsed.issues);
  const { next, execution } = parsed.output;
  const redrivenAt = execution?.RedriveTime;
  return {
    event: next.event,
    // readStoredEvent and parseEvent check its event.
    from: next as unknown as Continuation,
    ...(redrivenAt !== undefined && { redrivenAt: Date.parse(redrivenAt) }),
  };
}

/**
 * Reads the event from its object when `event` has only the object's key; otherwise returns `event`.
 *
 * @throws BadEventError when the object does not exist or is not JSON
 */
export async function readStoredEvent(
  event: unknown,
  store: Pick<SnapshotStore, 'readText'>,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isObjectWith(event, 'eventKey')) return event;
  const parsed = v.safeParse(stored, event);
  if (!parsed.success) throw badEventError(parsed.issues);
  const { eventKey } = parsed.output;
  const text = await store.readText(eventKey, signal);
  if (text === undefined) {
    throw new BadEventError(
      `The event is not valid: there is no ${eventKey}, which is kept for 15 days. Give the event itself, as the schedule of ` +
        `the export ${parsed.output.export} has it, with scheduledTime ${parsed.output.scheduledTime}`,
    );
  }
  try {
    return JSON.parse(text) as ExportEvent;
  } catch (cause) {
    throw new BadEventError(`The event is not valid: ${eventKey} is no JSON`, { cause });
  }
}

function isObjectWith(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}
