import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** The name that a document gives to the database of another stack. */
const OTHER_DATABASE = 'fleet_jobs.';

/** Every statement in the documents' blocks of SQL, without a semicolon. */
export function sqlOfDocs(): { readonly file: string; readonly sql: string }[] {
  return ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })].sort().flatMap((file) => {
    const blocks = readFileSync(join(ROOT, file), 'utf8').matchAll(/^ *```sql\n(?<sql>.*?)^ *```$/gms);
    return [...blocks].flatMap(({ groups }) =>
      `${groups?.sql}`
        .replaceAll(OTHER_DATABASE, 'iot_jobs.')
        .split(';')
        .map((sql) => sql.trim())
        .filter(Boolean)
        .map((sql) => ({ file, sql })),
    );
  });
}
