import { urlState } from '../base/url-state.ts';
import type { ScaleChoice } from './scales.ts';

/** The chosen scale of a section. Default: a scale per panel, not from zero. */
export function scaleChoiceOf(id: string): ScaleChoice {
  return { isShared: urlState.get(`${id}.scale`) === 'one', isFromZero: urlState.get(`${id}.from`) === 'zero' };
}

export function chooseScale(id: string, { isShared, isFromZero }: ScaleChoice): void {
  urlState.set(`${id}.scale`, isShared ? 'one' : undefined);
  urlState.set(`${id}.from`, isFromZero ? 'zero' : undefined);
}
