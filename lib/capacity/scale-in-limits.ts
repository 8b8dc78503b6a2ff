interface SlotBalance {
  /** Tasks of one shape that still go in: SchedulableTasks. */
  readonly excess: number
  /** Tasks of it that wait, and those for which room is to be kept free. */
  readonly shortage: number
  /** What the instances that go hold of it when empty: the tasks on them move, and their free room is lost. */
  readonly removedSlots: number
}

/**
 * Whether an instance less would be asked back at once: excess ≥ shortage + removed slots + 1 says that it would not. The
 * one task more keeps a cluster that stands on the edge from going to and fro. Example: instances of 7 slots, shortage 2:
 * with an excess of 10 one may go, with 9 it would flap.
 */
export const wouldFlap = ({ excess, shortage, removedSlots }: SlotBalance): boolean =>
  excess < shortage + removedSlots + 1

interface GroupCount {
  /** Instances of the group, those that are leaving or not ready included. */
  readonly instances: number
  readonly percent: number
  readonly leaving: number
  /** Launched and not usable yet, or with a silent agent. */
  readonly notReady: number
}

/**
 * How many instances may be taken away now: max(0, ⌈N · percent⌉ − leaving − not ready). Rounded up, so that a small group
 * can shrink at all. Example: 19 at 20 percent: 4; with 2 leaving and 1 not ready: 1.
 */
export const removalBudget = ({ instances, percent, leaving, notReady }: GroupCount): number =>
  Math.max(0, Math.ceil(Number(((instances * percent) / 100).toFixed(6))) - leaving - notReady)
