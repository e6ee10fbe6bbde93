import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkConfig } from './check.ts';
import type { CheckedConfig } from './config.ts';
import { UsageError } from './errors.ts';

/**
 * Reads and checks a configuration file: `.ts` or `.mjs` with a default export, or `.json`.
 *
 * @param file absolute path
 * @throws UsageError that names the file, what is wrong with it and how to correct it
 */
export async function loadConfig(file: string): Promise<CheckedConfig> {
  if (!existsSync(file)) {
    throw new UsageError(`There is no configuration file ${file}: name one that exists by -c config=PATH`);
  }
  if ((await stat(file)).isDirectory()) {
    throw new UsageError(`The configuration ${file} is a directory: name a file in it by -c config=PATH`);
  }
  return checkConfig(await read(file), file);
}

async function read(file: string): Promise<unknown> {
  let loaded: unknown;
  try {
    if (extname(file) === '.json') return JSON.parse(await readFile(file, 'utf8'));
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? `${syntaxErrorLocation(error)}${error.message}` : String(error);
    throw new UsageError(`The configuration file ${file} cannot be loaded:\n  ${reason.replaceAll('\n', '\n  ')}`);
  }
  const config = (loaded as { default?: unknown }).default;
  if (config === undefined) {
    throw new UsageError(
      `The configuration file ${file} has no default export: write "export default defineConfig({ … })"`,
    );
  }
  return config;
}

/** File, line and text of a syntax error, which Node puts before the name of the error in its stack. */
function syntaxErrorLocation({ stack = '', name }: Error): string {
  const [location = '', ...others] = stack.split(`\n\n${name}`);
  return others.length > 0 ? `${location}\n\n` : '';
}
