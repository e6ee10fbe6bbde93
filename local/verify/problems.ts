/** Shown problems of one kind per object. */
const MAX_SHOWN = 5;

/** The problems of one object: the first few of each kind, and the number of the others. */
export class Problems {
  readonly #kinds = new Map<string, { readonly shown: string[]; count: number }>();

  add(kind: string, text: string): void {
    const entry = this.#kinds.get(kind) ?? { shown: [], count: 0 };
    this.#kinds.set(kind, entry);
    entry.count += 1;
    if (entry.shown.length < MAX_SHOWN) entry.shown.push(text);
  }

  get all(): string[] {
    return [...this.#kinds.values()].flatMap(({ shown, count }) =>
      count > shown.length ? [...shown, `… and ${count - shown.length} more like this`] : shown,
    );
  }
}
