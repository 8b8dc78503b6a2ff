import { ServiceError } from '../operation.ts'

/** EC2's answer to ids that it does not know or no longer remembers. */
export const instanceNotFound = (instanceIds: readonly string[]): ServiceError =>
  new ServiceError(
    'InvalidInstanceID.NotFound',
    instanceIds.length === 1
      ? `The instance ID '${instanceIds[0]}' does not exist`
      : `The instance IDs '${instanceIds.join(', ')}' do not exist`,
  )
