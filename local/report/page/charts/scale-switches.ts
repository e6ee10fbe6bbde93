import { h, newId } from '../base/dom.ts';
import type { ScaleChoice } from './scales.ts';

interface ScaleSwitchesProps {
  /** `all groups`: what the one scale is for. */
  readonly of: string;
  /** Whether there is a switch for zero: bars always begin there. */
  readonly hasZero: boolean;
  readonly chosen: ScaleChoice;
  readonly onChange: (choice: ScaleChoice) => void;
}

/** Switches: one scale for all panels, and from zero. */
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
