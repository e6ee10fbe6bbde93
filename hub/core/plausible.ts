import type { Expected } from './expected.ts';
import { type ExportPlace, placeId } from './place.ts';

/** Exports of an account that nobody expects: of a target that was taken away, or moved here with its history. */
const MOST_UNEXPECTED = 200;

/**
 * Tells the places of accounts that write far more exports than are expected of them. The tables project each export name in each
 * Region of each account: hundreds of names from one account would make every query of all the others list them in vain.
 */
export function splitByPlausibility(
  places: readonly ExportPlace[],
  { exports }: Expected,
): { readonly plausible: readonly ExportPlace[]; readonly implausible: readonly ExportPlace[] } {
  const unexpected = new Map<string, number>();
  for (const place of places) {
    if (!exports.has(placeId(place))) unexpected.set(place.accountId, (unexpected.get(place.accountId) ?? 0) + 1);
  }
  const isStrange = ({ accountId }: ExportPlace) => (unexpected.get(accountId) ?? 0) > MOST_UNEXPECTED;
  return { plausible: places.filter((place) => !isStrange(place)), implausible: places.filter(isStrange) };
}
