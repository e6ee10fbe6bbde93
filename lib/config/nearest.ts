/** The name that someone who typed `word` may have meant, if one is close. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const near = names
    // A distance is no less than the difference of the lengths.
    .filter((name) => Math.abs(name.length - word.length) <= mostFor(name))
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= mostFor(near.name) ? near.name : undefined;
}

/** The distance up to which a word may be meant for a name. */
function mostFor(name: string): number {
  return Math.max(2, name.length / 3);
}

/** Levenshtein's: insertions, deletions and replacements that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
