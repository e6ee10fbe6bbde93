/** Response of the server of `npm run report -- --watch` at `/state`. */
export interface ServerState {
  /** Version of its present page. */
  readonly version: string;
  /** Why the history cannot be read, and since when (`2026-11-23T18:00:00Z`). */
  readonly trouble: { readonly since: string; readonly message: string } | null;
}

export const NEWER_TEXT = 'There is a newer page. It waits until nothing here is typed into, selected or open.';

export function troubleText({ since, message }: NonNullable<ServerState['trouble']>, nowMs: number): string {
  return `The history cannot be read since ${timeText(Date.parse(since), nowMs)}: ${message.replace(/\.$/, '')}. This page stays as it was.`;
}

/** Text for a page whose server does not answer. */
export function serverGoneText(sinceMs: number, nowMs: number): string {
  return `Nothing follows the history since ${timeText(sinceMs, nowMs)}: the command that served this page has ended. The page stays as it was.`;
}

/** `12:03 UTC`, with the day if it is not today. */
function timeText(atMs: number, nowMs: number): string {
  const [at, now] = [atMs, nowMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  const time = at.slice(11, 16);
  return at.slice(0, 10) === now.slice(0, 10) ? `${time} UTC` : `${at.slice(0, 10)} ${time} UTC`;
}
