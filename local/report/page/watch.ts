import { h } from './base/dom.ts';
import { keepPlace, restorePlace } from './place.ts';
import { leftWords, NEWER_WORDS, type ServerState, troubleWords } from './watch-words.ts';

const POLL_MS = 2000;
/** Requests without an answer, after which the server is taken to have ended. */
const MISSES = 2;

/** Where the page is served, asks its server whether there is a newer one, and takes it without losing the place. */
export function followServer(): void {
  const served = document.querySelector<HTMLMetaElement>('meta[name="served-as"]')?.content;
  // A copy that somebody saved has no server.
  if (served === undefined || location.protocol === 'file:') return;
  const notice = h('div', { class: 'notice', role: 'status' });
  document.body.prepend(notice);
  void restorePlace();
  let misses = 0;
  let missedSince = 0;

  const ask = async () => {
    try {
      const response = await fetch('state', { cache: 'no-store' });
      const state: ServerState = await response.json();
      misses = 0;
      if (state.version !== served) takeNewer(notice);
      else say(notice, state.trouble ? troubleWords(state.trouble, Date.now()) : '');
    } catch {
      if (misses === 0) missedSince = Date.now();
      misses += 1;
      if (misses >= MISSES) say(notice, leftWords(missedSince, Date.now()));
    }
  };
  const next = async () => {
    // A page that nobody sees asks when it is seen again.
    if (!document.hidden) await ask();
    setTimeout(next, POLL_MS);
  };
  void next();
}

function takeNewer(notice: HTMLElement): void {
  if (isInUse()) say(notice, NEWER_WORDS);
  else {
    keepPlace();
    location.reload();
  }
}

/** Whether a reader would lose what a reload does not bring back. */
function isInUse(): boolean {
  const { activeElement } = document;
  const isTyping = activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement;
  return isTyping || document.querySelector('dialog[open]') !== null || getSelection()?.isCollapsed === false;
}

function say(notice: HTMLElement, text: string): void {
  // A live region is read out at each change.
  if (notice.textContent !== text) notice.textContent = text;
}
