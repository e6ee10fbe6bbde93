import { urlState } from './url-state.ts';

/** Colours that the style sheet gives, light or dark. */
export interface Colours {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  /** By status, move or reason; what has no colour of its own gets {@link accent}. */
  of(name: string): string;
}

const listeners = new Set<() => void>();

/** Calls back whenever colours may have changed: another theme, or paper. */
export function onThemeChange(listener: () => void): void {
  listeners.add(listener);
}

/** Forgets all: the page is drawn anew. */
export function forgetThemeListeners(): void {
  listeners.clear();
}

const THEMES = ['system', 'light', 'dark'] as const;

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
let chosen = themeNamed(urlState.get('theme'));
/** Paper is light. What is drawn takes its colours before the style sheet for print holds, so the theme changes first. */
let isForPaper = false;

function themeNamed(name: string | undefined): (typeof THEMES)[number] {
  return THEMES.find((theme) => theme === name) ?? 'system';
}

function applyTheme(): void {
  const isDark = chosen === 'system' ? systemIsDark.matches : chosen === 'dark';
  document.documentElement.dataset.theme = isDark && !isForPaper ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

function setForPaper(value: boolean): void {
  isForPaper = value;
  applyTheme();
}

/** Whether what is drawn now is for paper; those who draw are called back when that changes too. */
export function isOnPaper(): boolean {
  return isForPaper;
}

systemIsDark.addEventListener('change', applyTheme);
addEventListener('beforeprint', () => setForPaper(true));
addEventListener('afterprint', () => setForPaper(false));
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

/** A choice of light, dark or what the system says. */
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
