import type {
  DescribeLaunchTemplateVersionsCommandInput,
  DescribeLaunchTemplateVersionsCommandOutput,
  LaunchTemplateVersion,
} from '@aws-sdk/client-ec2'
import { ServiceError } from '../operation.ts'
import { refuseUnmodelledMembers } from '../unmodelled-input.ts'

type Output = Omit<DescribeLaunchTemplateVersionsCommandOutput, '$metadata'>

/** A launch template of one version. */
export interface LaunchTemplate {
  readonly name: string
  readonly instanceType: string
}

/** The only version there is, under each of its names. */
const VERSIONS = ['1', '$Default', '$Latest']

/** Answers `DescribeLaunchTemplateVersions`. Templates are known by name; the model gives them no ids. */
export const describeLaunchTemplateVersions = (
  templates: readonly LaunchTemplate[],
  input: DescribeLaunchTemplateVersionsCommandInput,
): Output => {
  refuseUnmodelledMembers('DescribeLaunchTemplateVersions', input, ['LaunchTemplateName', 'Versions'])
  const template = templates.find(({ name }) => name === input.LaunchTemplateName)
  if (template === undefined)
    throw new ServiceError(
      'InvalidLaunchTemplateName.NotFoundException',
      `The launch template ${input.LaunchTemplateName} does not exist.`,
    )
  const unknown = (input.Versions ?? VERSIONS).find((version) => !VERSIONS.includes(version))
  if (unknown !== undefined)
    throw new ServiceError(
      'InvalidLaunchTemplateId.VersionNotFound',
      `The launch template ${template.name} has no version ${unknown}.`,
    )
  return { LaunchTemplateVersions: [toVersion(template)] }
}

const toVersion = ({ name, instanceType }: LaunchTemplate): LaunchTemplateVersion => ({
  LaunchTemplateName: name,
  VersionNumber: 1,
  DefaultVersion: true,
  LaunchTemplateData: {
    InstanceType: instanceType as NonNullable<LaunchTemplateVersion['LaunchTemplateData']>['InstanceType'],
  },
})
