import { typeCheck } from '../../lambda/contract/column-types.ts';
import { EXPORT_HEALTH_COLUMNS, type ExportHealthRow } from '../../lambda/contract/health.ts';
import { HEALTH_KEY } from '../../lambda/contract/keys.ts';
import { epochMs } from '../../lambda/core/timestamp.ts';
import { placeId } from './place.ts';

/** A newer version may have written it. */
const faultsOf = typeCheck(EXPORT_HEALTH_COLUMNS, true);

/** What a look knows of the one before. */
export interface State {
  /** By `placeId`. */
  readonly rows: ReadonlyMap<string, ExportHealthRow>;
  /** Epoch milliseconds; `undefined` where it has no row. */
  readonly lookedAt: number | undefined;
}

/** Reads what a look wrote; or says what is wrong with it, as with one that an older version wrote. */
export function parseState(text: string): State | { readonly fault: string } {
  const rows = new Map<string, ExportHealthRow>();
  let lookedAt: number | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      return { fault: `${HEALTH_KEY}, line ${index + 1}, is not JSON` };
    }
    const [fault] = faultsOf(row);
    if (fault !== undefined) return { fault: `${HEALTH_KEY}, line ${index + 1}, ${fault}` };
    const { account_id: accountId, region, export_name: exportName, looked_at } = row as ExportHealthRow;
    rows.set(placeId({ accountId, region, exportName }), row as ExportHealthRow);
    lookedAt = epochMs(looked_at);
  }
  return { rows, lookedAt };
}

/** A line for each row, as the tables read it. */
export function stateText(rows: readonly ExportHealthRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
