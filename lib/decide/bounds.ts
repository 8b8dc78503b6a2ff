/** A service's own limits on how its tasks may be replaced while an instance drains. */
export interface DeploymentBounds {
  readonly desiredCount: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
}

interface DeploymentRoom {
  /** Healthy tasks that must stay: the minimum rounds UP. */
  readonly least: number
  /** Tasks that there may be, RUNNING, PENDING and STOPPING together: the maximum rounds DOWN. */
  readonly most: number
  /** Tasks that may be stopped before their replacement starts. */
  readonly stopFirst: number
  /** Replacements that may start before anything is stopped. */
  readonly startFirst: number
}

/**
 * The room that the deployment bounds leave. ECS moves the tasks of a draining instance within them ("Draining Amazon
 * ECS container instances", "Service definition parameters").
 */
export const roomWithin = ({
  desiredCount,
  minimumHealthyPercent,
  maximumPercent,
}: DeploymentBounds): DeploymentRoom => {
  const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100)
  const most = Math.floor((desiredCount * maximumPercent) / 100)
  return {
    least,
    most,
    stopFirst: Math.max(0, desiredCount - least),
    startFirst: Math.max(0, most - desiredCount),
  }
}

/** No task can ever be stopped first nor started first: such a drain never ends by itself. */
export const isDeadlock = (bounds: DeploymentBounds): boolean => {
  const { stopFirst, startFirst } = roomWithin(bounds)
  return bounds.desiredCount > 0 && stopFirst === 0 && startFirst === 0
}

/** Draining stops every task of the service before a replacement may start: an outage, and allowed by its bounds. */
export const isOutage = (bounds: DeploymentBounds): boolean => {
  const { least, startFirst } = roomWithin(bounds)
  return bounds.desiredCount > 0 && least === 0 && startFirst === 0
}
