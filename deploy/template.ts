/** A CloudFormation template as JSON, as far as this project reads and writes one. */
export interface Template {
  readonly Resources: Resources
  readonly Outputs?: Readonly<Record<string, unknown>>
}

export type Resources = Readonly<Record<string, Resource>>

export interface Resource {
  readonly Type: string
  readonly DependsOn?: string | readonly string[]
  readonly Properties: Readonly<Record<string, unknown>>
}

/** A value that CloudFormation works out when deploying, such as `{ Ref: 'SignalsQueue' }`. */
export type Intrinsic =
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [logicalId: string, attribute: string] }
  | { readonly 'Fn::Sub': string }

export const arnOf = (logicalId: string): Intrinsic => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

/** An ARN in the partition, region and account of the deployment; `resource` starts with the service. */
export const arnIn = (service: string, resource: string): Intrinsic => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
})

/** An Auto Scaling group's ARN; the identifier in its middle is not known before the group exists. */
export const groupArn = (group: string): Intrinsic =>
  arnIn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${group}`)
