const DAY_MS = 86_400_000;
/** Maximum number of cached days. The jobs of some years have fewer. */
const MAX_DAYS_KEPT = 4096;

const daysKept = new Map<number, string>();
const TWO_DIGITS = digits(60, 2);
const THREE_DIGITS = digits(1000, 3);
/** `00:00` to `23:59`. */
const MINUTES = digits(24, 2).flatMap((hour) => TWO_DIGITS.map((minute) => `${hour}:${minute}`));

/**
 * Formats a time as `2026-11-23 18:00:00.000`, in UTC. Athena, Trino and DuckDB all read this form as a timestamp.
 *
 * It uses arithmetic, tables and a cache of days, because a `Date` for each of a job's three times would take a third of the
 * time of its row.
 *
 * @param epochMs a whole number, in the years 0 to 9999
 */
export function timestamp(epochMs: number): string {
  const day = Math.floor(epochMs / DAY_MS);
  const ms = epochMs - day * DAY_MS;
  const minute = (ms / 60_000) | 0;
  const rest = ms - minute * 60_000;
  const second = (rest / 1000) | 0;
  return `${dayText(day)} ${MINUTES[minute]}:${TWO_DIGITS[second]}.${THREE_DIGITS[rest - second * 1000]}`;
}

export function timestampOrNull(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : timestamp(epochMs);
}

export const TIMESTAMP_LENGTH = 'yyyy-MM-dd HH:mm:ss.SSS'.length;
const midnightsKept = new Map<number, number>();

/** Inverse of {@link timestamp}, epoch milliseconds. NaN for other text, but the separators are not checked. */
export function epochMs(text: string): number {
  if (text.length !== TIMESTAMP_LENGTH) return Number.NaN;
  const time = (number(text, 11, 2) * 60 + number(text, 14, 2)) * 60 + number(text, 17, 2);
  return (
    midnight(number(text, 0, 4) * 10_000 + number(text, 5, 2) * 100 + number(text, 8, 2)) +
    time * 1000 +
    number(text, 20, 3)
  );
}

const [HYPHEN, SPACE, COLON, POINT] = [0x2d, 0x20, 0x3a, 0x2e];

/** As {@link epochMs}, for ASCII bytes at an offset. NaN if they do not have exactly that form, separators included. */
export function epochMsAt(bytes: Uint8Array, at: number): number {
  if (at + TIMESTAMP_LENGTH > bytes.length) return Number.NaN;
  // Separate variables, because an array for each time takes a tenth of the total time.
  const century = twoAt(bytes, at);
  const year = twoAt(bytes, at + 2);
  const month = twoAt(bytes, at + 5);
  const day = twoAt(bytes, at + 8);
  const hour = twoAt(bytes, at + 11);
  const minute = twoAt(bytes, at + 14);
  const second = twoAt(bytes, at + 17);
  const hundredths = twoAt(bytes, at + 20);
  const last = digitAt(bytes, at + 22);
  const isForm =
    (century | year | month | day | hour | minute | second | hundredths | last) >= 0 &&
    bytes[at + 4] === HYPHEN &&
    bytes[at + 7] === HYPHEN &&
    bytes[at + 10] === SPACE &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON &&
    bytes[at + 19] === POINT;
  if (!isForm) return Number.NaN;
  const ms = ((hour * 60 + minute) * 60 + second) * 1000 + hundredths * 10 + last;
  return midnight(century * 1_000_000 + year * 10_000 + month * 100 + day) + ms;
}

/** The number that two digits form; negative if one is not a digit. */
function twoAt(bytes: Uint8Array, at: number): number {
  const tens = digitAt(bytes, at);
  const ones = digitAt(bytes, at + 1);
  return (tens | ones) < 0 ? -1 : tens * 10 + ones;
}

function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] as number) - 48;
  return digit > 9 ? -1 : digit;
}

/** @param day as 20261123 */
function midnight(day: number): number {
  const kept = midnightsKept.get(day);
  if (kept !== undefined) return kept;
  if (Number.isNaN(day)) return day;
  if (midnightsKept.size >= MAX_DAYS_KEPT) midnightsKept.clear();
  // Date.UTC would map the years 0 to 99 to 1900 to 1999.
  const at = new Date(0).setUTCFullYear(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100);
  midnightsKept.set(day, at);
  return at;
}

/** The number that some digits form; NaN if one is not a digit. */
function number(text: string, from: number, length: number): number {
  let value = 0;
  for (let i = from; i < from + length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function dayText(day: number): string {
  const kept = daysKept.get(day);
  if (kept !== undefined) return kept;
  if (daysKept.size >= MAX_DAYS_KEPT) daysKept.clear();
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  daysKept.set(day, text);
  return text;
}

function digits(count: number, width: number): string[] {
  return Array.from({ length: count }, (_, n) => String(n).padStart(width, '0'));
}
