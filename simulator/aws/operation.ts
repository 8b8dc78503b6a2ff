/**
 * How a simulated service answers. An operation takes the input that an SDK client sends (its `XCommandInput`), reads
 * or changes the model at once, and returns the output of the call (`XCommandOutput` without `$metadata`). It knows
 * nothing of transport: latency, faults, permissions and encoding are the business of whoever carries the call.
 */
export type Operation = (input: never) => object

export interface ServiceModel {
  /** The SDK's service id, such as `ECS` or `Auto Scaling`. */
  readonly serviceId: string
  /** By operation name, such as `ListTasks`. What is not here is refused by name. */
  readonly operations: Readonly<Record<string, Operation>>
  /** Makes of an output what a client is handed where that is more than data, such as a stream. Absent: the output itself. */
  readonly present?: (output: object) => object
}

/** An error that AWS would send: its code and message on the wire, and who is to blame. */
export class ServiceError extends Error {
  readonly code: string
  readonly httpStatus: number

  constructor(code: string, message: string, httpStatus = 400) {
    super(message)
    this.name = 'ServiceError'
    this.code = code
    this.httpStatus = httpStatus
  }

  get fault(): 'client' | 'server' {
    return this.httpStatus >= 500 ? 'server' : 'client'
  }
}
