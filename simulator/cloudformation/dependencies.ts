import type { Template, TemplateResource } from './template.ts'

/**
 * What each resource of a template stands on: those that it names in `DependsOn`, `Ref`, `Fn::GetAtt` and `Fn::Sub`.
 * CloudFormation makes a resource after them and deletes it before them, and keeps no other order ("DependsOn attribute").
 */
export const dependenciesOf = (template: Template): ReadonlyMap<string, ReadonlySet<string>> => {
  const logicalIds = new Set(Object.keys(template.Resources))
  return new Map(
    Object.entries(template.Resources).map(([logicalId, resource]) => [
      logicalId,
      new Set(namesIn(resource).filter((name) => name !== logicalId && logicalIds.has(name))),
    ]),
  )
}

const namesIn = ({ DependsOn, Properties }: TemplateResource): readonly string[] => [
  ...DependsOn,
  ...namesWithin(Properties),
]

const namesWithin = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(namesWithin)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, operand]) => [
    ...namesOf(key, operand),
    ...namesWithin(operand),
  ])
}

const namesOf = (intrinsic: string, operand: unknown): readonly string[] => {
  switch (intrinsic) {
    case 'Ref':
      return [String(operand)]
    case 'Fn::GetAtt':
      return [Array.isArray(operand) ? String(operand[0]) : firstPart(String(operand))]
    case 'Fn::Sub': {
      const template = String(Array.isArray(operand) ? operand[0] : operand)
      return [...template.matchAll(/\$\{([^}!]+)\}/g)].map(([, name = '']) => firstPart(name))
    }
    default:
      return []
  }
}

const firstPart = (dotted: string): string => dotted.split('.')[0] ?? ''
