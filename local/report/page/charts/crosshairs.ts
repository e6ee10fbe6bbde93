/** A chart whose crosshair moves together with those of others that have the same points. */
interface Member {
  /** Shows the point of the others' crosshair; hides it without an index. */
  follow(dataIndex: number | undefined): void;
}

export interface Crosshairs {
  join(member: Member): void;
  /** Called by the member that has the pointer or the keyboard focus. */
  move(by: Member, dataIndex: number | undefined): void;
}

/** Links the crosshairs of several charts. */
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
