/** `npm run docs:reading`: writes the types of docs/reading.md anew, from the contract. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSchemas } from './reading-schemas.ts';

const FILE = join(import.meta.dirname, '../docs/reading.md');

writeFileSync(FILE, withSchemas(readFileSync(FILE, 'utf8')));
