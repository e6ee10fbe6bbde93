import type { AlarmState } from './cloudwatch-model.ts';

/** A composite alarm as the template has it, its rule with logical ids in the place of ARNs. */
export interface CompositeProperties {
  readonly AlarmRule: string;
  readonly ActionsSuppressor?: string;
  readonly ActionsSuppressorWaitPeriod?: number;
  readonly ActionsSuppressorExtensionPeriod?: number;
}

/** The text of a property that joins names of other resources. */
export function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as {
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: string[];
  };
  return join ? join[1].map(joined).join(join[0]) : (attribute?.[0] ?? '');
}

/**
 * Whether a rule holds: `ALARM("a") AND NOT (OK("b") OR INSUFFICIENT_DATA("c"))`.
 * Source: CloudWatch API Reference, PutCompositeAlarm, AlarmRule.
 */
function ruleHolds(rule: string, stateOf: (alarm: string) => AlarmState): boolean {
  const tokens = rule.match(/[()]|AND|OR(?!\w)|NOT|(ALARM|OK|INSUFFICIENT_DATA)\("[^"]*"\)/g) ?? [];
  let place = 0;
  const next = () => tokens[place++] ?? '';
  const operand = (): boolean => {
    const token = next();
    if (token === 'NOT') return !operand();
    if (token !== '(') {
      const [, state, alarm = ''] = /^(\w+)\("(.*)"\)$/.exec(token) ?? [];
      return stateOf(alarm) === state;
    }
    const value = expression();
    next();
    return value;
  };
  const expression = (): boolean => {
    let value = operand();
    while (tokens[place] === 'AND' || tokens[place] === 'OR') {
      const isAnd = next() === 'AND';
      const right = operand();
      value = isAnd ? value && right : value || right;
    }
    return value;
  };
  return expression();
}

/**
 * A composite alarm with its notifications: at once, or, with a suppressor, when that has not been on for the wait since the
 * change and for the extension. A state that has changed back by then is not notified.
 * Source: CloudWatch User Guide, "Suppressing composite alarm actions".
 */
export class CompositeModel {
  state: AlarmState = 'INSUFFICIENT_DATA';
  /** Notifications: time and state. */
  readonly transitions: [number, AlarmState][] = [];
  readonly #alarm: CompositeProperties;
  #changedAt = 0;
  #suppressedAt = Number.NEGATIVE_INFINITY;

  constructor(alarm: CompositeProperties) {
    this.#alarm = alarm;
  }

  judge(now: number, stateOf: (alarm: string) => AlarmState): void {
    const { AlarmRule: rule, ActionsSuppressor: suppressor } = this.#alarm;
    const { ActionsSuppressorWaitPeriod: wait = 0, ActionsSuppressorExtensionPeriod: extension = 0 } = this.#alarm;
    const state = ruleHolds(rule, stateOf) ? 'ALARM' : 'OK';
    if (state !== this.state) this.#changedAt = now;
    this.state = state;
    if (suppressor && stateOf(suppressor) === 'ALARM') this.#suppressedAt = now;
    if (now - this.#suppressedAt < extension || now - this.#changedAt < wait) return;
    if (state !== (this.transitions.at(-1)?.[1] ?? 'OK')) this.transitions.push([now, state]);
  }
}
