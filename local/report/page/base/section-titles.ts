/** Titles of the sections, in the order of the page; also used by the table of contents. */
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
