/** Items whose work is under way at a time, at most. */
const MAX_AHEAD = 8;

/**
 * Does some work on each item, and gives the results in the order of the items. It begins with one at a time and goes on
 * with as many as were taken so far, so that whoever stops early has had little done in vain.
 *
 * A failure comes in its turn, after the results before it. Work that is under way when the caller stops is not waited
 * for: abort it by a signal of its own.
 */
export async function* readAhead<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncIterable<Result> {
  const source = items[Symbol.asyncIterator]();
  try {
    for (let taken = 0; ; ) {
      const batch: Promise<Result>[] = [];
      let end: Promise<unknown> | undefined;
      while (end === undefined && batch.length < Math.min(MAX_AHEAD, Math.max(1, taken))) {
        const next = source.next();
        const item = await next.catch(() => undefined);
        if (item === undefined || item.done) end = next;
        else batch.push(markHandled(work(item.value)));
      }
      for (const result of batch) yield await result;
      taken += batch.length;
      if (end !== undefined) return void (await end);
    }
  } finally {
    await source.return?.();
  }
}

/** A failure is looked at when its turn comes, so that it cannot go unhandled before. */
function markHandled<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => {});
  return work;
}
