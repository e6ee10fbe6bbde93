/** A time as it goes on the wire: a number of seconds with milliseconds as its fraction. */
export function seconds(epochMs: number | undefined): number | undefined {
  return epochMs === undefined ? undefined : epochMs / 1000;
}
