/** The sections in the order of the page. The table of contents has the same words. */
export const SECTION_TITLES = {
  rollouts: 'Rollouts',
  overdue: 'Overdue',
  counts: 'Counts',
  moved: 'Moved',
  durations: 'Durations',
  vanished: 'Vanished',
  snapshots: 'Snapshots',
  flows: 'Flows',
  purged: 'May be purged',
  reporting: 'Exports',
} as const;

export type SectionId = keyof typeof SECTION_TITLES;
