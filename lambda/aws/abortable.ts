/**
 * Settles as a promise does, or rejects with the signal's reason when that aborts first. Unlike `Promise.race` with a
 * long-lived promise, it keeps no reference to settled promises.
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
