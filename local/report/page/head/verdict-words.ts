import type { Combination, Report } from '../../model.ts';
import { numberOf, records } from '../base/answer.ts';
import { count, counted, minute } from '../base/format.ts';
import { type Finding, findingsOf, findingsOfReporting, weekOf } from './findings.ts';
import { ageWords, type FreshnessState, freshnessOf } from './freshness-words.ts';

/** EMPTY: there is no snapshot. NOT_KNOWN: nothing is known to need somebody, and not all that matters is known. */
type VerdictState = 'WELL' | 'NEEDS_SOMEBODY' | 'NOT_KNOWN' | 'EMPTY';

export interface Verdict {
  readonly state: VerdictState;
  readonly freshness: FreshnessState;
  /** How old the newest snapshot is, and whether that is as it should be. */
  readonly headline: string;
  /** All findings in a sentence: whether all is well. */
  readonly summary: string;
  /** What needs somebody, the worst first, then what is not known, then notes. */
  readonly items: readonly Finding[];
}

const ORDER: Readonly<Record<Finding['kind'], number>> = { NEEDS_SOMEBODY: 0, NOT_KNOWN: 1, NOTE: 2 };

/**
 * Whether all is well with an export, in words.
 *
 * @param combination `undefined` where there is no snapshot
 * @param nowMs when it is asked, epoch milliseconds: of a demo by its clock
 */
export function verdictOf(report: Report, combination: Combination | undefined, nowMs: number): Verdict {
  const ofReport = findingsOfReporting(report);
  if (!combination) {
    const headline = `There is no snapshot in ${report.place} yet.`;
    return { state: 'EMPTY', freshness: 'NOT_KNOWN', headline, summary: countWords(ofReport, ''), items: ofReport };
  }
  const items = [...findingsOf(combination), ...ofReport].sort((a, b) => ORDER[a.kind] - ORDER[b.kind]);
  const { state: freshness, headline: ofNewest } = freshnessOf(combination, report.writtenAt, nowMs);
  const headline = ofNewest + clockWords(report);
  const isOfThen = freshness !== 'FRESH';
  const then = isOfThen ? `As of ${minute(combination.newestAt)} UTC ` : '';
  const has = (kind: Finding['kind']) => items.some((item) => item.kind === kind);
  const state =
    has('NEEDS_SOMEBODY') || freshness === 'STALE'
      ? 'NEEDS_SOMEBODY'
      : has('NOT_KNOWN') || freshness === 'NOT_KNOWN'
        ? 'NOT_KNOWN'
        : 'WELL';
  const isWell = !has('NEEDS_SOMEBODY') && !has('NOT_KNOWN');
  const summary = isWell ? wellWords(combination, report, then) : countWords(items, then);
  return { state, freshness, headline, summary, items };
}

/** What a list of exports says of one: the look of a hub is of all of them, and left out. */
export function shortVerdict(
  report: Report,
  combination: Combination,
  nowMs: number,
): Pick<Verdict, 'state' | 'freshness'> & { readonly text: string } {
  const { state, freshness, items } = verdictOf(
    { ...report, reporting: { notKnown: '', isNone: true } },
    combination,
    nowMs,
  );
  const needing = items.filter(({ kind }) => kind === 'NEEDS_SOMEBODY');
  const parts = [
    freshness === 'STALE' && 'stale',
    ...needing.slice(0, 2).map(({ what }) => lowerFirst(what)),
    needing.length > 2 && `${count(needing.length - 2)} more`,
  ].filter(Boolean);
  const words = { WELL: 'all is well', NOT_KNOWN: 'not all is known', NEEDS_SOMEBODY: '', EMPTY: '' };
  return { state, freshness, text: parts.join(', ') || words[state] };
}

/** By which clock, where that is a demo's. */
function clockWords({ clockOffsetMs = 0 }: Report): string {
  if (clockOffsetMs === 0) return '';
  const where = clockOffsetMs > 0 ? 'ahead of' : 'behind';
  return ` This is a demo: all by its own clock, which is ${ageWords(Math.abs(clockOffsetMs))} ${where} that of this computer.`;
}

function countWords(items: readonly Finding[], then: string): string {
  const of = (kind: Finding['kind']) => items.filter((item) => item.kind === kind).length;
  const [needing, unknown] = [of('NEEDS_SOMEBODY'), of('NOT_KNOWN')];
  const past = then !== '';
  const unknownWords = `${counted(unknown, 'thing')} ${past ? (unknown === 1 ? 'was' : 'were') : unknown === 1 ? 'is' : 'are'} not known`;
  if (needing > 0) {
    const need = past ? 'needed' : needing === 1 ? 'needs' : 'need';
    return upperFirst(`${then}${counted(needing, 'thing')} ${need} somebody${unknown > 0 ? `; ${unknownWords}` : ''}.`);
  }
  return unknown > 0
    ? upperFirst(`${then}nothing ${past ? 'was' : 'is'} known to need somebody; ${unknownWords}.`)
    : '';
}

/** All is well, and what that means; never of now where the newest snapshot is not of now. */
function wellWords(combination: Combination, report: Report, then: string): string {
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
