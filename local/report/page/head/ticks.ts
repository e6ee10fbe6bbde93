const MINUTE_MS = 60_000;

const listeners = new Set<() => void>();

/** Calls back once a minute, and when the page is seen again: what is said of an age stays true while the page is open. */
export function everyMinute(listener: () => void): void {
  listeners.add(listener);
}

/** Forgets all: the page is drawn anew. */
export function forgetTicks(): void {
  listeners.clear();
}

function tick(): void {
  for (const listener of listeners) listener();
}

setInterval(tick, MINUTE_MS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) tick();
});
