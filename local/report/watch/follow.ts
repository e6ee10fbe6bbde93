import { setTimeout } from 'node:timers/promises';

/** Longest time between two attempts to read a damaged history: each attempt reads all of it. */
const MAX_RETRY_MS = 600_000;

export interface FollowProps<Page> {
  /** State of the history before the present page was made. */
  readonly state: string;
  /** Present state of the history: equal texts are the same state. */
  readState(): Promise<string>;
  makePage(): Promise<Page>;
  /** Whether the present page is wrong by now, although the history has not changed. */
  isOutdated?(): boolean;
  readonly everyMs: number;
  onPage(page: Page): void | Promise<void>;
  /** Called at each attempt at which the history cannot be read. */
  onError(error: unknown): void;
  /** Called when it can be read again. */
  onRecovered(): void;
  readonly signal?: AbortSignal;
}

/** Polls a history, and makes a page whenever it has changed, until the signal is aborted. */
export async function follow<Page>(props: FollowProps<Page>): Promise<void> {
  const { readState, makePage, isOutdated = () => false, everyMs, onPage, onError, onRecovered, signal } = props;
  let pageState = props.state;
  let failedAttempt: { readonly state: string; readonly count: number; readonly retryAt: number } | undefined;
  let hasError = false;
  while (await sleep(everyMs, signal)) {
    try {
      const state = await readState();
      if (state !== pageState || isOutdated()) {
        // Damage may be repaired without a change in the listing, so the same state is tried again.
        const isFailed = failedAttempt?.state === state;
        if (isFailed && performance.now() < (failedAttempt?.retryAt ?? 0)) continue;
        const count = isFailed ? (failedAttempt?.count ?? 0) + 1 : 1;
        failedAttempt = { state, count, retryAt: 0 };
        const page = await makePage().catch((error: unknown) => {
          failedAttempt = { state, count, retryAt: performance.now() + retryDelayMs(everyMs, count) };
          throw error;
        });
        failedAttempt = undefined;
        pageState = state;
        await onPage(page);
      }
      if (hasError) onRecovered();
      hasError = false;
    } catch (error) {
      hasError = true;
      onError(error);
    }
  }
}

/** The first retry is at the next poll; after that the delay doubles. */
function retryDelayMs(everyMs: number, count: number): number {
  return Math.min(everyMs * (2 ** (count - 1) - 0.5), Math.max(MAX_RETRY_MS, everyMs));
}

/** Returns false if the signal was aborted. */
async function sleep(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
