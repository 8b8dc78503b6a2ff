import type { Resource, Template } from '../../deploy/template.ts'

export const ACCOUNT = '111122223333'
export const REGION = 'eu-west-1'

export const web = { cluster: 'web', groups: 'ecs-web-a' }

/** A resource that the test is about; a template without it fails the test by name. */
export const resource = (template: Template, logicalId: string): Resource => {
  const found = template.Resources[logicalId]
  if (found === undefined) throw new Error(`the template has no ${logicalId}`)
  return found
}

export const propertiesOf = (template: Template, logicalId: string): Resource['Properties'] =>
  resource(template, logicalId).Properties

export const idsOfType = (template: Template, type: string): readonly string[] =>
  Object.keys(template.Resources).filter((id) => template.Resources[id]?.Type === type)

/** Walks into a property that the test knows to be there. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>>)[key], value)

/** Every `Ref`, `Fn::GetAtt` and `DependsOn` of a resource that names another resource of the template. */
export const referencesOf = (template: Template, logicalId: string): readonly string[] => {
  const { DependsOn = [], Properties } = resource(template, logicalId)
  const found = [DependsOn].flat()
  walk(Properties, (key, value) => {
    if (key === 'Ref' && typeof value === 'string' && !value.startsWith('AWS::')) found.push(value)
    if (key === 'Fn::GetAtt' && Array.isArray(value)) found.push(String(value[0]))
  })
  return found
}

/** Calls back for every key of every object inside a value. */
export const walk = (value: unknown, visit: (key: string, value: unknown) => void): void => {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    visit(key, inner)
    walk(inner, visit)
  }
}

export interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

export const statementsOf = (template: Template, role: string): readonly Statement[] =>
  at(propertiesOf(template, role), 'Policies', 0, 'PolicyDocument', 'Statement') as readonly Statement[]
