/** A container instance and its machine. */
interface Registration {
  readonly instanceId: string
  /** Milliseconds since 1970. */
  readonly registeredAt: number
}

/**
 * The container instance that stands for each machine, by instance id. An agent that has lost what it knew, as with a new root
 * volume, registers anew beside its old container instance (aws/amazon-ecs-agent#125): the newest counts.
 */
export const newestByInstanceId = <Known extends Registration>(all: readonly Known[]) =>
  new Map(
    all
      .toSorted((one, other) => one.registeredAt - other.registeredAt)
      .map((registration) => [registration.instanceId, registration]),
  )
