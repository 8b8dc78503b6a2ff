import { describe, expect, it } from '@jest/globals'
import type {
  DescribeInstanceTypesCommandOutput,
  DescribeLaunchTemplateVersionsCommandOutput,
} from '@aws-sdk/client-ec2'
import { Ec2 } from '../../../../simulator/aws/ec2/ec2.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { call } from '../../../../simulator/world/call.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

const offer = {
  types: [
    { instanceType: 'm7g.xlarge', cpu: 4_096, memory: 15_300 },
    { instanceType: 'g5g.xlarge', cpu: 4_096, memory: 7_600, gpus: 1, networkInterfaces: 3 },
  ],
  launchTemplates: [{ name: 'web-a', instanceType: 'm7g.xlarge' }],
}

const ec2 = () =>
  new Ec2({ simulation: new Simulation({ seed: 1 }), account, publish: () => undefined, offer })

const types = (input: object) =>
  call<DescribeInstanceTypesCommandOutput>(ec2().model, 'DescribeInstanceTypes', input)

describe('DescribeInstanceTypes', () => {
  it('says what a machine has, with the memory that the system keeps', () => {
    expect(types({}).InstanceTypes).toEqual([
      {
        InstanceType: 'm7g.xlarge',
        VCpuInfo: { DefaultVCpus: 4 },
        MemoryInfo: { SizeInMiB: 16_384 },
        NetworkInfo: { MaximumNetworkInterfaces: 4 },
      },
      {
        InstanceType: 'g5g.xlarge',
        VCpuInfo: { DefaultVCpus: 4 },
        MemoryInfo: { SizeInMiB: 8_192 },
        NetworkInfo: { MaximumNetworkInterfaces: 3 },
        GpuInfo: { Gpus: [{ Count: 1 }] },
      },
    ])
  })

  it('leaves a type that is not offered out of a filter, and refuses it by name', () => {
    const Values = ['m7g.xlarge', 'x9.huge']
    const found = types({ Filters: [{ Name: 'instance-type', Values }] }).InstanceTypes
    expect(found?.map(({ InstanceType }) => InstanceType)).toEqual(['m7g.xlarge'])
    expect(() => types({ InstanceTypes: Values })).toThrow(
      expect.objectContaining({ code: 'InvalidInstanceType' }),
    )
    expect(() => types({ Filters: [{ Name: 'bare-metal', Values: ['true'] }] })).toThrow('bare-metal')
  })
})

describe('DescribeLaunchTemplateVersions', () => {
  const versions = (input: object) =>
    call<DescribeLaunchTemplateVersionsCommandOutput>(ec2().model, 'DescribeLaunchTemplateVersions', input)

  it.each(['1', '$Default', '$Latest'])('names the type that version %s launches', (version) => {
    const answer = versions({ LaunchTemplateName: 'web-a', Versions: [version] })
    expect(answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.InstanceType).toBe('m7g.xlarge')
  })

  it('knows neither other templates nor other versions', () => {
    expect(() => versions({ LaunchTemplateName: 'absent' })).toThrow('does not exist')
    expect(() => versions({ LaunchTemplateName: 'web-a', Versions: ['2'] })).toThrow('no version 2')
  })
})
