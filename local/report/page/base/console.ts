import type { Cell, Combination } from '../../model.ts';
import { h } from './dom.ts';
import { idElement } from './id-element.ts';

const CONSOLES: Readonly<Record<string, (region: string) => string>> = {
  'aws-cn': (region) => `${region}.console.amazonaws.cn`,
  'aws-us-gov': () => 'console.amazonaws-us-gov.com',
};

/** The page of a job in the AWS console of its partition and Region. */
function consoleUrl({ region, partition }: Pick<Combination, 'region' | 'partition'>, jobId: string): string {
  const host = CONSOLES[partition]?.(region) ?? `${region}.console.aws.amazon.com`;
  return `https://${host}/iot/home?region=${encodeURIComponent(region)}#/job/${encodeURIComponent(jobId)}`;
}

/** Returns a function that shows a job as a link to its page in the console. */
export function jobLink(combination: Pick<Combination, 'region' | 'partition'>) {
  return (jobId: Cell) =>
    h(
      'a',
      { href: consoleUrl(combination, String(jobId)), target: '_blank', rel: 'noopener noreferrer' },
      idElement(String(jobId)),
      h('span', { class: 'visually-hidden' }, ' (AWS console, new tab)'),
    );
}
