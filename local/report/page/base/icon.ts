import { svg } from './dom.ts';

/** Icons differ by shape as well as by colour. Each needs a text beside it: icons are hidden from screen readers. */
export type Icon = 'good' | 'bad' | 'unknown' | 'note';

const CIRCLE = 'M8 1.2a6.8 6.8 0 1 1 0 13.6a6.8 6.8 0 1 1 0-13.6Z';
const PATHS: Readonly<Record<Icon, { readonly shape: string; readonly mark: string }>> = {
  good: { shape: CIRCLE, mark: 'M4.8 8.3l2.2 2.2 4.2-4.6' },
  bad: { shape: 'M8 1.6L15.2 14.2H0.8Z', mark: 'M8 6v4M8 12v.1' },
  unknown: { shape: CIRCLE, mark: 'M5.9 6.3a2.1 2.1 0 1 1 3.2 1.8c-.8.5-1.1.8-1.1 1.6M8 11.9v.1' },
  note: { shape: CIRCLE, mark: 'M8 7.3v4M8 4.6v.1' },
};

export function icon(name: Icon): SVGElement {
  const { shape, mark } = PATHS[name];
  return svg(
    'svg',
    { class: `icon icon-${name}`, viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    svg('path', { class: 'icon-shape', d: shape }),
    svg('path', { class: 'icon-mark', d: mark }),
  );
}
