import type { StackNames } from './names.ts'
import type { StackParameters } from './parameters.ts'
import { isMeasured } from './scaling-parameters.ts'

/** A function in the framework's words, as in `serverless.yml`. */
export type FunctionDescription = Readonly<Record<string, unknown>>

/**
 * How long a snapshot of the largest cluster may take: 5,000 instances with 50,000 tasks are some 1,200 reads, one after
 * another so that they never crowd out a drain.
 */
export const CAPACITY_TIMEOUT_SECONDS = 180

/** The functions that exist only as far as the parameters ask for them. */
export const scalingFunctions = (
  parameters: StackParameters,
  names: StackNames,
): Readonly<Record<string, FunctionDescription>> => ({
  ...(isMeasured(parameters) && {
    capacity: capacityFunction(parameters, names),
    attach: attachFunction(names),
  }),
  ...(parameters.chooseVictims === 'on' && { 'choose-victims': chooseVictimsFunction(names) }),
})

const capacityFunction = (parameters: StackParameters, names: StackNames): FunctionDescription => ({
  name: names.capacityFunction,
  description:
    'Measures once a minute what the cluster can still place, and advises on or sets the desired capacity',
  handler: 'build/capacity.handler',
  role: 'CapacityRole',
  timeout: CAPACITY_TIMEOUT_SECONDS,
  // A snapshot of the largest cluster is held and packed at once.
  memorySize: 1_024,
  package: { patterns: ['build/capacity.mjs'] },
  environment: {
    EBBTIDE_STACK_NAME: names.stack,
    EBBTIDE_SCALE: parameters.scale,
    EBBTIDE_HEADROOM_PERCENT: parameters.headroom,
    EBBTIDE_SCALE_OUT_STEP: parameters.scaleOutStep,
    EBBTIDE_SCALE_IN_COOLDOWN_SECONDS: parameters.scaleInCooldown,
    EBBTIDE_SCALE_IN_BUDGET_PERCENT: parameters.scaleInBudget,
    EBBTIDE_CHOOSE_VICTIMS: parameters.chooseVictims,
    EBBTIDE_SCALING_BUCKET: { Ref: 'ScalingBucket' },
  },
  // One snapshot answers whatever has gathered. No window: SQS allows none on a FIFO queue.
  events: [{ sqs: { arn: { 'Fn::GetAtt': ['CapacityQueue', 'Arn'] }, batchSize: 10 } }],
})

const chooseVictimsFunction = (names: StackNames): FunctionDescription => ({
  name: names.chooseVictimsFunction,
  description: 'Tells Auto Scaling which instances it may take away, or that it may take none',
  handler: 'build/choose-victims.handler',
  role: 'ChooseVictimsRole',
  // Auto Scaling itself waits no longer ("Create a custom termination policy with Lambda").
  timeout: 2,
  // Lambda gives CPU by memory, and a cold start has to fit into the two seconds.
  memorySize: 1_024,
  package: { patterns: ['build/choose-victims.mjs'] },
  environment: { EBBTIDE_SCALING_BUCKET: { Ref: 'ScalingBucket' } },
})

const attachFunction = (names: StackNames): FunctionDescription => ({
  name: names.attachFunction,
  description: 'Leaves on the groups what scaling needs when the stack comes, and takes it away when it goes',
  handler: 'build/attach.handler',
  role: 'AttachRole',
  timeout: 60,
  memorySize: 512,
  package: { patterns: ['build/attach.mjs'] },
})
