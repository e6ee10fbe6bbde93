/** More of one kind in one object say nothing new. */
const MAX_SHOWN = 5;

/** What is wrong with one object: the first few of each kind, and how many more there are. */
export class Problems {
  readonly #kinds = new Map<string, { readonly shown: string[]; count: number }>();

  add(kind: string, text: string): void {
    const known = this.#kinds.get(kind) ?? { shown: [], count: 0 };
    this.#kinds.set(kind, known);
    known.count += 1;
    if (known.shown.length < MAX_SHOWN) known.shown.push(text);
  }

  get all(): string[] {
    return [...this.#kinds.values()].flatMap(({ shown, count }) =>
      count > shown.length ? [...shown, `… and ${count - shown.length} more like this`] : shown,
    );
  }
}
