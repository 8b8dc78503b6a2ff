import type {
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  Filter,
  TagDescription,
} from '@aws-sdk/client-auto-scaling'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { pageOf } from '../page.ts'
import type { OperationContext } from './context.ts'
import { tagsOf } from './group-shapes.ts'

type Output = Omit<DescribeTagsCommandOutput, '$metadata'>

const tagPages = {
  defaultSize: 50,
  largestSize: 100,
  keyOf: ({ ResourceId, Key }: TagDescription) => `${ResourceId} ${Key}`,
}

export const tagOperations = (context: OperationContext) => ({
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
