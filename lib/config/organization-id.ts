/** Id of an organization. Source: AWS Organizations API Reference, Organization. */
export const ORGANIZATION_ID = {
  /** Pattern of the id. */
  pattern: /^o-[a-z0-9]{10,32}$/,
  /** Text for messages, after `must be`. */
  mustBe: 'the id of an organization, such as o-a1b2c3d4e5',
} as const;
