import { urlState } from './url-state.ts';

/** Colours of the style sheet, light or dark. */
export interface Colours {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  /** Colour of a status, move or reason; {@link accent} if it has none. */
  of(name: string): string;
}

const listeners = new Set<() => void>();

/** Calls the listener when colours may have changed: another theme, or printing. */
export function onThemeChange(listener: () => void): void {
  listeners.add(listener);
}

/** Called before the page is redrawn. */
export function removeThemeListeners(): void {
  listeners.clear();
}

const THEMES = ['system', 'light', 'dark'] as const;

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
let chosen = themeNamed(urlState.get('theme'));
/** Print uses light colours. Charts read their colours before the print style sheet applies, so the theme changes first. */
let isPrinting = false;

function themeNamed(name: string | undefined): (typeof THEMES)[number] {
  return THEMES.find((theme) => theme === name) ?? 'system';
}

function applyTheme(): void {
  const isDark = chosen === 'system' ? systemIsDark.matches : chosen === 'dark';
  document.documentElement.dataset.theme = isDark && !isPrinting ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

function setPrinting(value: boolean): void {
  isPrinting = value;
  applyTheme();
}

/** Whether the page is being printed; a change calls the theme listeners, too. */
export function isForPrint(): boolean {
  return isPrinting;
}

systemIsDark.addEventListener('change', applyTheme);
addEventListener('beforeprint', () => setPrinting(true));
addEventListener('afterprint', () => setPrinting(false));
applyTheme();

export function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const accent = colour('accent');
  return {
    text: colour('text'),
    muted: colour('muted'),
    line: colour('line'),
    surface: colour('surface'),
    accent,
    of: (name) => colour(`c-${name.toLowerCase().replaceAll('_', '-')}`) || accent,
  };
}

/** A choice of light, dark or the system's theme. */
export function themeChoice(): HTMLElement {
  const select = document.createElement('select');
  select.id = 'theme';
  for (const theme of THEMES) select.add(new Option(`${theme} colours`, theme, false, theme === chosen));
  select.addEventListener('change', () => {
    chosen = themeNamed(select.value);
    urlState.set('theme', chosen === 'system' ? undefined : chosen);
    applyTheme();
  });
  urlState.onChange((changed) => {
    if (!changed.has('theme')) return;
    chosen = themeNamed(urlState.get('theme'));
    select.value = chosen;
    applyTheme();
  });
  const label = document.createElement('label');
  label.htmlFor = 'theme';
  label.className = 'visually-hidden';
  label.textContent = 'Colours';
  const span = document.createElement('span');
  span.append(label, select);
  return span;
}
