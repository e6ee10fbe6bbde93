/** Id of an organization. Source: AWS Organizations API Reference, Organization. */
export const ORGANIZATION_ID = {
  /** What it looks like. */
  pattern: /^o-[a-z0-9]{10,32}$/,
  /** For messages, after `must be`. */
  mustBe: 'the id of an organization, such as o-a1b2c3d4e5',
} as const;
