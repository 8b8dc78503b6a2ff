import { changeAttachment } from '../../lib/act/attached-group.ts'
import { removeInstance, setDesiredCapacity } from '../../lib/act/scale-group.ts'
import { readAttachedGroup } from '../../lib/observe/attached-group.ts'
import { readCapacityProviders } from '../../lib/observe/capacity/capacity-providers.ts'
import { readHasHook, readHistory, readPolicyNames } from '../../lib/observe/capacity/group-history.ts'
import { readInstanceTypes, readLaunchedTypes } from '../../lib/observe/capacity/launch-source.ts'
import { readMachinesOfCluster } from '../../lib/observe/capacity/machines-of-cluster.ts'
import { readScaledGroups } from '../../lib/observe/capacity/scaled-groups.ts'
import { readServicesOfCluster } from '../../lib/observe/capacity/services-of-cluster.ts'
import { readTaskNeeds } from '../../lib/observe/capacity/task-needs.ts'
import { readTasksOfCluster } from '../../lib/observe/capacity/tasks-of-cluster.ts'
import { Memo } from '../../lib/observe/memo.ts'
import { twin, type TwinAccount } from './twin-account.ts'
import type { TwinStep } from './twin-steps.ts'

const { cluster, group } = twin
const newMemo = <Value>() => new Memo<Value>({ now: () => 0 }, Infinity)
const ofGroup = ({ clients: { autoScaling } }: TwinAccount) => ({ autoScaling, autoScalingGroupName: group })
const attached = ({ clients: { autoScaling } }: TwinAccount) => readAttachedGroup(autoScaling, group)

export const observingForScaling: readonly TwinStep[] = [
  { name: 'readScaledGroups', run: ({ clients }) => readScaledGroups(clients.autoScaling, [group]) },
  {
    name: 'readScaledGroups of a group that does not exist',
    refusedBy: 'both',
    run: ({ clients }) => readScaledGroups(clients.autoScaling, ['no-such-group']),
  },
  { name: 'readHistory', run: async (account) => (await readHistory(ofGroup(account), 0)).launchedAt.size },
  { name: 'readPolicyNames', run: (account) => readPolicyNames(ofGroup(account)) },
  { name: 'readHasHook', run: (account) => readHasHook(ofGroup(account), twin.hook) },
  { name: 'readAttachedGroup', run: attached },
  {
    name: 'readMachinesOfCluster',
    run: async ({ clients: { ecs } }) =>
      (await readMachinesOfCluster({ ecs, cluster })).map(
        ({ attributes: _, usedPorts: __, ...machine }) => machine,
      ),
  },
  { name: 'readServicesOfCluster', run: ({ clients: { ecs } }) => readServicesOfCluster({ ecs, cluster }) },
  {
    name: 'readTasksOfCluster',
    run: ({ clients: { ecs } }) => readTasksOfCluster({ ecs, cluster, stopped: new Set() }),
  },
  {
    name: 'readTaskNeeds',
    run: async ({ clients: { ecs }, taskDefinitionArn }) => [
      ...(await readTaskNeeds({ ecs, memo: newMemo() }, [taskDefinitionArn])).values(),
    ],
  },
  {
    name: 'readCapacityProviders',
    run: async ({ clients: { ecs } }) => [...(await readCapacityProviders(ecs, ['no-such-provider']))],
  },
  {
    name: 'readInstanceTypes',
    run: async ({ clients: { ec2 } }) => [
      ...(await readInstanceTypes({ ec2, memo: newMemo() }, [twin.instanceType])).keys(),
    ],
  },
  {
    name: 'readLaunchedTypes',
    run: ({ clients: { ec2 } }) =>
      readLaunchedTypes(ec2, {
        instanceTypes: [],
        isByRequirements: false,
        launchTemplate: { LaunchTemplateName: group, Version: '1' },
      }),
  },
]

const attaching: readonly TwinStep[] = (
  [
    { do: 'remember-policies', policies: ['Default'] },
    { do: 'set-policies', policies: ['OldestInstance', 'Default'] },
    { do: 'mark', scaler: 'ebbtide-web' },
    { do: 'set-policies', policies: ['Default'] },
    { do: 'forget-policies' },
    { do: 'unmark' },
  ] as const
).map((action, index) => ({
  name: `changeAttachment ${index + 1}, ${action.do}`,
  run: async (account) => {
    await changeAttachment(ofGroup(account), action)
    return attached(account)
  },
}))

export const actingForScaling: readonly TwinStep[] = [
  ...attaching,
  { name: 'setDesiredCapacity', run: (account) => setDesiredCapacity(ofGroup(account), 1) },
  {
    name: 'setDesiredCapacity above the maximum',
    refusedBy: 'simulator',
    run: (account) => setDesiredCapacity(ofGroup(account), 5),
  },
  {
    name: 'removeInstance of nobody',
    refusedBy: 'both',
    run: ({ clients }) => removeInstance(clients.autoScaling, 'i-0fedcba9876543210'),
  },
]
