import type { Combination, Report } from '../../model.ts';
import { numberOf, records } from '../base/answer.ts';
import { count, counted, minute } from '../base/format.ts';
import { type Finding, findingsOf, findingsOfReporting, weekOf } from './findings.ts';
import { ageText, type FreshnessState, freshnessOf } from './freshness-text.ts';

/** EMPTY: there is no snapshot. NOT_KNOWN: no finding needs somebody, and something is not known. */
type VerdictState = 'WELL' | 'NEEDS_SOMEBODY' | 'NOT_KNOWN' | 'EMPTY';

export interface Verdict {
  readonly state: VerdictState;
  readonly freshness: FreshnessState;
  /** Age of the newest snapshot, and whether it is fresh. */
  readonly headline: string;
  /** Summary of all findings in a sentence. */
  readonly summary: string;
  /** Sorted: NEEDS_SOMEBODY, NOT_KNOWN, NOTE. */
  readonly items: readonly Finding[];
}

const ORDER: Readonly<Record<Finding['kind'], number>> = { NEEDS_SOMEBODY: 0, NOT_KNOWN: 1, NOTE: 2 };

/**
 * Text: whether all is well with an export.
 *
 * @param combination `undefined` if there is no snapshot
 * @param nowMs present time, epoch milliseconds; in a demo by its own clock
 */
export function verdictOf(report: Report, combination: Combination | undefined, nowMs: number): Verdict {
  const reportingFindings = findingsOfReporting(report);
  if (!combination) {
    const headline = `There is no snapshot in ${report.place} yet.`;
    return {
      state: 'EMPTY',
      freshness: 'NOT_KNOWN',
      headline,
      summary: countText(reportingFindings, ''),
      items: reportingFindings,
    };
  }
  const items = [...findingsOf(combination, report.commands), ...reportingFindings].sort(
    (a, b) => ORDER[a.kind] - ORDER[b.kind],
  );
  const { state: freshness, headline: newestText } = freshnessOf(combination, report.writtenAt, nowMs);
  const headline = newestText + clockText(report);
  const isAsOfNewest = freshness !== 'FRESH';
  const then = isAsOfNewest ? `As of ${minute(combination.newestAt)} UTC ` : '';
  const has = (kind: Finding['kind']) => items.some((item) => item.kind === kind);
  const state =
    has('NEEDS_SOMEBODY') || freshness === 'STALE'
      ? 'NEEDS_SOMEBODY'
      : has('NOT_KNOWN') || freshness === 'NOT_KNOWN'
        ? 'NOT_KNOWN'
        : 'WELL';
  const isWell = !has('NEEDS_SOMEBODY') && !has('NOT_KNOWN');
  const summary = isWell ? wellText(combination, report, then) : countText(items, then);
  return { state, freshness, headline, summary, items };
}

/** Verdict of one export in a list of exports, without the hub's check, which is about all of them. */
export function shortVerdict(
  report: Report,
  combination: Combination,
  nowMs: number,
): Pick<Verdict, 'state' | 'freshness'> & { readonly text: string } {
  const { state, freshness, items } = verdictOf(
    { ...report, reporting: { notKnown: '', isNormal: true } },
    combination,
    nowMs,
  );
  const needing = items.filter(({ kind }) => kind === 'NEEDS_SOMEBODY');
  const parts = [
    freshness === 'STALE' && 'stale',
    ...needing.slice(0, 2).map(({ what }) => lowerFirst(what)),
    needing.length > 2 && `${count(needing.length - 2)} more`,
  ].filter(Boolean);
  const texts = { WELL: 'all is well', NOT_KNOWN: 'not all is known', NEEDS_SOMEBODY: '', EMPTY: '' };
  return { state, freshness, text: parts.join(', ') || texts[state] };
}

/** Text about the clock of a demo; empty for other histories. */
function clockText({ clockOffsetMs = 0 }: Report): string {
  if (clockOffsetMs === 0) return '';
  const where = clockOffsetMs > 0 ? 'ahead of' : 'behind';
  return ` This is a demo: all by its own clock, which is ${ageText(Math.abs(clockOffsetMs))} ${where} that of this computer.`;
}

function countText(items: readonly Finding[], then: string): string {
  const of = (kind: Finding['kind']) => items.filter((item) => item.kind === kind).length;
  const [needing, unknown] = [of('NEEDS_SOMEBODY'), of('NOT_KNOWN')];
  const past = then !== '';
  const unknownText = `${counted(unknown, 'thing')} ${past ? (unknown === 1 ? 'was' : 'were') : unknown === 1 ? 'is' : 'are'} not known`;
  if (needing > 0) {
    const need = past ? 'needed' : needing === 1 ? 'needs' : 'need';
    return upperFirst(`${then}${counted(needing, 'thing')} ${need} somebody${unknown > 0 ? `; ${unknownText}` : ''}.`);
  }
  return unknown > 0 ? upperFirst(`${then}nothing ${past ? 'was' : 'is'} known to need somebody; ${unknownText}.`) : '';
}

/** Text: all is well, with the facts; in the past tense if the newest snapshot is not fresh. */
function wellText(combination: Combination, report: Report, then: string): string {
  const { inProgress, rollouts, groups, to } = combination;
  const jobs = numberOf(records(inProgress.answer)[0], 'jobs');
  const { expected, days } = weekOf(combination, to);
  const facts = [
    jobs === 0 ? 'no job in progress' : `${counted(jobs, 'job')} in progress, none overdue`,
    rollouts && 'no rollout fails or stalls',
    groups &&
      (groups.answer.rows.length === 1
        ? 'the thing group exists'
        : `all ${count(groups.answer.rows.length)} thing groups exist`),
    expected !== null &&
      `${expected === 1 ? 'the one snapshot' : `all ${count(expected)} snapshots`} of the last ${days === 1 ? 'day' : counted(days, 'day')} came`,
    'notKnown' in report.reporting ? '' : 'no export silent',
  ].filter(Boolean);
  return `${then === '' ? 'All is well' : `${then}all was well`}: ${facts.join('; ')}.`;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
