import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { Stack } from '../../../simulator/cloudformation/stack.ts'

const place = { region: 'eu-west-1', accountId: '111122223333', stackName: 'ebbtide-web' }

const surroundings = {
  Parameters: {
    Stage: { Type: 'String', Default: 'prod' },
    Size: { Type: 'Number', Default: 3 },
    Bare: { Type: 'String' },
  },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
    Strange: { 'Fn::Contains': [] },
  },
  Resources: {
    Signals: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': '${Stage}-signals' } } },
    Unnamed: { Type: 'AWS::SQS::Queue' },
    Rule: { Type: 'AWS::Events::Rule', Properties: { Name: 'stopped' } },
    Drain: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'drain' } },
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'drain-role' } },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/drain' } },
    OnlyInTest: { Type: 'AWS::SQS::Queue', Condition: 'IsTest' },
    Table: { Type: 'AWS::DynamoDB::Table' },
  },
}

/** Resolves one value inside of a template with the surroundings above. */
const resolved = (value: unknown, parameters: Readonly<Record<string, string>> = {}): unknown => {
  const Resources = { ...surroundings.Resources, Subject: { Type: 'AWS::SNS::Topic', Properties: { value } } }
  const stack = new Stack({ ...place, template: { ...surroundings, Resources }, parameters })
  const [subject] = stack.resources('AWS::SNS::Topic', z.looseObject({ value: z.unknown() }))
  return subject?.properties.value
}

describe('an intrinsic function', () => {
  const sqsArn = 'arn:aws:sqs:eu-west-1:111122223333:'
  it.each<[unknown, unknown]>([
    ['text', 'text'],
    [{ nested: [1, { deeper: true }] }, { nested: [1, { deeper: true }] }],
    [{ Ref: 'Stage' }, 'prod'],
    [{ Ref: 'Size' }, 3],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ Ref: 'AWS::AccountId' }, '111122223333'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'AWS::StackName' }, 'ebbtide-web'],
    [{ Ref: 'Signals' }, 'https://sqs.eu-west-1.amazonaws.com/111122223333/prod-signals'],
    [{ 'Fn::GetAtt': ['Signals', 'Arn'] }, `${sqsArn}prod-signals`],
    [{ 'Fn::GetAtt': 'Signals.QueueName' }, 'prod-signals'],
    [{ 'Fn::GetAtt': ['Unnamed', 'Arn'] }, `${sqsArn}ebbtide-web-Unnamed-SIMULATEDSIM`],
    [{ 'Fn::GetAtt': ['Rule', 'Arn'] }, 'arn:aws:events:eu-west-1:111122223333:rule/stopped'],
    [{ Ref: 'Drain' }, 'drain'],
    [{ 'Fn::GetAtt': ['Drain', 'Arn'] }, 'arn:aws:lambda:eu-west-1:111122223333:function:drain'],
    [{ 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::111122223333:role/drain-role'],
    [{ 'Fn::GetAtt': ['Logs', 'Arn'] }, 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/drain:*'],
    [
      { 'Fn::Sub': 'a ${AWS::Region} ${Stage} ${Signals.Arn} ${!Kept}' },
      `a eu-west-1 prod ${sqsArn}prod-signals \${Kept}`,
    ],
    [{ 'Fn::Sub': ['${Own} ${Stage}', { Own: { Ref: 'Size' } }] }, '3 prod'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 5]] }, 'a-prod-5'],
    [{ 'Fn::Select': ['1', ['a', { Ref: 'Stage' }]] }, 'prod'],
    [{ 'Fn::Select': [0, { 'Fn::Split': [',', 'a,b'] }] }, 'a'],
    [{ 'Fn::Split': [':', { Ref: 'AWS::Region' }] }, ['eu-west-1']],
    [{ 'Fn::If': ['IsProd', { Ref: 'Stage' }, 'no'] }, 'prod'],
    [{ 'Fn::If': ['IsTest', 'yes', 'no'] }, 'no'],
    [{ 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    [{ 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    [{ kept: 1, left: { Ref: 'AWS::NoValue' } }, { kept: 1 }],
    [['a', { 'Fn::If': ['IsTest', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
    [
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  ])('%j becomes %j', (value, expected) => {
    expect(resolved(value)).toEqual(expected)
  })

  it('uses a parameter that was given in place of its default', () => {
    expect(resolved({ 'Fn::If': ['IsProd', 'prod', { Ref: 'Stage' }] }, { Stage: 'dev' })).toBe('dev')
  })

  it.each<[unknown, string]>([
    [{ 'Fn::FindInMap': ['a', 'b', 'c'] }, 'Fn::FindInMap is not modelled'],
    [{ 'Fn::ImportValue': 'a' }, 'Fn::ImportValue is not modelled'],
    [{ 'Fn::If': ['Strange', 1, 2] }, 'Fn::Contains is not modelled'],
    [{ 'Fn::If': ['Missing', 1, 2] }, 'no condition Missing'],
    [{ Ref: 'Missing' }, 'no resource Missing'],
    [{ Ref: 'OnlyInTest' }, 'no resource OnlyInTest'],
    [{ Ref: 'Bare' }, 'parameter Bare has neither'],
    [{ Ref: 'AWS::NotificationARNs' }, 'AWS::NotificationARNs is not modelled'],
    [{ Ref: 'Table' }, 'Table: the ids of AWS::DynamoDB::Table are not modelled'],
    [{ 'Fn::GetAtt': ['Signals', 'Colour'] }, 'attribute Colour of Signals is not modelled'],
    [{ 'Fn::Select': [2, ['a']] }, 'Fn::Select finds nothing at 2'],
    [{ 'Fn::Join': ['-', 'a'] }, 'Fn::Join needs a list'],
  ])('%j is refused: %s', (value, message) => {
    expect(() => resolved(value)).toThrow(message)
  })
})

describe('a template', () => {
  it('has the resources whose condition holds', () => {
    const stack = new Stack({ ...place, template: surroundings })
    const queues = stack.resources('AWS::SQS::Queue', z.looseObject({}))
    expect(queues.map(({ logicalId }) => logicalId)).toEqual(['Signals', 'Unnamed'])
  })

  it('is refused when it is none, or needs a macro', () => {
    expect(() => new Stack({ ...place, template: { resources: {} } })).toThrow(
      'not a template that can be simulated',
    )
    expect(
      () => new Stack({ ...place, template: { ...surroundings, Transform: 'AWS::Serverless-2016-10-31' } }),
    ).toThrow('macros are not modelled')
  })
})
