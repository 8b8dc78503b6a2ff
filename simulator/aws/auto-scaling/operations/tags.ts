import type {
  CreateOrUpdateTagsCommandInput,
  DeleteTagsCommandInput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  Filter,
  Tag,
  TagDescription,
} from '@aws-sdk/client-auto-scaling'
import { ServiceError } from '../../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Group } from '../group.ts'
import { pageOf } from '../page.ts'
import { required, requireWithin, validationError } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'
import { tagsOf } from './group-shapes.ts'

type Output = Omit<DescribeTagsCommandOutput, '$metadata'>

const tagPages = {
  defaultSize: 50,
  largestSize: 100,
  keyOf: ({ ResourceId, Key }: TagDescription) => `${ResourceId} ${Key}`,
}

/** "Quotas for Amazon EC2 Auto Scaling" and the API reference of `Tag`. */
const MOST_TAGS = 50
const LONGEST_KEY = 128
const LONGEST_VALUE = 256

export const tagOperations = (context: OperationContext) => ({
  CreateOrUpdateTags: (input: CreateOrUpdateTagsCommandInput): object => {
    refuseUnmodelledMembers('CreateOrUpdateTags', input, ['Tags'])
    const wanted = (input.Tags ?? []).map((tag) => ({ ...tag, group: taggedGroup(context, tag) }))
    for (const { Key, Value = '' } of wanted) {
      requireWithin('Key length', required('Key', Key).length, { least: 1, most: LONGEST_KEY })
      requireWithin('Value length', Value.length, { least: 0, most: LONGEST_VALUE })
    }
    for (const { group, Key = '', Value = '', PropagateAtLaunch } of wanted) {
      if (!group.tags.has(Key) && group.tags.size >= MOST_TAGS)
        throw new ServiceError('LimitExceeded', `${group.name} has ${MOST_TAGS} tags already.`)
      group.tags.set(Key, { value: Value, isPropagated: PropagateAtLaunch ?? false })
    }
    return {}
  },

  /** A tag that is not there is no error, and neither is one with another value: it stays ("DeleteTags"). */
  DeleteTags: (input: DeleteTagsCommandInput): object => {
    refuseUnmodelledMembers('DeleteTags', input, ['Tags'])
    for (const tag of input.Tags ?? []) {
      const { tags } = taggedGroup(context, tag)
      const key = required('Key', tag.Key)
      if (tag.Value === undefined || tags.get(key)?.value === tag.Value) tags.delete(key)
    }
    return {}
  },

  DescribeTags: (input: DescribeTagsCommandInput): Output => {
    refuseUnmodelledMembers('DescribeTags', input, ['Filters', 'MaxRecords', 'NextToken'])
    const conditions = (input.Filters ?? []).map(conditionFrom)
    const found = [...context.groups.values()]
      .flatMap(tagsOf)
      .filter((tag) => conditions.every((holds) => holds(tag)))
    const { page, next } = pageOf(found, input, tagPages)
    return { Tags: [...page], ...next }
  },
})

const taggedGroup = (context: OperationContext, tag: Tag): Group => {
  if (tag.ResourceType !== undefined && tag.ResourceType !== 'auto-scaling-group')
    throw validationError(`ResourceType ${tag.ResourceType} is not valid.`)
  return requireGroup(context, required('ResourceId', tag.ResourceId))
}

/** Filters are joined by "and", the values of one filter by "or" (API reference, `Filter`). */
const conditionFrom = ({ Name, Values = [] }: Filter): ((tag: TagDescription) => boolean) => {
  const read = filterReader(Name)
  return (tag) => Values.includes(read(tag) ?? '')
}

const filterReader = (name: string | undefined): ((tag: TagDescription) => string | undefined) => {
  switch (name) {
    case 'auto-scaling-group':
      return (tag) => tag.ResourceId
    case 'key':
      return (tag) => tag.Key
    case 'value':
      return (tag) => tag.Value
    case undefined:
    default:
      throw notModelled(`DescribeTags with the filter ${name}`)
  }
}
