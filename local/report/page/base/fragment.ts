/** What the fragment of the page's address holds: `#overdue?theme=dark&overdue.q=firmware`. */
export interface Fragment {
  /** Id of the section that is gone to; empty for the top. */
  readonly anchor: string;
  readonly values: ReadonlyMap<string, string>;
}

/** @param text with `#` or without */
export function parseFragment(text: string): Fragment {
  const [anchor = '', query = ''] = splitAt(text.replace(/^#/, ''), '?');
  return { anchor: decoded(anchor), values: new Map(new URLSearchParams(query)) };
}

/** The fragment with its `#`, also where there is nothing in it. */
export function fragmentText({ anchor, values }: Fragment): string {
  const query = new URLSearchParams([...values].filter(([, value]) => value !== '')).toString();
  return `#${encodeURIComponent(anchor)}${query && `?${query}`}`;
}

/** The values with some changed; what becomes `undefined` or empty is gone. */
export function withChanges(
  values: ReadonlyMap<string, string>,
  changes: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(Object.entries({ ...Object.fromEntries(values), ...changes }).filter(isThere));
}

/** Names of the values in which two differ. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...a.keys(), ...b.keys()].filter((key) => a.get(key) !== b.get(key)));
}

function isThere(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined && entry[1] !== '';
}

function splitAt(text: string, separator: string): readonly string[] {
  const place = text.indexOf(separator);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}

/** Whoever edits an address may leave half an escape in it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
