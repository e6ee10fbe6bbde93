/**
 * Width in pixels of charts for printing, independent of the window, so that the printout from a phone is the same. The SVG
 * scales to the paper.
 */
export const PAPER_WIDTH = 700;
/** Width of a panel: on paper there are two side by side. */
export const PAPER_PANEL_WIDTH = 340;
