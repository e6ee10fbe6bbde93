import type { Colours } from '../base/theme.ts';

/** How a bar is filled: hollow where its day or week is known in part, which is so no fall. */
export function barStyle(colour: string, { surface }: Pick<Colours, 'surface'>, isPart: boolean) {
  return isPart ? { color: surface, borderColor: colour, borderWidth: 1.5 } : { color: colour };
}
