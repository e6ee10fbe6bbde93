#!/usr/bin/env node
/** The command line of the package: `iot-jobs-exporter export`, and so on. A command loads no code of the others. */
import './cli/node-20.ts';
import './cli/closed-pipe.ts';
import { Command } from 'commander';
import { VERSION } from '../lambda/version.ts';
import { type CommandName, programName } from './cli/called-as.ts';
import { exitOn } from './cli/exit-on.ts';
import { HELP_FORMAT, helpText } from './cli/help-format.ts';

const COMMANDS: Readonly<Record<CommandName, readonly [description: string, load: () => Promise<unknown>]>> = {
  export: ['take one snapshot of the AWS IoT jobs of an account', () => import('./export.ts')],
  query: ['query a directory of snapshots in SQL', () => import('./query.ts')],
  report: ['write a page that shows a history of snapshots', () => import('./report.ts')],
  verify: ['check that stored snapshots are undamaged', () => import('./verify.ts')],
  copy: ['copy a history of snapshots to another place', () => import('./copy.ts')],
  demo: ['run the exporter on a simulated fleet, without an account', () => import('./start.ts')],
};

const HELP_AFTER = `
Each command has its own --help, with examples and exit codes. Documentation:
https://github.com/iot-jobs-exporter/iot-jobs-exporter#readme`;

const program = new Command(programName())
  .description('A history of AWS IoT jobs: snapshots, and what to do with them.')
  .version(VERSION)
  .helpCommand(false)
  .enablePositionalOptions()
  .configureHelp(HELP_FORMAT)
  .showHelpAfterError('(--help says what there is)')
  .addHelpText('after', helpText(HELP_AFTER))
  .exitOverride();

for (const [name, [description, load]] of Object.entries(COMMANDS)) {
  program
    .command(name)
    .description(description)
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async () => {
      // A command reads its own arguments, as it does where it is started by itself.
      process.argv.splice(2, 1);
      await load();
    });
}

try {
  await program.parseAsync();
} catch (error) {
  exitOn(error);
}
