import { typeCheck } from '../../lambda/contract/column-types.ts';
import { EXPORT_HEALTH_COLUMNS, type ExportHealthRow } from '../../lambda/contract/health.ts';
import { HEALTH_KEY } from '../../lambda/contract/keys.ts';
import { epochMs } from '../../lambda/core/timestamp.ts';
import { placeId } from './place.ts';

// Unknown columns are allowed: a newer version may have written the rows.
const faultsOf = typeCheck(EXPORT_HEALTH_COLUMNS, true);

/** The rows of the previous look. */
export interface State {
  /** By `placeId`. */
  readonly rows: ReadonlyMap<string, ExportHealthRow>;
  /** Epoch milliseconds; `undefined` without rows. */
  readonly lookedAt: number | undefined;
}

/** Parses the rows of a look, or returns their fault. Rows of an older version are faulty, too. */
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

/** The rows as JSON lines. */
export function stateText(rows: readonly ExportHealthRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
