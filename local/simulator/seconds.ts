/** A time in wire format: seconds, with milliseconds as fraction. */
export function seconds(epochMs: number | undefined): number | undefined {
  return epochMs === undefined ? undefined : epochMs / 1000;
}
