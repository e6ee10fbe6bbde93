/** The name that is most similar to `word`, if one is similar enough to suggest it. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const closest = names
    // The difference in length is a lower bound of the distance, and cheap.
    .filter((name) => Math.abs(name.length - word.length) <= maxDistance(name))
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return closest && closest.distance <= maxDistance(closest.name) ? closest.name : undefined;
}

/** The largest edit distance at which a name is suggested. */
function maxDistance(name: string): number {
  return Math.max(2, name.length / 3);
}

/** Levenshtein distance. */
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
