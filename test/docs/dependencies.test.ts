import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const record = readFileSync(join(root, 'docs/decisions/0001-dependencies.md'), 'utf8');
const { dependencies, peerDependencies, devDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** Whole names in a text: `aws-cdk` is not in `aws-cdk-lib`. */
const words = new Set(record.match(/@?[\w-]+(\/[\w-]+)?/g));

test.each(Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies }))(
  'the dependency %s has its reason in the decisions',
  (name) => {
    expect(words).toContain(name);
  },
);
