import type { Section } from '../../model.ts';
import { records } from '../base/answer.ts';
import { count, counted } from '../base/format.ts';

/** `3 groups, 1 missing`: existing groups are counted without missing ones. */
export function groupsText({ answer }: Pick<Section, 'answer'>): string {
  const rows = records(answer);
  const of = (missing: boolean | null) => rows.filter((row) => row.missing === missing).length;
  const [existing, missing, unsure] = [of(false), of(true), of(null)];
  return [
    counted(existing, 'group'),
    missing > 0 && `${count(missing)} missing`,
    unsure > 0 && `of ${count(unsure)} it is not known whether ${unsure === 1 ? 'it exists' : 'they exist'}`,
  ]
    .filter(Boolean)
    .join(', ');
}
