import { ServiceError } from '../operation.ts'

/** A statement of a function's resource-based policy, as AddPermission makes it. It always allows `lambda:InvokeFunction`. */
export interface InvokePermission {
  /** A service such as `events.amazonaws.com`, an account's id, or the ARN of a role. */
  readonly principal: string
  /** Undefined: whatever of the principal asks. */
  readonly sourceArn?: string
}

/** Who invokes, and on behalf of which resource. */
export type Invoker = InvokePermission

/** Whether the policy lets somebody in who has no permission of his own, as services and service-linked roles have none. */
export const isLetIn = (policy: Iterable<InvokePermission>, { principal, sourceArn }: Invoker): boolean =>
  [...policy].some(
    (permission) =>
      permission.principal === principal &&
      (permission.sourceArn === undefined || permission.sourceArn === sourceArn),
  )

/** Lambda's words for a function that does not exist ("Invoke"). */
export const functionNotFound = (functionArn: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `Function not found: ${functionArn}`, 404)

export const invocationDenied = (functionArn: string, { principal }: Invoker): ServiceError =>
  new ServiceError(
    'AccessDeniedException',
    `${principal} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn}`,
    403,
  )
