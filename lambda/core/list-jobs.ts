import { ACCOUNT_WIDE } from '../contract/scope.ts';
import { ExporterError, ThingGroupNotFoundError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { GzipRows } from './gzip-rows.ts';
import { type CheckStep, type ListStep, queryOf } from './plan.ts';
import { jobLines } from './rows.ts';
import { RunEvents } from './run-events.ts';
import { currentStep, isEmpty, type RunState, type StepResult, takeResult } from './run-state.ts';

/**
 * Works through all steps of a run, and writes the rows as they come.
 *
 * The next page is on its way while the rows of this one are written. It is never requested earlier: its token, and so
 * the order of the listings, comes with this one.
 */
export async function listJobs(state: RunState, ports: Ports, rows: GzipRows, signal: AbortSignal): Promise<void> {
  const events = new RunEvents(state, ports.observer);
  let inFlight = request(state, ports, signal);
  events.begin();

  while (inFlight !== undefined) {
    const result: StepResult = await inFlight;
    signal.throwIfAborted();
    const { position } = state;
    const fresh = takeResult(state, result, ports.clock.now());
    inFlight = request(state, ports, signal);

    events.taken(position, result);
    const page = { request: state.request, scope: result.step.scope, observedAt: state.observedAt };
    for (const lines of jobLines(fresh, page)) await rows.write(lines);
  }
}

/** The call of the current step. A failure is looked at when its turn comes, so that it cannot go unhandled before. */
function request(state: RunState, { source }: Ports, signal: AbortSignal): Promise<StepResult> | undefined {
  const step = currentStep(state);
  if (step === undefined) return undefined;
  const result = step.kind === 'list' ? listPage(state, step, source, signal) : check(state, step, source, signal);
  result.catch(() => {});
  return result;
}

/** The page, or the one error that is an answer: that the thing group does not exist. */
async function listPage(
  state: RunState,
  step: ListStep,
  source: Ports['source'],
  signal: AbortSignal,
): Promise<StepResult> {
  try {
    return { kind: 'page', step, page: await source.listJobs(queryOf(state.request, step, state.nextToken), signal) };
  } catch (error) {
    const isOfGroup = step.scope !== ACCOUNT_WIDE;
    if (isOfGroup && error instanceof ThingGroupNotFoundError) return { kind: 'not-found', step, error };
    throw error;
  }
}

/**
 * Whether the thing group of a scope without jobs exists. ListJobs has a ResourceNotFoundException, but no document says
 * that a missing thing group causes it, so an empty listing may be that of a missing group.
 *
 * AWS IoT has no call that finds a thing group by its id. A failed check does not fail the run; there is one failed call
 * at most, because a call that hangs or is throttled for each of many groups would use up the run's time.
 */
async function check(
  state: RunState,
  step: CheckStep,
  source: Ports['source'],
  signal: AbortSignal,
): Promise<StepResult> {
  const { thing_group_name: name } = step.scope;
  if (!isEmpty(state, step.scope)) return { kind: 'checked', step, exists: true };
  if (name === null || state.checksFailed) return { kind: 'checked', step, exists: null };
  try {
    return { kind: 'checked', step, exists: await source.thingGroupExists(name, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ExporterError) return { kind: 'checked', step, exists: null, error };
    throw error;
  }
}
