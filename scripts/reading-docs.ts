/** `npm run docs:reading`: updates the types in docs/reading.md from the data contract. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSchemas } from './reading-schemas.ts';

const FILE = join(import.meta.dirname, '../docs/reading.md');

writeFileSync(FILE, withSchemas(readFileSync(FILE, 'utf8')));
