import * as z from 'zod/mini'

import { text } from './field-schemas.ts'

/*
 * Every partition has its own second word: aws, aws-cn, aws-us-gov, and more in closed ones. A container instance's
 * or task's ARN names its cluster only if the account had opted in to long ARNs when it was made ("Amazon Resource
 * Names (ARNs) and IDs" in the ECS developer guide), so a cluster is always read from its own ARN:
 *
 *     arn:aws:ecs:eu-west-1:111122223333:cluster/web
 *     arn:aws-cn:ecs:cn-north-1:111122223333:container-instance/web/4a7c2e9b1d3f4058a6b7c8d9e0f1a2b3
 *     arn:aws:ecs:eu-west-1:111122223333:task/8f1d6c3a-52b4-4e7d-9a60-1c2b3d4e5f60
 */
const ECS = 'arn:aws[a-z-]{0,20}:ecs:[a-z0-9-]{1,30}:[0-9]{12}'
const ID = '[0-9A-Za-z-]{1,64}'
const CLUSTER_NAME = '[A-Za-z0-9_-]{1,255}'

const arn = (resource: string, problem: string) => text(new RegExp(`^${ECS}:${resource}$`), problem)

export const containerInstanceArn = arn(
  `container-instance/(?:${CLUSTER_NAME}/)?${ID}`,
  "is not a container instance's ARN",
)

export const taskArn = arn(`task/(?:${CLUSTER_NAME}/)?${ID}`, "is not a task's ARN")

/** The cluster's name, taken from the cluster's own ARN. */
export const clusterNameOfArn = z.pipe(
  arn(`cluster/${CLUSTER_NAME}`, "is not a cluster's ARN"),
  z.transform((clusterArn) => clusterArn.slice(clusterArn.indexOf('/') + 1)),
)
