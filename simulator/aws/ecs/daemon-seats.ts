import { primaryDeployment, type ContainerInstance, type Service } from './cluster.ts'
import { isSatisfied } from './placement-constraints.ts'

/** Whether a daemon service wants a task there: on each ACTIVE instance that its constraints do not rule out. */
export const isSeat = (service: Service, containerInstance: ContainerInstance): boolean => {
  const { constraints } = primaryDeployment(service).taskDefinition
  return (
    containerInstance.status === 'ACTIVE' &&
    constraints.every((constraint) => isSatisfied(constraint, containerInstance, `service:${service.name}`))
  )
}
