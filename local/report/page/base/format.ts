const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function count(value: number): string {
  return number.format(value);
}

/** One decimal; two decimals below 1; `< 0.01` for less than 0.005, so that it does not look like 0. */
export function rough(value: number): string {
  if (value > 0 && value < 0.005) return '< 0.01';
  return number.format(Math.abs(value) < 1 ? value : Math.round(value * 10) / 10);
}

/** `1,200`, `1.2M`: for axes. */
export function shortCount(value: number): string {
  return (Math.abs(value) < 100_000 ? number : compact).format(value);
}

/** `1 job`, `1,234 jobs`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `12 min`, `3.5 h`, `4.2 d`, from hours. */
export function duration(hours: number): string {
  if (hours < 1) return `${count(Math.round(hours * 60))} min`;
  return hours < 72 ? `${count(Math.round(hours * 10) / 10)} h` : `${count(Math.round(hours / 2.4) / 10)} d`;
}

/** `2026-11-23 18:00`, from a time with seconds. */
export function minute(time: string): string {
  return time.slice(0, 16);
}

/** As {@link minute}, with characters at which lines do not break. */
export function unbroken(time: string): string {
  return time.slice(0, 16).replaceAll('-', '\u2011').replace(' ', '\u00a0');
}

export function epochMs(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}

/** Shortens a text in the middle: similar ids differ at their ends. */
export function withoutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - end)}…${text.slice(-end)}`;
}

/** All days `yyyy-MM-dd` of a range, both ends included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

const STATUS_ORDER = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];

/** Compares statuses in the order of a job's life; unknown ones last. */
export function byLifecycle(a: string, b: string): number {
  const place = (status: string) => {
    const index = STATUS_ORDER.indexOf(status);
    return index < 0 ? STATUS_ORDER.length : index;
  };
  return place(a) - place(b) || (a < b ? -1 : 1);
}

/** `in progress` for `IN_PROGRESS`. */
export function toWords(name: string): string {
  return name.toLowerCase().replaceAll('_', ' ');
}
