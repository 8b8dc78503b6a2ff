import type { PutLifecycleHookCommandInput } from '@aws-sdk/client-auto-scaling'
import {
  DEFAULT_HEARTBEAT_TIMEOUT_SECONDS,
  DEFAULT_RESULT,
  LEAST_HEARTBEAT_TIMEOUT_SECONDS,
  MOST_HEARTBEAT_TIMEOUT_SECONDS,
  type ActionResult,
  type HookTarget,
  type LifecycleHook,
} from './lifecycle-hook.ts'
import { launching, terminating, type LifecycleTransition } from './journey.ts'
import { required, requireWithin, validationError } from './validation.ts'

/** Pattern and lengths from the API reference of `PutLifecycleHook`. */
const HOOK_NAME = /^[A-Za-z0-9\-_/]{1,255}$/
const MOST_METADATA_LETTERS = 4_000

/**
 * The hook that a `PutLifecycleHook` makes: what it leaves out stays as it was, or takes AWS's default.
 *
 * @throws {ServiceError} `ValidationError` for what AWS would not take.
 */
export const hookFrom = (
  input: PutLifecycleHookCommandInput,
  old: LifecycleHook | undefined,
): LifecycleHook => {
  const name = required('LifecycleHookName', input.LifecycleHookName)
  if (!HOOK_NAME.test(name))
    throw validationError(`LifecycleHookName ${name} has characters that are not allowed.`)
  const heartbeatTimeoutSeconds =
    input.HeartbeatTimeout ?? old?.heartbeatTimeoutSeconds ?? DEFAULT_HEARTBEAT_TIMEOUT_SECONDS
  requireWithin('HeartbeatTimeout', heartbeatTimeoutSeconds, {
    least: LEAST_HEARTBEAT_TIMEOUT_SECONDS,
    most: MOST_HEARTBEAT_TIMEOUT_SECONDS,
  })
  return {
    name,
    transition: transitionFrom(input.LifecycleTransition ?? old?.transition),
    heartbeatTimeoutSeconds,
    defaultResult: requireResult(
      'DefaultResult',
      input.DefaultResult ?? old?.defaultResult ?? DEFAULT_RESULT,
    ),
    target: targetFrom(input, old),
    metadata: metadataFrom(input.NotificationMetadata ?? old?.metadata),
  }
}

/** @throws {ServiceError} `ValidationError` for anything but CONTINUE and ABANDON. */
export const requireResult = (member: string, value: string | undefined): ActionResult => {
  if (value === 'CONTINUE' || value === 'ABANDON') return value
  throw validationError(`${member} must be CONTINUE or ABANDON, not ${value}.`)
}

const transitionFrom = (value: string | undefined): LifecycleTransition => {
  const journey = [launching, terminating].find(({ transition }) => transition === value)
  if (journey === undefined)
    throw validationError(`LifecycleTransition ${value} is not valid for a lifecycle hook.`)
  return journey.transition
}

/** An empty ARN takes the target away (API reference). Only a Lambda function needs no role. */
const targetFrom = (
  { NotificationTargetARN: arn, RoleARN: roleArn }: PutLifecycleHookCommandInput,
  old: LifecycleHook | undefined,
): HookTarget | undefined => {
  if (arn === undefined) return old?.target
  if (arn === '') return undefined
  const target = { arn, roleArn: roleArn ?? old?.target?.roleArn }
  if (target.roleArn === undefined && !arn.includes(':lambda:'))
    throw validationError('RoleARN is required when NotificationTargetARN is given.')
  return target
}

const metadataFrom = (metadata: string | undefined): string | undefined => {
  if (metadata !== undefined && metadata.length > MOST_METADATA_LETTERS)
    throw validationError(`NotificationMetadata may have at most ${MOST_METADATA_LETTERS} characters.`)
  return metadata === '' ? undefined : metadata
}
