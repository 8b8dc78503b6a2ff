import * as z from 'zod/mini'

import { clusterNameOfArn, containerInstanceArn, taskArn } from './ecs-arn.ts'
import { millisecondsOfIsoTime, statusWord } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { Signal, TaskStateChangeSignal } from './signal.ts'

/*
 * The detail of "ECS Task State Change" ("Amazon ECS task state change events"). Much more comes with it, and AWS
 * says that more may be added; these are the fields that are read:
 *
 *     {
 *       "clusterArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/web",
 *       "containerInstanceArn": "arn:aws:ecs:eu-west-1:111122223333:container-instance/web/4a7c2e9b1d3f4058a6b7c8d9e0f1a2b3",
 *       "taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/web/8f1d6c3a52b44e7d9a601c2b3d4e5f60",
 *       "launchType": "EC2",
 *       "lastStatus": "STOPPED",
 *       …
 *     }
 */
const taskStateChange = z.pipe(
  z.object({
    clusterArn: clusterNameOfArn,
    containerInstanceArn,
    taskArn,
    lastStatus: statusWord,
    time: millisecondsOfIsoTime,
  }),
  z.transform((fields): TaskStateChangeSignal => ({
    kind: 'task-state-change',
    clusterName: fields.clusterArn,
    containerInstanceArn: fields.containerInstanceArn,
    taskArn: fields.taskArn,
    lastStatus: fields.lastStatus,
    occurredAt: fields.time,
  })),
)

export const readTaskStateChange = (fields: Fields): Signal =>
  isOnEc2(fields)
    ? signalFromFields('an ECS task state change', taskStateChange, fields)
    : { kind: 'ignored', reason: 'task-not-on-ec2' }

/** A Fargate task has no container instance; one of ECS Anywhere has, but no Auto Scaling group will ever end it. */
const isOnEc2 = ({ containerInstanceArn: arn, launchType }: Fields): boolean =>
  arn !== undefined && launchType !== 'FARGATE' && launchType !== 'EXTERNAL'
