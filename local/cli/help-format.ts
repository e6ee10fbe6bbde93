import type { AddHelpTextContext, HelpConfiguration } from 'commander';
import { Help } from 'commander';
import { wrapText } from './wrap.ts';

/** Columns without a terminal, as commander has it. */
const DEFAULT_WIDTH = 80;
/** Fewer columns than this beside an option are too few for its description: it goes below. */
const MIN_DESCRIPTION = 24;

/** Has commander wrap at every width: by itself it does not where there is little room. */
export const HELP_FORMAT: HelpConfiguration = {
  minWidthToWrap: 1,
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? DEFAULT_WIDTH;
    const isNarrow = width - termWidth - 4 < MIN_DESCRIPTION;
    if (!isNarrow || !description) return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
    const below = helper.boxWrap(description, width - 6).replaceAll(/^/gm, '      ');
    return `  ${term}\n${below}`;
  },
};

/** A text for `addHelpText`, wrapped at the width that the rest of the help has. */
export function helpText(text: string) {
  return ({ error, command }: AddHelpTextContext): string => {
    const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput();
    return wrapText(text, (error ? getErrHelpWidth : getOutHelpWidth)?.() ?? DEFAULT_WIDTH);
  };
}
