import { differences, type Fragment, fragmentText, parseFragment, withChanges } from './fragment.ts';

type Changes = Readonly<Record<string, string | undefined>>;
type Listener = (changed: ReadonlySet<string>) => void;

/** State of an entry of the browser's history whose URL contains all values. */
const WHOLE = { isWhole: true };

/**
 * Choices on the page: theme, export, filters. They are in the fragment of the URL, the only part that a page opened from a
 * file may change, so they survive a reload and are part of links. Keys of a section begin with its id: `overdue.q`.
 */
let current: Fragment = parseFragment(location.hash);
/** Whether the page was opened by a link, not by a reload or Back. */
const isByLink = history.state === null;
const listeners: Listener[] = [];

function write(next: Fragment, how: 'replaceState' | 'pushState'): void {
  current = next;
  history[how](WHOLE, '', fragmentText(next));
}

function hasAddress(): boolean {
  return location.hash !== '' || current.values.size > 0;
}

if (hasAddress()) write(current, 'replaceState');
else history.replaceState(WHOLE, '');

addEventListener('hashchange', () => {
  const { values } = current;
  const next = parseFragment(location.hash);
  // A plain anchor, as in the table of contents, does not change the values.
  const isAnchorAlone = history.state === null && next.values.size === 0;
  if (history.state === null) write(isAnchorAlone ? { ...next, values } : next, 'replaceState');
  else current = next;
  const changed = differences(values, current.values);
  if (changed.size > 0) for (const listener of listeners) listener(changed);
  if (!isAnchorAlone) goToAnchor();
});

/** Scrolls to the section in the URL. Charts have their height one frame after they are inserted. */
function goToAnchor(): void {
  const { anchor } = current;
  if (anchor === '') return;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const place = document.getElementById(anchor);
      place?.scrollIntoView();
      place?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
    }),
  );
}

export const urlState = {
  get(key: string): string | undefined {
    return current.values.get(key);
  },
  /** Whether the URL has a value of a table: `overdue.q` for `overdue`. */
  hasFilterOf(table: string): boolean {
    return [...current.values.keys()].some((key) => key.startsWith(`${table}.`));
  },
  /** Id of the section in the URL; empty for the top. */
  anchor(): string {
    return current.anchor;
  },
  /** Changes one value without a history entry; `undefined` or an empty text removes it. */
  set(key: string, value: string | undefined): void {
    const values = withChanges(current.values, { [key]: value });
    if (differences(values, current.values).size > 0) write({ ...current, values }, 'replaceState');
  },
  /** URL of a section with some values changed. */
  href(anchor: string, changes: Changes = {}): string {
    return fragmentText({ anchor, values: withChanges(current.values, changes) });
  },
  /** Changes values with a history entry, and calls the listeners. */
  go(anchor: string, changes: Changes): void {
    const values = withChanges(current.values, changes);
    const changed = differences(values, current.values);
    write({ anchor, values }, 'pushState');
    if (changed.size > 0) for (const listener of listeners) listener(changed);
    goToAnchor();
  },
  /** Calls the listener with the keys that a link, Back, Forward or {@link go} changed; not after {@link set}. */
  onChange(listener: Listener): void {
    listeners.push(listener);
  },
  /** To be called when the page is drawn: scrolls to the section of the link that opened it. */
  arrive(): void {
    if (isByLink) goToAnchor();
  },
};
