/** The fragment of the page's URL: `#overdue?theme=dark&overdue.q=firmware`. */
export interface Fragment {
  /** Id of a section; empty for the top. */
  readonly anchor: string;
  readonly values: ReadonlyMap<string, string>;
}

/** @param text with or without `#` */
export function parseFragment(text: string): Fragment {
  const [anchor = '', query = ''] = splitAt(text.replace(/^#/, ''), '?');
  return { anchor: decoded(anchor), values: new Map(new URLSearchParams(query)) };
}

/** The fragment with `#`, also if it is empty. */
export function fragmentText({ anchor, values }: Fragment): string {
  const query = new URLSearchParams([...values].filter(([, value]) => value !== '')).toString();
  return `#${encodeURIComponent(anchor)}${query && `?${query}`}`;
}

/** The values with changes applied; `undefined` or an empty text removes a value. */
export function withChanges(
  values: ReadonlyMap<string, string>,
  changes: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(Object.entries({ ...Object.fromEntries(values), ...changes }).filter(isThere));
}

/** Keys whose values differ. */
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

/** A URL that was edited by hand may have an incomplete escape. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
