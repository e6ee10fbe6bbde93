/** Maximum number of items that are worked on at a time. */
const MAX_AHEAD = 8;

/**
 * Works on items concurrently and yields the results in the order of the items. It starts with one item at a time; later
 * batches have as many items as were consumed so far, so that little work is wasted if the caller stops early.
 *
 * A failure is thrown in order, after the results before it. When the caller stops, work in progress is not awaited: abort it
 * by a signal of its own.
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

/** Prevents an unhandled rejection while the result waits for its turn. The failure is thrown when the result is awaited. */
function markHandled<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => {});
  return work;
}
