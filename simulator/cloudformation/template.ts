import * as z from 'zod'

/** What is read of a packaged template. Outputs and metadata deploy nothing. */
const templateSchema = z.object({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
      DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']).default('Delete'),
    }),
  ),
  Transform: z.undefined('macros are not modelled').optional(),
})

export type Template = z.output<typeof templateSchema>
export type TemplateResource = Template['Resources'][string]

/** @throws {Error} when `json` is no CloudFormation template, or one that needs a macro. */
export const parseTemplate = (json: unknown): Template => {
  const result = templateSchema.safeParse(json)
  if (result.success) return result.data
  throw new Error(`not a template that can be simulated: ${z.prettifyError(result.error)}`)
}
