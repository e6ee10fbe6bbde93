import type { Commands } from '../../model.ts';

export interface Step {
  readonly text: string;
  /** To be copied into a shell. */
  readonly command?: string;
}

/** Next steps for a history without snapshots. */
export function nextSteps(
  place: string,
  { export: take, demo, report }: Pick<Commands, 'export' | 'demo' | 'report'>,
): readonly Step[] {
  const out = quoted(place);
  if (!place.startsWith('s3://')) {
    return [
      { text: 'Take a snapshot of the account that the AWS CLI would use:', command: `${take} --out ${out}` },
      { text: 'Or have a simulated fleet, without an account:', command: `${demo} --out ${out}` },
      { text: 'Then write this page anew:', command: `${report} ${out} --open` },
    ];
  }
  const records = quoted(`${place.replace(/\/+$/, '')}/snapshots/`);
  return [
    {
      text: 'Each snapshot has its record below snapshots/. If the records are elsewhere, the bucket or the prefix is another one:',
      command: `aws s3 ls --recursive ${records}`,
    },
    {
      text: 'If there is none at all, look whether a scheduled time has come since the stack was deployed, and into the log group of the export function, which says why a run failed.',
    },
    { text: 'Or take a snapshot by hand:', command: `${take} --out ${out}` },
    { text: 'Then write this page anew:', command: `${report} ${out} --open` },
  ];
}

/** Quotes a text for a shell. */
function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
