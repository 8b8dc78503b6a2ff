import { isDeadlock, isOutage, roomWithin } from '../bounds.ts'
import { GLOBAL_CAP_MARGIN_SECONDS } from '../deadline.ts'
import { NOTICE_SECONDS } from '../drain-context.ts'
import { STOP_MARGIN_SECONDS } from '../stop-tasks.ts'
import type { Check } from './finding.ts'
import type { InspectedService, Inspection } from './inspection.ts'

export const serviceDeadlock: Check = ({ cluster, services }) =>
  replicas(services)
    .filter(isDeadlock)
    .map((service) => ({
      code: 'service-deadlock',
      subject: `service ${service.name}`,
      found: `${arithmetic(service)} None may be stopped first, and none may be started first.`,
      fix: `aws ecs update-service --cluster ${cluster} --service ${service.name} --deployment-configuration minimumHealthyPercent=100,maximumPercent=200`,
    }))

export const serviceOutage: Check = ({ cluster, services }) =>
  replicas(services)
    .filter(isOutage)
    .map((service) => ({
      code: 'service-outage',
      subject: `service ${service.name}`,
      found: `${arithmetic(service)} All may be stopped first, and none may be started first.`,
      fix: `none if it is meant; else aws ecs update-service --cluster ${cluster} --service ${service.name} --deployment-configuration minimumHealthyPercent=100,maximumPercent=200`,
    }))

/** Daemons are never moved: each leaves with its instance. */
const replicas = (services: readonly InspectedService[]): readonly InspectedService[] =>
  services.filter(({ isDaemon }) => !isDaemon)

const arithmetic = (service: InspectedService): string => {
  const { desiredCount, minimumHealthyPercent, maximumPercent } = service
  const { least, most } = roomWithin(service)
  return (
    `Of ${desiredCount} desired tasks, at least ${desiredCount} × ${minimumHealthyPercent} % = ${least} (rounded up) must stay ` +
    `and at most ${desiredCount} × ${maximumPercent} % = ${most} (rounded down) may be.`
  )
}

/** Which group a service runs on is for ECS to choose, so the shortest drain counts. */
export const stopLongerThanDrain: Check = (inspection) => {
  const drainSeconds = shortestDrainSeconds(inspection)
  return inspection.services
    .filter((service) => stopSeconds(service) + STOP_MARGIN_SECONDS > drainSeconds)
    .map((service) => ({
      code: 'stop-longer-than-drain',
      subject: `service ${service.name}`,
      found: `${stopArithmetic(service)}, with ${STOP_MARGIN_SECONDS} s to spare that is more than the shortest drain of ${drainSeconds} s.`,
      fix: `deploy again with --param drainTimeout=${stopSeconds(service) + STOP_MARGIN_SECONDS} or more, or ${shorten}`,
    }))
}

const shortestDrainSeconds = ({ groups, expected }: Inspection): number =>
  Math.min(
    ...groups.map(({ drainTimeoutSeconds, hooks }) => {
      const hook = hooks.find(({ name }) => name === expected.hookName)
      return Math.min(
        drainTimeoutSeconds,
        (hook?.globalTimeoutSeconds ?? Infinity) - GLOBAL_CAP_MARGIN_SECONDS,
      )
    }),
  )

export const stopLongerThanSpotNotice: Check = ({ groups, services }) => {
  const spotGroups = groups.filter(({ instances }) => instances.some(({ isSpot }) => isSpot))
  if (spotGroups.length === 0) return []
  const names = spotGroups.map(({ name }) => name).join(', ')
  return services
    .filter((service) => stopSeconds(service) > NOTICE_SECONDS)
    .map((service) => ({
      code: 'stop-longer-than-spot-notice',
      subject: `service ${service.name}`,
      found: `${stopArithmetic(service)}, and ${names} has Spot instances, which get ${NOTICE_SECONDS} s.`,
      fix: `${shorten}, or keep the service off Spot instances`,
    }))
}

const shorten =
  'shorten the delay: aws elbv2 modify-target-group-attributes --attributes Key=deregistration_delay.timeout_seconds,Value=…, or the stopTimeout in the task definition'

/** StopTask deregisters the target, waits for the whole delay, and only then sends SIGTERM. */
const stopSeconds = ({ deregistrationDelaySeconds, stopTimeoutSeconds }: InspectedService): number =>
  deregistrationDelaySeconds + stopTimeoutSeconds

const stopArithmetic = (service: InspectedService): string =>
  `A task takes up to ${service.deregistrationDelaySeconds} s of deregistration delay + ${service.stopTimeoutSeconds} s of stop timeout = ${stopSeconds(service)} s to stop`

export const spotAgentUnknown: Check = ({ groups }) =>
  groups
    .filter(({ instances }) => instances.some(({ isSpot }) => isSpot))
    .map(({ name }) => ({
      code: 'spot-agent-unknown',
      subject: `group ${name}`,
      found: 'It has Spot instances, and whether their agents drain on their own cannot be read.',
      fix: 'none needed; to leave all to Ebbtide, set ECS_ENABLE_SPOT_INSTANCE_DRAINING=false in /etc/ecs/ecs.config',
    }))
