import { h, newId } from '../base/dom.ts';
import type { ScaleChoice } from './scales.ts';

interface ScaleSwitchesProps {
  /** `all groups`: what may have one scale. */
  readonly of: string;
  /** Bars always begin at zero: they have no switch for it. */
  readonly hasZero: boolean;
  readonly chosen: ScaleChoice;
  readonly onChange: (choice: ScaleChoice) => void;
}

/** Switches between a scale of each panel and one for all, and from zero or not. */
export function scaleSwitches({ of, hasZero, chosen, onChange }: ScaleSwitchesProps): HTMLElement[] {
  const shared = h('input', { type: 'checkbox', id: newId() });
  const zero = h('input', { type: 'checkbox', id: newId() });
  shared.checked = chosen.isShared;
  zero.checked = chosen.isFromZero;
  const change = () => onChange({ isShared: shared.checked, isFromZero: zero.checked });
  shared.addEventListener('change', change);
  zero.addEventListener('change', change);
  return [check(shared, `one scale for ${of}`), ...(hasZero ? [check(zero, 'from zero')] : [])];
}

function check(input: HTMLInputElement, text: string): HTMLElement {
  return h('div', { class: 'check' }, input, h('label', { for: input.id }, text));
}
