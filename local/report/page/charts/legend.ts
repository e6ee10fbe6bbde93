import type { Colours } from '../base/theme.ts';

const [CHARACTER_WIDTH, SWATCH_WIDTH, GAP, ROW_HEIGHT] = [6.8, 20, 12, 20];

/** Height of a legend with these names, in rows as wide as the chart. */
export function legendHeight(names: readonly string[], width: number): number {
  let [rows, used] = [1, 0];
  for (const name of names) {
    const needed = SWATCH_WIDTH + name.length * CHARACTER_WIDTH + GAP;
    if (used > 0 && used + needed > width) {
      rows += 1;
      used = 0;
    }
    used += needed;
  }
  return rows * ROW_HEIGHT;
}

export function legend(colours: Colours) {
  return {
    top: 0,
    left: 0,
    itemWidth: 14,
    itemHeight: 10,
    itemGap: GAP,
    textStyle: { color: colours.text, fontSize: 12 },
    selectedMode: false,
  };
}

const ANGLES = [Math.PI / 4, -Math.PI / 4, 0, Math.PI / 2] as const;

/** A pattern for each name but the first, so that they differ not only by colour. */
export function decal(place: number, { surface }: Pick<Colours, 'surface'>) {
  if (place === 0) return undefined;
  const rotation = ANGLES[(place - 1) % ANGLES.length];
  return {
    symbol: 'rect',
    color: surface,
    dashArrayX: [1, 0],
    dashArrayY: [2, 3 + Math.floor(place / 5) * 2],
    rotation,
  };
}
