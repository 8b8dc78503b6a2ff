export interface DeploymentBounds {
  readonly desired: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
}

/**
 * How few healthy tasks and how many tasks altogether a replica service may have while tasks are replaced. The least
 * rounds up and the most rounds down, so bounds other than 100/100 can forbid every move too ("Amazon ECS service
 * definition parameters").
 */
export const taskLimits = ({
  desired,
  minimumHealthyPercent,
  maximumPercent,
}: DeploymentBounds): { readonly leastHealthy: number; readonly mostTasks: number } => ({
  leastHealthy: Math.ceil((desired * minimumHealthyPercent) / 100),
  mostTasks: Math.floor((desired * maximumPercent) / 100),
})
