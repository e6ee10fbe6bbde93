import { differences, type Fragment, fragmentText, parseFragment, withChanges } from './fragment.ts';

type Changes = Readonly<Record<string, string | undefined>>;
type Listener = (changed: ReadonlySet<string>) => void;

/** Marks an entry of the browser's history whose address has all values in it. */
const WHOLE = { isWhole: true };

/**
 * What is chosen on the page: theme, export, filters. It is in the fragment of the address, the one part that a page opened from
 * a file may change, so that it survives a reload and goes along with a link. Keys of a section begin with its id: `overdue.q`.
 */
let current: Fragment = parseFragment(location.hash);
/** Whether the page was opened by a link, and not by a reload or by going back. */
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
  // A plain anchor, as of the table of contents, says where to go and nothing else.
  const isAnchorAlone = history.state === null && next.values.size === 0;
  if (history.state === null) write(isAnchorAlone ? { ...next, values } : next, 'replaceState');
  else current = next;
  const changed = differences(values, current.values);
  if (changed.size > 0) for (const listener of listeners) listener(changed);
  if (!isAnchorAlone) goToAnchor();
});

/** Goes to the section that the address names. Charts have their height a frame after they are there. */
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
  /** Whether it has a value of a table: `overdue.q` of `overdue`. */
  hasOf(table: string): boolean {
    return [...current.values.keys()].some((key) => key.startsWith(`${table}.`));
  },
  /** Id of the section that the address names; empty for the top. */
  anchor(): string {
    return current.anchor;
  },
  /** Changes one value, without a step that Back would undo; nothing or an empty text takes it away. */
  set(key: string, value: string | undefined): void {
    const values = withChanges(current.values, { [key]: value });
    if (differences(values, current.values).size > 0) write({ ...current, values }, 'replaceState');
  },
  /** The address of a section with some values changed. */
  href(anchor: string, changes: Changes = {}): string {
    return fragmentText({ anchor, values: withChanges(current.values, changes) });
  },
  /** Changes values as a step that Back undoes, and tells the listeners. */
  go(anchor: string, changes: Changes): void {
    const values = withChanges(current.values, changes);
    const changed = differences(values, current.values);
    write({ anchor, values }, 'pushState');
    if (changed.size > 0) for (const listener of listeners) listener(changed);
    goToAnchor();
  },
  /** Calls back with the keys whose values changed by a link, by Back or Forward, or by {@link go}; not by {@link set}. */
  onChange(listener: Listener): void {
    listeners.push(listener);
  },
  /** To be called when all is drawn: a page that was opened by a link goes where that points. */
  arrive(): void {
    if (isByLink) goToAnchor();
  },
};
