import { h } from './base/dom.ts';
import { restorePosition, savePosition } from './position.ts';
import { NEWER_TEXT, type ServerState, serverGoneText, troubleText } from './watch-text.ts';

const POLL_MS = 2000;
/** Failed requests after which the server counts as ended. */
const MAX_MISSES = 2;

/** On a served page: polls the server for a newer page, and loads it without losing the reader's position. */
export function followServer(): void {
  const served = document.querySelector<HTMLMetaElement>('meta[name="served-as"]')?.content;
  // A saved copy has no server.
  if (served === undefined || location.protocol === 'file:') return;
  const notice = h('div', { class: 'notice', role: 'status' });
  document.body.prepend(notice);
  void restorePosition();
  let misses = 0;
  let missedSince = 0;

  const poll = async () => {
    try {
      const response = await fetch('state', { cache: 'no-store' });
      const state: ServerState = await response.json();
      misses = 0;
      if (state.version !== served) reloadUnlessInUse(notice);
      else announce(notice, state.trouble ? troubleText(state.trouble, Date.now()) : '');
    } catch {
      if (misses === 0) missedSince = Date.now();
      misses += 1;
      if (misses >= MAX_MISSES) announce(notice, serverGoneText(missedSince, Date.now()));
    }
  };
  const pollAgain = async () => {
    // A hidden page does not poll.
    if (!document.hidden) await poll();
    setTimeout(pollAgain, POLL_MS);
  };
  void pollAgain();
}

function reloadUnlessInUse(notice: HTMLElement): void {
  if (isInUse()) announce(notice, NEWER_TEXT);
  else {
    savePosition();
    location.reload();
  }
}

/** Whether a reload would lose something that is not restored: typed text, a dialog, a selection. */
function isInUse(): boolean {
  const { activeElement } = document;
  const isTyping = activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement;
  return isTyping || document.querySelector('dialog[open]') !== null || getSelection()?.isCollapsed === false;
}

function announce(notice: HTMLElement, text: string): void {
  // Screen readers read a live region at each change.
  if (notice.textContent !== text) notice.textContent = text;
}
