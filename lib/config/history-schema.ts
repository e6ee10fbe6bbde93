import * as v from 'valibot';
import { exportName, listOf, oneOf, rule, string } from '../../lambda/contract/rules.ts';
import { type CheckedHistoryOptions, DEFAULT_DATABASE_NAME, OBJECT_LOCK_MODES } from './config.ts';
import { databaseNameMistake } from './database-names.ts';
import { regionMistake } from './regions.ts';
import type { QueriedNames } from './targets.ts';
import { account, type EntriesOf, keyArn, number, object, wholeNumber } from './values.ts';

const isDate = (value: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true;

/** The rules of a history's options, with their defaults. */
export const historyEntries: EntriesOf<CheckedHistoryOptions> = {
  historyStart: v.optional(
    v.pipe(
      string('a date such as 2026-01-01'),
      rule((value: string) => {
        if (!isDate(value)) return 'must be a date such as 2026-01-01';
        const future = Date.parse(value) > Date.now();
        return future ? 'must not lie in the future, or no query would see anything until then' : undefined;
      }),
    ),
    '2026-01-01',
  ),
  retiredExports: v.optional(listOf(exportName), []),
  databaseName: v.optional(
    v.pipe(string('the name of a Glue database'), rule(databaseNameMistake)),
    DEFAULT_DATABASE_NAME,
  ),
  expireRowsAfterDays: v.optional(wholeNumber(1, 36_500)),
  objectLock: v.optional(object({ mode: oneOf(OBJECT_LOCK_MODES), days: wholeNumber(1, 36_500) })),
  retiredKeys: v.optional(listOf(keyArn), []),
  analystAccounts: v.optional(listOf(account), []),
  bytesScannedLimit: v.optional(
    number('a whole number of bytes from 10000000 (10 MB)', (value) => Number.isInteger(value) && value >= 10_000_000),
    10_000_000_000,
  ),
};

/** Schema of the options of a history. */
export const historyOptionsSchema: v.GenericSchema<unknown, CheckedHistoryOptions> = object(historyEntries);

/** Schema of the names of exports, accounts and Regions in the properties of a history, which policies and tables contain. */
export const queriedNamesSchema: v.GenericSchema<
  unknown,
  QueriedNames & { readonly 'writers.accountIds': readonly string[] }
> = object({
  exportNames: listOf(exportName),
  accountIds: listOf(account),
  regions: listOf(v.pipe(string('a Region'), rule(regionMistake))),
  'writers.accountIds': listOf(account),
});
