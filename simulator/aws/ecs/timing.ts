import type { Random } from '../../engine/random.ts'

/** From a change in the cluster to the scheduler's look at it. Changes within that time share one look. */
export const SCHEDULER_REACTION_MS = 2_000

/** The scheduler looks this often even when nothing happens: for steady-state messages and repeated complaints. */
export const SCHEDULER_SLOW_PASS_MS = 60_000

/** Stopped tasks can be listed for at least an hour (API reference, ListTasks); the model keeps them exactly that. */
export const STOPPED_TASK_RETENTION_MS = 3_600_000

/** A deregistered container instance can be described for an hour ("Amazon ECS Linux container agent", Lifecycle). */
export const INACTIVE_INSTANCE_RETENTION_MS = 3_600_000

/** From a machine's shutting-down to the deregistration of its container instance. Not documented: some seconds. */
export const DEREGISTRATION_AFTER_TERMINATION_MS = 10_000

/** How often an agent asks whether its machine still only warms up (amazon-ecs-agent, `asgLifecyclePollWait`). */
export const WARM_POOL_CHECK_MS = 60_000

/** ECS notices a dead agent "within a few minutes" ("Amazon ECS Linux container agent", Lifecycle). */
export const AGENT_LOSS_NOTICED_MS = 120_000

/** A service that stays steady says so about every six hours. The interval is not documented. */
export const STEADY_STATE_REPEAT_MS = 21_600_000

/**
 * A service does not repeat itself until the cause is gone or this has passed ("Viewing Amazon ECS service event
 * messages").
 */
export const COMPLAINT_REPEAT_MS = 21_600_000

/**
 * After so many tries in a row in which no task came to RUNNING the scheduler begins to wait between tries, longer each
 * time ("Amazon ECS service throttle logic"). Neither the number nor the steps are documented.
 */
export const FAILED_TRIES_BEFORE_THROTTLING = 3
export const FIRST_START_RETRY_MS = 60_000

/** From an event of another service to ECS's own answer to it, such as DRAINING. Not documented: seconds. */
export const OWN_REACTION_LEAST_MS = 500
export const OWN_REACTION_MOST_MS = 3_000

/** The agent's ECS_CONTAINER_STOP_TIMEOUT when the container sets no stopTimeout. */
export const DEFAULT_STOP_TIMEOUT_SECONDS = 30

/** What exists when virtual time begins has existed this long. */
export const SETTLED_AGE_MS = 3_600_000

/** One step inside ECS's control plane or one report of the agent. */
const HOP_LEAST_MS = 200
const HOP_MOST_MS = 1_200

export const hopMs = (random: Random): number => random.integer(HOP_LEAST_MS, HOP_MOST_MS)
