import { Command, InvalidArgumentError } from 'commander';
import { VERSION } from '../../lambda/version.ts';
import { commandStart } from '../cli/called-as.ts';
import { wholeDays } from '../cli/day.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { HELP_FORMAT, helpText } from '../cli/help-format.ts';

/** Options of the command line. */
export interface CopyCommandOptions {
  readonly dryRun?: boolean;
  readonly account?: string;
  readonly rowsExpireAfterDays?: number;
  readonly region?: string;
  readonly profile?: string;
}

/** The command line of `npm run copy`. */
export function copyCommand(): Command {
  return new Command(commandStart('copy'))
    .description('Copies a history of snapshots to another place, under the same keys.')
    .version(VERSION)
    .argument('<from>', 'a directory, or s3://bucket[/prefix]')
    .argument('<to>', 'a directory, or s3://bucket[/prefix]')
    .option('--dry-run', 'read and compare, write nothing')
    .option('--account <id>', 'copy the snapshots of this account alone', accountId)
    .option(
      '--rows-expire-after-days <days>',
      'expireRowsAfterDays of the deployment of <from>: of older rows that are gone, changes, details and record are copied',
      wholeDays,
    )
    .option('--region <region>', "AWS Region of the buckets (default: AWS_REGION, else the profile's)")
    .option('--profile <name>', 'profile of ~/.aws/config to use')
    .showHelpAfterError(`(${commandStart('copy')} --help says what there is)`)
    .configureHelp(HELP_FORMAT)
    .addHelpText('after', helpText(HELP_AFTER))
    .exitOverride();
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('It must be the 12 digits of an account.');
  return text;
}

const HELP_AFTER = `
A snapshot is copied when its rows, changes and details have the sizes and the SHA-256 that its record says, with its bytes
as they are: first the rows, then the changes and the details, last the record. What is damaged or half is named and left out.

Nothing is overwritten. A snapshot that <to> has with the same bytes is passed over. Where <to> has another one of the
same export and scheduled time, that one stays, rows and record, and is named.

Rows that <from> lets expire (expireRowsAfterDays of its deployment) look like lost ones, and so their snapshots are left
out. With --rows-expire-after-days, the changes, details and records of those that are gone and old enough are copied without
rows.

A copy that was interrupted goes on when it is run again. Exporters may write to both places meanwhile; run it again when
they have ended.

The credentials need s3:GetObject and s3:ListBucket for both buckets and s3:PutObject for <to>; with keys of AWS KMS,
kms:Decrypt for both and kms:GenerateDataKey for that of <to>.

Examples:
  $ ${commandStart('copy')} s3://old-bucket s3://iot-jobs-history-111111111111-eu-central-1 --dry-run
  $ ${commandStart('copy')} s3://my-bucket ./history --account 222222222222

Exit codes:
  ${String(EXIT.ok).padEnd(4)}  <to> has every snapshot that was to be copied, as it was there or one of its own
  ${String(EXIT.failed).padEnd(4)}  something was not copied, or a store did not answer
  ${String(EXIT.usage).padEnd(4)}  the command line is wrong
  ${String(EXIT.denied).padEnd(4)}  credentials are missing, or have expired
  ${String(EXIT.storeRefused).padEnd(4)}  a permission is missing, or there is no such bucket or directory
  ${String(EXIT.nothingFound).padEnd(4)}  nothing was copied: no snapshot is in <from>
  ${String(EXIT.interrupted).padEnd(4)}  stopped by Ctrl-C (${EXIT.terminated} by SIGTERM), between two snapshots

Progress goes to stderr, the result to stdout.`;
