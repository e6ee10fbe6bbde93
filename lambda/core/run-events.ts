import type { ListingProgress, RunObserver } from '../ports.ts';
import type { ListStep, Step } from './plan.ts';
import type { RunState, StepResult } from './run-state.ts';
import type { FreshJob } from './seen-jobs.ts';

/** Reports the steps of a run to an observer. */
export class RunEvents {
  readonly #state: RunState;
  readonly #observer: RunObserver | undefined;
  readonly #lists: readonly ListStep[];

  constructor(state: RunState, observer: RunObserver | undefined) {
    this.#state = state;
    this.#observer = observer;
    this.#lists = state.steps.filter((step) => step.kind === 'list');
  }

  begin(): void {
    this.#listing('listingStarted', this.#state.steps[this.#state.position]);
  }

  /**
   * Reports the result of a step, after the state has been updated.
   *
   * @param from position of the step
   * @param fresh jobs of the result that are new to the scope
   */
  resultTaken(from: number, result: StepResult, fresh: readonly FreshJob[]): void {
    const { steps, position } = this.#state;
    if (result.kind === 'page') this.#page(result, fresh);
    if (result.kind === 'checked') this.#checked(result);
    for (const ended of steps.slice(from, position)) this.#listing('listingEnded', ended);
    if (position > from) this.#listing('listingStarted', steps[position]);
  }

  #page({ step, page: { oddFields } }: Extract<StepResult, { kind: 'page' }>, fresh: readonly FreshJob[]): void {
    const odd = oddFields && fresh.flatMap(({ job }) => oddFields.get(job) ?? []);
    if (odd && odd.length > 0) this.#observer?.oddFields?.(odd);
    this.#listing('pageArrived', step);
  }

  #checked({ step, exists, error }: Extract<StepResult, { kind: 'checked' }>): void {
    if (exists === false) this.#observer?.thingGroupMissing?.(step.scope);
    if (error) this.#observer?.thingGroupUnchecked?.(step.scope, error);
  }

  #listing(event: 'listingStarted' | 'pageArrived' | 'listingEnded', step: Step | undefined): void {
    if (step?.kind === 'list') this.#observer?.[event]?.(step.listing, this.#progressOf(step));
  }

  #progressOf(step: ListStep): ListingProgress {
    return { position: this.#lists.indexOf(step), total: this.#lists.length, isRepeat: step.isRepeat };
  }
}
