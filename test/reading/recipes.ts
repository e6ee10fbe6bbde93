/** The code blocks of docs/reading.md, to be run verbatim. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = readFileSync(join(import.meta.dirname, '../../docs/reading.md'), 'utf8');

/** Placeholders of the recipes that readers replace. */
export const ROOT = "'/data/history'";
export const BUCKET = 'my-bucket';
export const PLACE = 'account_id=123456789012/region=eu-west-1/export_name=all';

export interface Recipe {
  /** Types and recipe. */
  readonly code: string;
  /** Sources that it can read. Spark reads S3 by a library of 0.7 GB, which the test omits. */
  readonly from: readonly ('directory' | 's3')[];
  /** Whether it reads, of the objects below jobs/, changes/ and details/, those alone that a record names. */
  readonly readsNamedAlone: boolean;
}

const [pandasTypes = ''] = blocksOf('pandas');
const both = { from: ['directory', 's3'], readsNamedAlone: true } as const;

export const RECIPES: Readonly<Record<string, Recipe>> = {
  pandas: { code: blocksOf('pandas').join('\n'), ...both },
  polars: { code: blocksOf('polars').join('\n'), ...both },
  pyarrow: { code: blocksOf('pyarrow').join('\n'), ...both },
  spark: { code: blocksOf('Spark').join('\n'), from: ['directory'], readsNamedAlone: false },
  awswrangler: {
    code: [pandasTypes, ...blocksOf('awswrangler, from S3')].join('\n'),
    from: ['s3'],
    readsNamedAlone: false,
  },
};

/** The query for Athena, and the code that runs it. */
export const ATHENA_SQL = blocksOf('awswrangler, by Athena', 'sql').join('\n');
export const ATHENA = blocksOf('awswrangler, by Athena').join('\n');

/** Rows of the table of inference: an expression without types, and its result. */
export interface Trap {
  readonly library: string;
  readonly expression: string;
  readonly gives: string;
}

export const TRAPS: readonly Trap[] = [
  ...document.matchAll(/^\| (?<library>\w+) \| `(?<expression>[^`]+)` \| `(?<gives>[^`]+)`/gm),
].map(({ groups }) => groups as unknown as Trap);

/** The same code with other texts in the place of some that must be in it. */
export function replaced(code: string, texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`The recipe has no ${from}, which stands for ${to}:\n${code}`);
    return changed.replaceAll(from, to);
  }, code);
}

/** The blocks of code of a section. */
function blocksOf(section: string, language = 'python'): string[] {
  const text = document.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  if (text === undefined) throw new Error(`docs/reading.md has no section "${section}"`);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code ?? '');
}
