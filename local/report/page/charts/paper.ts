/**
 * Widths, in pixels, that charts are drawn for on paper, whatever the width of the window: the printout is the same from
 * a phone. Their SVG then scales to the paper that there is.
 */
export const PAPER_WIDTH = 700;
/** Of a panel: on paper there are two beside one another. */
export const PAPER_PANEL_WIDTH = 340;
