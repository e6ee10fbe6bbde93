import { sep } from 'node:path';

export type CommandName = 'export' | 'query' | 'report' | 'verify' | 'copy' | 'demo';

/**
 * A command as it is called, for a sentence: `npm run verify` in a clone, `npx iot-jobs-exporter verify` in the package.
 *
 * @param file of this module: TypeScript in a clone, JavaScript in the package
 */
export function commandName(name: CommandName, file: string = import.meta.filename): string {
  if (file.endsWith('.ts')) return name === 'demo' ? 'npm start' : `npm run ${name}`;
  return `${programName(file)} ${name}`;
}

/** The program of the package as it is called, for `--help` without a command. */
export function programName(file: string = import.meta.filename): string {
  // npx runs a package that is not installed from its cache. It finds that package by the package's name alone.
  const isInstalled = !file.split(sep).includes('_npx');
  return `npx ${isInstalled ? 'iot-jobs-exporter' : 'iot-jobs-exporter-cli'}`;
}

/** A command as it is called, before its arguments: npm passes on those after `--`. */
export function commandStart(name: CommandName, file?: string): string {
  const called = commandName(name, file);
  return called.startsWith('npm ') ? `${called} --` : called;
}
