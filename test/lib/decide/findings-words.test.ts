import { describe, expect, it } from '@jest/globals'

import { findingCatalogue } from '../../../lib/decide/findings/catalogue.ts'
import { findMistakes } from '../../../lib/decide/findings/find-mistakes.ts'
import type {
  InspectedGroup,
  InspectedHook,
  InspectedInstance,
  InspectedService,
  Inspection,
} from '../../../lib/decide/findings/inspection.ts'

const hook: InspectedHook = {
  name: 'ebbtide-web',
  transition: 'terminating',
  heartbeatTimeoutSeconds: 120,
  globalTimeoutSeconds: 3_000,
  defaultResult: 'ABANDON',
}

const containerInstance = {
  arn: 'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/1',
  status: 'ACTIVE',
  agentConnected: true,
  agentVersion: '1.105.1',
}

const stranger: InspectedInstance = {
  instanceId: 'i-9',
  lifecycleState: 'InService',
  isProtectedFromScaleIn: false,
  isSpot: false,
}
const registered: InspectedInstance = { ...stranger, instanceId: 'i-1', containerInstance }
const outdated: InspectedInstance = {
  ...stranger,
  instanceId: 'i-2',
  containerInstance: {
    ...containerInstance,
    agentConnected: false,
    agentVersion: '1.60.0',
    status: 'DRAINING',
  },
}

const group: InspectedGroup = {
  name: 'a',
  drainTimeoutSeconds: 3_600,
  tagProblems: ['the tag ebbtide:drain-timeout of a is not a whole number of seconds'],
  hooks: [
    hook,
    { ...hook, name: 'ebbtide-web-launch', transition: 'launching' },
    { ...hook, name: 'logs', defaultResult: 'CONTINUE' },
    { ...hook, name: 'ecs-managed-draining-termination-hook' },
  ],
  suspendedProcesses: ['Launch', 'Terminate'],
  simpleScalingPolicies: ['cpu'],
  protectsNewInstances: false,
  retainsAbandoned: false,
  instances: [{ ...registered, isProtectedFromScaleIn: true, isSpot: true }, stranger, outdated],
}

/** Wrong in ways of its own only. */
const plain = { tagProblems: [], hooks: [], suspendedProcesses: [], simpleScalingPolicies: [] }

const shop: InspectedService = {
  name: 'shop',
  isDaemon: false,
  desiredCount: 3,
  minimumHealthyPercent: 100,
  maximumPercent: 100,
  stopTimeoutSeconds: 30,
  deregistrationDelaySeconds: 300,
}

/** A cluster in which nearly everything is wrong. */
const cluster: Inspection = {
  cluster: 'web',
  clusterExists: true,
  isDeployed: true,
  expected: {
    hookName: 'ebbtide-web',
    launchHookName: 'ebbtide-web-launch',
    leastHeartbeatTimeoutSeconds: 180,
  },
  missingGroups: ['gone'],
  groups: [
    group,
    {
      ...group,
      ...plain,
      name: 'b',
      protectsNewInstances: true,
      capacityProvider: { name: 'p', managesDraining: true, managesTerminationProtection: false },
      instances: [registered],
    },
    { ...group, ...plain, name: 'c', instances: [stranger] },
    { ...group, ...plain, name: 'd', instances: [] },
  ],
  services: [
    shop,
    { ...shop, name: 'cart', minimumHealthyPercent: 0 },
    { ...shop, name: 'slow', maximumPercent: 200, stopTimeoutSeconds: 3_000 },
  ],
}

const wordsOf = (inspection: Inspection) =>
  findMistakes(inspection).map(({ code, subject, found, fix }) => [code, subject, found, fix])

describe('what people read of each mistake, and the command that mends it', () => {
  const words = wordsOf(cluster)

  it.each([
    [
      'group-missing',
      'group gone',
      'Auto Scaling has no group gone in this account and region.',
      'name the right one: --groups and --region here, --param groups=… when deploying',
    ],
    [
      'group-outside-cluster',
      'group c',
      'None of its 1 instances in service is registered in cluster web.',
      "name the cluster that they join, or set ECS_CLUSTER=web in /etc/ecs/ecs.config of the group's launch template",
    ],
    [
      'hook-missing',
      'group b',
      'It has no termination hook ebbtide-web, although Ebbtide is deployed.',
      'deploy again, with this group among --param groups=… and without --param dryRun=true',
    ],
    [
      'hook-missing',
      'group c',
      'It has no termination hook ebbtide-web, although Ebbtide is deployed.',
      'deploy again, with this group among --param groups=… and without --param dryRun=true',
    ],
    [
      'hook-missing',
      'group d',
      'It has no termination hook ebbtide-web, although Ebbtide is deployed.',
      'deploy again, with this group among --param groups=… and without --param dryRun=true',
    ],
    [
      'heartbeat-too-short',
      'group a',
      "The hook's heartbeat timeout is 120 s; 180 s is the least that is safe.",
      'deploy again: --param heartbeatTimeout=1800',
    ],
    [
      'service-deadlock',
      'service shop',
      'Of 3 desired tasks, at least 3 × 100 % = 3 (rounded up) must stay and at most 3 × 100 % = 3 (rounded down) may be. None may be stopped first, and none may be started first.',
      'aws ecs update-service --cluster web --service shop --deployment-configuration minimumHealthyPercent=100,maximumPercent=200',
    ],
    [
      'stop-longer-than-drain',
      'service slow',
      'A task takes up to 300 s of deregistration delay + 3000 s of stop timeout = 3300 s to stop, with 30 s to spare that is more than the shortest drain of 2940 s.',
      'deploy again with --param drainTimeout=3330 or more, or shorten the delay: aws elbv2 modify-target-group-attributes --attributes Key=deregistration_delay.timeout_seconds,Value=…, or the stopTimeout in the task definition',
    ],
    [
      'cap-below-drain-timeout',
      'group a',
      'The drain timeout is 3600 s, but the hook waits 3000 s at most (100 times its heartbeat timeout of 120 s, or 48 hours), so a drain ends after 2940 s.',
      "deploy again with --param drainTimeout=2940 or less, or with a longer --param heartbeatTimeout; or change the group's tag ebbtide:drain-timeout",
    ],
    [
      'default-result-abandon',
      'group a',
      "The hook's default result is ABANDON, and the group retains no instance.",
      'deploy again with --param onDeadline=stop-tasks, or let the group retain: InstanceLifecyclePolicy with TerminateHookAbandon=retain',
    ],
    [
      'launch-default-result-abandon',
      'group a',
      'The default result of the launch hook ebbtide-web-launch is ABANDON.',
      'deploy again, or: aws autoscaling put-lifecycle-hook --auto-scaling-group-name a --lifecycle-hook-name ebbtide-web-launch --default-result CONTINUE',
    ],
    [
      'managed-draining',
      'group a',
      'ECS manages draining here too: the group has the hook ecs-managed-draining-termination-hook.',
      'leave draining to one of them: aws ecs update-capacity-provider --name <capacity provider> --auto-scaling-group-provider managedDraining=DISABLED',
    ],
    [
      'managed-draining',
      'group b',
      'ECS manages draining here too: capacity provider p has managed draining enabled.',
      'leave draining to one of them: aws ecs update-capacity-provider --name p --auto-scaling-group-provider managedDraining=DISABLED',
    ],
    [
      'service-outage',
      'service cart',
      'Of 3 desired tasks, at least 3 × 0 % = 0 (rounded up) must stay and at most 3 × 100 % = 3 (rounded down) may be. All may be stopped first, and none may be started first.',
      'none if it is meant; else aws ecs update-service --cluster web --service cart --deployment-configuration minimumHealthyPercent=100,maximumPercent=200',
    ],
    [
      'stop-longer-than-spot-notice',
      'service shop',
      'A task takes up to 300 s of deregistration delay + 30 s of stop timeout = 330 s to stop, and a has Spot instances, which get 120 s.',
      'shorten the delay: aws elbv2 modify-target-group-attributes --attributes Key=deregistration_delay.timeout_seconds,Value=…, or the stopTimeout in the task definition, or keep the service off Spot instances',
    ],
    [
      'stop-longer-than-spot-notice',
      'service cart',
      'A task takes up to 300 s of deregistration delay + 30 s of stop timeout = 330 s to stop, and a has Spot instances, which get 120 s.',
      'shorten the delay: aws elbv2 modify-target-group-attributes --attributes Key=deregistration_delay.timeout_seconds,Value=…, or the stopTimeout in the task definition, or keep the service off Spot instances',
    ],
    [
      'stop-longer-than-spot-notice',
      'service slow',
      'A task takes up to 300 s of deregistration delay + 3000 s of stop timeout = 3300 s to stop, and a has Spot instances, which get 120 s.',
      'shorten the delay: aws elbv2 modify-target-group-attributes --attributes Key=deregistration_delay.timeout_seconds,Value=…, or the stopTimeout in the task definition, or keep the service off Spot instances',
    ],
    [
      'instances-protected',
      'group a',
      'Protected from scale-in are 1 of 3 instances in service.',
      'if it is not meant: aws autoscaling set-instance-protection --auto-scaling-group-name a --no-protected-from-scale-in --instance-ids i-1',
    ],
    [
      'new-instances-protected',
      'group b',
      'New instances are protected from scale-in, as are 0 of 1 instances in service.',
      'aws autoscaling update-auto-scaling-group --auto-scaling-group-name b --no-new-instances-protected-from-scale-in, and take the protection from the instances that have it: aws autoscaling set-instance-protection --auto-scaling-group-name b --no-protected-from-scale-in --instance-ids …',
    ],
    [
      'simple-scaling-policy',
      'group a',
      'The policy cpu is one of simple scaling.',
      'make it a target tracking or a step scaling policy: aws autoscaling put-scaling-policy --policy-type TargetTrackingScaling',
    ],
    [
      'launch-suspended',
      'group a',
      'Its process Launch is suspended.',
      'aws autoscaling resume-processes --auto-scaling-group-name a --scaling-processes Launch',
    ],
    [
      'terminate-suspended',
      'group a',
      'Its process Terminate is suspended.',
      'aws autoscaling resume-processes --auto-scaling-group-name a --scaling-processes Terminate',
    ],
    [
      'instance-unregistered',
      'instance i-9',
      'It is in service in group a, but not registered in cluster web.',
      'wait if it has just started; else read /var/log/ecs/ecs-agent.log on it, or let the group replace it',
    ],
    [
      'agent-disconnected',
      'instance i-2',
      'Its ECS agent is not connected to cluster web.',
      'restart the agent: sudo systemctl restart ecs',
    ],
    [
      'agent-outdated',
      'instance i-2',
      'Its ECS agent is 1.60.0, older than 1.65.0.',
      'take a newer ECS-optimized AMI, or: aws ecs update-container-agent --cluster web --container-instance arn:aws:ecs:eu-west-1:111122223333:container-instance/web/1',
    ],
    [
      'draining-unattended',
      'instance i-2',
      'It is DRAINING while it is InService, and no drain of Ebbtide is under way on it.',
      'if nobody drains it on purpose: aws ecs update-container-instances-state --cluster web --container-instances arn:aws:ecs:eu-west-1:111122223333:container-instance/web/1 --status ACTIVE',
    ],
    [
      'tag-ignored',
      'group a',
      'The tag ebbtide:drain-timeout of a is not a whole number of seconds.',
      'correct the tag or delete it: `aws autoscaling delete-tags`',
    ],
    ['group-empty', 'group d', 'It has no instance in service.', 'run the doctor again when it has one'],
    [
      'other-termination-hook',
      'group a',
      'The hook logs keeps terminating instances as well (heartbeat timeout 120 s, default result CONTINUE).',
      'none needed if it is meant; if it drains too, remove it: `aws autoscaling delete-lifecycle-hook`, when no instance waits on it',
    ],
    [
      'spot-agent-unknown',
      'group a',
      'It has Spot instances, and whether their agents drain on their own cannot be read.',
      'none needed; to leave all to Ebbtide, set ECS_ENABLE_SPOT_INSTANCE_DRAINING=false in /etc/ecs/ecs.config',
    ],
  ])('%s of %s', (...expected) => {
    expect(words).toContainEqual(expected)
  })

  it('is nothing else', () => {
    expect(words).toHaveLength(30)
  })

  it('is one thing where the cluster is missing, and where Ebbtide is not deployed yet', () => {
    const nothing = { ...cluster, missingGroups: [], groups: [], services: [] }
    expect(wordsOf({ ...nothing, clusterExists: false })).toEqual([
      [
        'cluster-missing',
        'cluster web',
        'ECS has no active cluster web in this account and region.',
        'name the right one: --cluster and --region here, --param cluster=… when deploying; `aws ecs list-clusters` shows those that exist',
      ],
    ])
    const groups = [
      { ...group, ...plain, instances: [registered] },
      { ...group, ...plain, name: 'b', instances: [registered] },
    ]
    expect(wordsOf({ ...nothing, groups, isDeployed: false })).toEqual([
      [
        'not-deployed',
        'cluster web',
        'Ebbtide is not deployed for this cluster: its queue is not there.',
        'npm run deploy -- --param cluster=web --param groups=a,b',
      ],
    ])
  })

  it('comes with the severity and the reason of its kind', () => {
    for (const { code, severity, why } of findMistakes(cluster))
      expect({ severity, why }).toEqual(findingCatalogue[code])
  })
})
