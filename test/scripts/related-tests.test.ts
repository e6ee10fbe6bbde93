import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const JEST = join(root, 'node_modules/jest/bin/jest.js');

/** Of `npm run check`, which runs the tests related to changed files. */
test.each([
  ['lambda/core/rows.ts', 'test/lambda/core/export-snapshot.test.ts'],
  ['hub/core/due.ts', 'test/hub/core/due.test.ts'],
  ['lib/config/schema.ts', 'test/lib/config.test.ts'],
  ['local/cli/day.ts', 'test/local/report/command.test.ts'],
  ['schedule/schedule.ts', 'test/lib/schedule.test.ts'],
  ['sql/catalog.ts', 'test/sql/views.test.ts'],
])('when %s has changed, %s is among the tests that jest runs', (file, related) => {
  const { stdout } = spawnSync(process.execPath, [JEST, '--listTests', '--findRelatedTests', file], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout.split('\n')).toContain(join(root, related));
});
