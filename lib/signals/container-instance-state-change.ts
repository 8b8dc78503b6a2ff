import * as z from 'zod/mini'

import { clusterNameOfArn, containerInstanceArn } from './ecs-arn.ts'
import { instanceId, millisecondsOfIsoTime, statusWord } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { ContainerInstanceStateChangeSignal, Signal } from './signal.ts'

/*
 * The detail of "ECS Container Instance State Change" ("Amazon ECS container instance state change events"), with
 * only the fields that are read:
 *
 *     {
 *       "clusterArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/web",
 *       "containerInstanceArn": "arn:aws:ecs:eu-west-1:111122223333:container-instance/web/4a7c2e9b1d3f4058a6b7c8d9e0f1a2b3",
 *       "ec2InstanceId": "i-0123456789abcdef0",
 *       "status": "DRAINING",
 *       …
 *     }
 */
const containerInstanceStateChange = z.pipe(
  z.object({
    clusterArn: clusterNameOfArn,
    containerInstanceArn,
    ec2InstanceId: instanceId,
    status: statusWord,
    time: millisecondsOfIsoTime,
  }),
  z.transform((fields): ContainerInstanceStateChangeSignal => ({
    kind: 'container-instance-state-change',
    clusterName: fields.clusterArn,
    containerInstanceArn: fields.containerInstanceArn,
    instanceId: fields.ec2InstanceId,
    status: fields.status,
    occurredAt: fields.time,
  })),
)

export const readContainerInstanceStateChange = (fields: Fields): Signal =>
  isExternal(fields)
    ? { kind: 'ignored', reason: 'container-instance-not-on-ec2' }
    : signalFromFields('an ECS container instance state change', containerInstanceStateChange, fields)

/** ECS Anywhere puts a Systems Manager managed instance id in this field (ContainerInstance in the API reference). */
const isExternal = ({ ec2InstanceId }: Fields): boolean =>
  typeof ec2InstanceId === 'string' && /^mi-[0-9a-f]{17}$/.test(ec2InstanceId)
