import type { Colours } from '../base/theme.ts';

/** Fill of a bar: hollow if its day or week is known in part, so that it is not read as a drop. */
export function barStyle(colour: string, { surface }: Pick<Colours, 'surface'>, isPart: boolean) {
  return isPart ? { color: surface, borderColor: colour, borderWidth: 1.5 } : { color: colour };
}
