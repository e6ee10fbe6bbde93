import type { Expected } from './expected.ts';
import { type ExportPlace, placeId } from './place.ts';

/** Maximum of unexpected exports of an account, such as those of a removed target or of a history that was moved here. */
const MAX_UNEXPECTED = 200;

/**
 * Separates the places of accounts that write far more exports than expected. The tables project each export name in each Region
 * of each account, so hundreds of names from one account would make all queries of the other accounts list them, too.
 */
export function splitByPlausibility(
  places: readonly ExportPlace[],
  { exports }: Expected,
): { readonly plausible: readonly ExportPlace[]; readonly implausible: readonly ExportPlace[] } {
  const unexpected = new Map<string, number>();
  for (const place of places) {
    if (!exports.has(placeId(place))) unexpected.set(place.accountId, (unexpected.get(place.accountId) ?? 0) + 1);
  }
  const isStrange = ({ accountId }: ExportPlace) => (unexpected.get(accountId) ?? 0) > MAX_UNEXPECTED;
  return { plausible: places.filter((place) => !isStrange(place)), implausible: places.filter(isStrange) };
}
