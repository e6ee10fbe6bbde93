/** One of several charts that have the same points, and whose crosshairs move together. */
interface Member {
  /** Shows where the others are; nowhere without an index. */
  follow(dataIndex: number | undefined): void;
}

export interface Crosshairs {
  join(member: Member): void;
  /** Called by the member over which the pointer is, or that the keys read. */
  move(by: Member, dataIndex: number | undefined): void;
}

/** Lets the crosshairs of some charts move together. */
export function crosshairs(): Crosshairs {
  const members = new Set<Member>();
  return {
    join(member) {
      members.add(member);
    },
    move(by, dataIndex) {
      for (const member of members) {
        if (member !== by) member.follow(dataIndex);
      }
    },
  };
}
