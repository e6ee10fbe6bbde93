const MINUTE_MS = 60_000;

const listeners = new Set<() => void>();

/** Calls the listener every minute, and when the page becomes visible again, to update ages. */
export function everyMinute(listener: () => void): void {
  listeners.add(listener);
}

/** Called before the page is redrawn. */
export function removeTickListeners(): void {
  listeners.clear();
}

function tick(): void {
  for (const listener of listeners) listener();
}

setInterval(tick, MINUTE_MS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) tick();
});
