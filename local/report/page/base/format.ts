const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function count(value: number): string {
  return number.format(value);
}

/** One decimal; of what is below one two, and of what is less still that, so that little is not none. */
export function rough(value: number): string {
  if (value > 0 && value < 0.005) return '< 0.01';
  return number.format(Math.abs(value) < 1 ? value : Math.round(value * 10) / 10);
}

/** `1,200`, `1.2M`: for axes, which have little room. */
export function shortCount(value: number): string {
  return (Math.abs(value) < 100_000 ? number : compact).format(value);
}

/** `1 job`, `1,234 jobs`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `12 min`, `3.5 h`, `4.2 d` of hours. */
export function duration(hours: number): string {
  if (hours < 1) return `${count(Math.round(hours * 60))} min`;
  return hours < 72 ? `${count(Math.round(hours * 10) / 10)} h` : `${count(Math.round(hours / 2.4) / 10)} d`;
}

/** `2026-11-23 18:00` of a time with seconds. */
export function minute(time: string): string {
  return time.slice(0, 16);
}

/** The same for running text, which must not break within it. */
export function unbroken(time: string): string {
  return time.slice(0, 16).replaceAll('-', '\u2011').replace(' ', '\u00a0');
}

export function epochMs(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}

/** Text of more than so many characters without its middle: ids of one kind differ at their ends. */
export function withoutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - end)}…${text.slice(-end)}`;
}

/** Every day from one to another, both included, `yyyy-MM-dd`. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

const STATUS_ORDER = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];

/** In the order of a job's life; what AWS adds comes after. */
export function byLife(a: string, b: string): number {
  const place = (status: string) => {
    const index = STATUS_ORDER.indexOf(status);
    return index < 0 ? STATUS_ORDER.length : index;
  };
  return place(a) - place(b) || (a < b ? -1 : 1);
}

/** `in progress` of `IN_PROGRESS`. */
export function words(name: string): string {
  return name.toLowerCase().replaceAll('_', ' ');
}
