/** `npm run docs:queries`: writes docs/queries.md, with every view and saved query and its result on a fixed history. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queriesDocument } from '../local/history/cookbook.ts';
import { LATE, NEVER, REPORTING, writeHealth } from '../test/support/health-rows.ts';
import { writeMovingHistory } from '../test/support/simulated-history.ts';

const FILE = join(import.meta.dirname, '../docs/queries.md');
const WHERE = { accountId: '123456789012', region: 'eu-west-1' };

const directory = mkdtempSync(join(tmpdir(), 'cookbook-'));
try {
  await writeMovingHistory({ directory, from: Date.parse('2026-11-22T10:00:00Z'), hours: 30, places: [WHERE] });
  writeHealth(directory, [{ ...REPORTING, account_id: WHERE.accountId }, LATE, NEVER]);
  const measured = readFileSync(join(import.meta.dirname, '../docs/queries-measured.md'), 'utf8');
  const text = await queriesDocument(directory, measured);
  if (process.argv.includes('--check')) {
    if (readFileSync(FILE, 'utf8') !== text) {
      console.error('docs/queries.md is not what sql/ says: run "npm run docs:queries"');
      process.exitCode = 1;
    }
  } else writeFileSync(FILE, text);
} finally {
  rmSync(directory, { recursive: true });
}
