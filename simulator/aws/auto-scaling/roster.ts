import type { Group } from './group.ts'
import type { Member } from './member.ts'

type ChangeListener = (group: Group, member: Member) => void

export interface Enrolled {
  readonly group: Group
  readonly member: Member
}

/** Which instance belongs to which group, and who wants to hear of its changes. */
export class Roster {
  readonly #groupOf = new Map<string, Group>()
  readonly #listeners: ChangeListener[] = []

  add(group: Group, member: Member): void {
    group.members.set(member.instanceId, member)
    this.#groupOf.set(member.instanceId, group)
  }

  remove(group: Group, member: Member): void {
    group.members.delete(member.instanceId)
    this.#groupOf.delete(member.instanceId)
  }

  /** The group and the instance in it; undefined for an instance of no group, or one that has left. */
  find(instanceId: string): Enrolled | undefined {
    const group = this.#groupOf.get(instanceId)
    const member = group?.members.get(instanceId)
    return group === undefined || member === undefined ? undefined : { group, member }
  }

  /** Called when an instance comes into service or to rest in the pool, begins to leave, is retained, or has left. */
  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener)
  }

  changed(group: Group, member: Member): void {
    for (const listener of this.#listeners) listener(group, member)
  }
}
