import {
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  UpdateAutoScalingGroupCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling'

import { during } from '../aws/errors.ts'
import { FORMER_POLICIES_TAG, MARK_TAG, type AttachmentAction } from '../decide/attachment.ts'

interface Group {
  readonly autoScaling: AutoScalingClient
  readonly autoScalingGroupName: string
}

/** Longest value of a tag (API reference, Auto Scaling, Tag). */
const LONGEST_TAG_VALUE = 256

/** Does one change of a group. Each may be done twice without harm. */
export const changeAttachment = (group: Group, action: AttachmentAction): Promise<void> => {
  switch (action.do) {
    case 'remember-policies':
      return writeTag(group, FORMER_POLICIES_TAG, action.policies.join(' '))
    case 'set-policies':
      return setPolicies(group, action.policies)
    case 'forget-policies':
      return deleteTag(group, FORMER_POLICIES_TAG)
    case 'mark':
      return writeTag(group, MARK_TAG, action.scaler)
    case 'unmark':
      return deleteTag(group, MARK_TAG)
  }
}

const setPolicies = async ({ autoScaling, autoScalingGroupName }: Group, policies: readonly string[]) => {
  const command = new UpdateAutoScalingGroupCommand({
    AutoScalingGroupName: autoScalingGroupName,
    TerminationPolicies: [...policies],
  })
  await during(`setting the termination policies of ${autoScalingGroupName}`, () => autoScaling.send(command))
}

const writeTag = async ({ autoScaling, autoScalingGroupName }: Group, Key: string, Value: string) => {
  const doing = `tagging ${autoScalingGroupName} with ${Key}`
  if (Value.length > LONGEST_TAG_VALUE)
    throw new Error(`${doing}: its termination policies are longer than a tag, which is where they are kept`)
  const tag = { ...tagOf(autoScalingGroupName, Key), Value, PropagateAtLaunch: false }
  await during(doing, () => autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [tag] })))
}

const deleteTag = async ({ autoScaling, autoScalingGroupName }: Group, Key: string) => {
  const command = new DeleteTagsCommand({ Tags: [tagOf(autoScalingGroupName, Key)] })
  await during(`removing the tag ${Key} of ${autoScalingGroupName}`, () => autoScaling.send(command))
}

const tagOf = (ResourceId: string, Key: string) => ({ ResourceId, ResourceType: 'auto-scaling-group', Key })
