import {
  lastWholeDay,
  lastWholeWeek,
  partOfDay,
  partOfWeek,
  type Shown,
} from '../../../local/report/page/charts/periods.ts';

/** From a Friday to the Wednesday of the week after the next. */
const shown: Shown = { from: '2026-11-06', to: '2026-11-18', firstDayFrom: '14:00', lastDayUntil: '12:00' };
const whole: Shown = { ...shown, firstDayFrom: null, lastDayUntil: null };

describe('days and weeks that are known in part', () => {
  it('says from when and until when the first and the last day are known, and nothing of those between', () => {
    expect(partOfDay('2026-11-06', shown)).toBe('from 14:00 UTC');
    expect(partOfDay('2026-11-18', shown)).toBe('until 12:00 UTC');
    expect(partOfDay('2026-11-07', shown)).toBeUndefined();
    expect(partOfDay('2026-11-06', { ...shown, to: '2026-11-06' })).toBe('from 14:00 until 12:00 UTC');
    expect(['2026-11-06', '2026-11-18'].map((day) => partOfDay(day, whole))).toEqual([undefined, undefined]);
  });

  it('takes a week as whole from Monday to Sunday alone', () => {
    expect(partOfWeek('2026-11-02', shown)).toBe('from 2026-11-06 14:00 UTC');
    expect(partOfWeek('2026-11-09', shown)).toBeUndefined();
    expect(partOfWeek('2026-11-16', shown)).toBe('until 2026-11-18 12:00 UTC');
    expect(partOfWeek('2026-11-16', whole)).toBe('until the end of 2026-11-18');
    expect(partOfWeek('2026-11-09', { ...whole, from: '2026-11-09', to: '2026-11-15' })).toBeUndefined();
    expect(partOfWeek('2026-11-09', { ...shown, from: '2026-11-09', to: '2026-11-15' })).toBe(
      'from 2026-11-09 14:00 UTC until 2026-11-15 12:00 UTC',
    );
  });

  it('finds the last whole day, if there is one', () => {
    expect(lastWholeDay(shown)).toBe('2026-11-17');
    expect(lastWholeDay(whole)).toBe('2026-11-18');
    expect(lastWholeDay({ ...shown, from: '2026-11-17' })).toBeUndefined();
    expect(lastWholeDay({ ...shown, from: '2026-11-18' })).toBeUndefined();
    expect(lastWholeDay({ ...shown, from: '2026-11-18', lastDayUntil: null })).toBeUndefined();
  });

  it('finds the last whole week, if there is one', () => {
    expect(lastWholeWeek(shown)).toBe('2026-11-09');
    expect(lastWholeWeek({ ...shown, to: '2026-11-15' })).toBeUndefined();
    expect(lastWholeWeek({ ...shown, to: '2026-11-15', lastDayUntil: null })).toBe('2026-11-09');
    expect(lastWholeWeek({ ...shown, from: '2026-11-09' })).toBeUndefined();
    expect(lastWholeWeek({ ...shown, from: '2026-11-09', firstDayFrom: null })).toBe('2026-11-09');
  });
});
