import { setTimeout } from 'node:timers/promises';

/** Between two attempts to make a page of a history that cannot be read: each reads all of it. */
const MAX_RETRY_MS = 600_000;

export interface FollowProps<Page> {
  /** What the history was like before the page was made that there is. */
  readonly state: string;
  /** What it is like now: equal texts are one state. */
  look(): Promise<string>;
  make(): Promise<Page>;
  /** Whether the page that there is says what is not so any more, though the history is as it was. */
  isOutdated?(): boolean;
  readonly everyMs: number;
  onPage(page: Page): void | Promise<void>;
  /** The history cannot be read; called again at each attempt. */
  onTrouble(error: unknown): void;
  /** It can be read again. */
  onMended(): void;
  readonly signal?: AbortSignal;
}

/** Looks at a history again and again, and makes a page of it whenever it has changed, until the signal comes. */
export async function follow<Page>(props: FollowProps<Page>): Promise<void> {
  const { look, make, isOutdated = () => false, everyMs, onPage, onTrouble, onMended, signal } = props;
  let shown = props.state;
  let failed: { readonly state: string; readonly count: number; readonly retryAt: number } | undefined;
  let isInTrouble = false;
  while (await slept(everyMs, signal)) {
    try {
      const state = await look();
      if (state !== shown || isOutdated()) {
        // Damage may end without a trace in the listing, as of an object that is put back.
        const isFailed = failed?.state === state;
        if (isFailed && performance.now() < (failed?.retryAt ?? 0)) continue;
        const count = isFailed ? (failed?.count ?? 0) + 1 : 1;
        failed = { state, count, retryAt: 0 };
        const page = await make().catch((error: unknown) => {
          failed = { state, count, retryAt: performance.now() + retryMs(everyMs, count) };
          throw error;
        });
        failed = undefined;
        shown = state;
        await onPage(page);
      }
      if (isInTrouble) onMended();
      isInTrouble = false;
    } catch (error) {
      isInTrouble = true;
      onTrouble(error);
    }
  }
}

/** The next look tries again; after that each attempt waits twice as long. */
function retryMs(everyMs: number, count: number): number {
  return Math.min(everyMs * (2 ** (count - 1) - 0.5), Math.max(MAX_RETRY_MS, everyMs));
}

/** False where the signal came first. */
async function slept(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
