import * as z from 'zod'
import { customResourceOf, isCustomType, type CustomResource } from './custom-resource.ts'
import { dependenciesOf } from './dependencies.ts'
import { NO_VALUE, resolve, resolveCondition, type Scope } from './intrinsics.ts'
import { physicalIdsOf, type PhysicalIds, type StackPlace } from './physical-ids.ts'
import { parseTemplate, type Template, type TemplateResource } from './template.ts'

export interface StackOptions extends StackPlace {
  /** A packaged CloudFormation template: parsed JSON. */
  readonly template: unknown
  readonly parameters?: Readonly<Record<string, string>>
}

/** A resource of a stack with its properties read. */
interface StackResource<Properties> extends PhysicalIds {
  readonly logicalId: string
  readonly properties: Properties
}

/** What a service is asked to make for a resource. */
export interface Specified<Spec> {
  readonly logicalId: string
  readonly spec: Spec
}

/** A template put into an account: what every intrinsic function in it comes to. */
export class Stack {
  readonly #template: Template
  readonly #options: StackOptions
  readonly #scope: Scope = {
    ref: (name) => this.#ref(name),
    attribute: (logicalId, name) => this.#attribute(logicalId, name),
    condition: (name) => this.#condition(name),
  }

  /** @throws {Error} when the template cannot be simulated. */
  constructor(options: StackOptions) {
    this.#template = parseTemplate(options.template)
    this.#options = options
  }

  /**
   * The resources of a type, their properties resolved and read by `schema`.
   *
   * @throws {Error} naming the resource and the property, or the intrinsic function, that is not modelled.
   */
  resources<Schema extends z.ZodType>(type: string, schema: Schema): StackResource<z.output<Schema>>[] {
    return this.#existing
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId, resource]) => ({
        logicalId,
        ...this.#physicalIds(logicalId),
        properties: read(logicalId, resolve(resource.Properties, this.#scope), schema),
      }))
  }

  /** The custom resources, their properties as their functions receive them. */
  get customResources(): readonly CustomResource[] {
    return this.#existing
      .filter(([, { Type }]) => isCustomType(Type))
      .map(([logicalId, { Type, Properties }]) =>
        customResourceOf(logicalId, Type, resolve(Properties, this.#scope)),
      )
  }

  /** Every resource of the stack and those that it stands on. */
  get dependencies(): ReadonlyMap<string, ReadonlySet<string>> {
    const all = dependenciesOf(this.#template)
    const ids = new Set(this.#existing.map(([logicalId]) => logicalId))
    const within = (logicalId: string) => [...(all.get(logicalId) ?? [])].filter((other) => ids.has(other))
    return new Map([...ids].map((logicalId) => [logicalId, new Set(within(logicalId))]))
  }

  /** Whether a resource stays behind when its stack goes. */
  isRetained(logicalId: string): boolean {
    return this.#template.Resources[logicalId]?.DeletionPolicy.startsWith('Retain') === true
  }

  get stackId(): string {
    return String(this.#pseudoParameter('AWS::StackId'))
  }

  get #existing(): readonly (readonly [string, TemplateResource])[] {
    return Object.entries(this.#template.Resources).filter(([, resource]) => this.#exists(resource))
  }

  #exists({ Condition }: TemplateResource): boolean {
    return Condition === undefined || this.#condition(Condition)
  }

  #condition(name: string): boolean {
    if (!Object.hasOwn(this.#template.Conditions, name))
      throw new Error(`the template has no condition ${name}`)
    return resolveCondition(this.#template.Conditions[name], this.#scope)
  }

  #ref(name: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name)
    const parameter = this.#template.Parameters[name]
    if (parameter === undefined) return this.#physicalIds(name).ref
    const value = this.#options.parameters?.[name] ?? parameter.Default
    if (value === undefined) throw new Error(`the parameter ${name} has neither a value nor a default`)
    return value
  }

  #pseudoParameter(name: string): unknown {
    const { region, accountId, stackName } = this.#options
    const values: Readonly<Record<string, unknown>> = {
      'AWS::Region': region,
      'AWS::AccountId': accountId,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-4000-8000-000000000000`,
      'AWS::NoValue': NO_VALUE,
    }
    if (!Object.hasOwn(values, name)) throw new Error(`the pseudo parameter ${name} is not modelled`)
    return values[name]
  }

  #attribute(logicalId: string, name: string): string {
    const value = this.#physicalIds(logicalId).attributes[name]
    if (value === undefined) throw new Error(`the attribute ${name} of ${logicalId} is not modelled`)
    return value
  }

  #physicalIds(logicalId: string): PhysicalIds {
    const resource = this.#template.Resources[logicalId]
    if (resource === undefined || !this.#exists(resource))
      throw new Error(`the stack has no resource ${logicalId}`)
    const property = (name: string) => resolve(resource.Properties[name], this.#scope)
    return physicalIdsOf({ logicalId, type: resource.Type, property }, this.#options)
  }
}

const read = <Schema extends z.ZodType>(
  logicalId: string,
  properties: unknown,
  schema: Schema,
): z.output<Schema> => {
  const result = schema.safeParse(properties)
  if (result.success) return result.data
  throw new Error(`${logicalId}: ${z.prettifyError(result.error)}`)
}
