import { ServiceError } from '../operation.ts'
import type { LaunchRequest, Machine } from './machine.ts'

/** Where EC2 lacks machines. What is not said is any: no zone and no type is a region without capacity. */
interface CapacityShortage {
  readonly availabilityZone?: string
  readonly instanceType?: string
}

/** CPU units as ECS counts them, for each vCPU. */
const UNITS_PER_VCPU = 1_024

/** What keeps EC2 from launching: machines that a zone does not have, and the account's limit on vCPUs. */
export class CapacityLimits {
  readonly #shortages = new Set<CapacityShortage>()
  #vcpuLimit = Infinity

  /** @returns ends the shortage. */
  lack(shortage: CapacityShortage): () => void {
    this.#shortages.add(shortage)
    return () => {
      this.#shortages.delete(shortage)
    }
  }

  /** For all machines of the model together, which AWS counts by classes of instance types; Infinity lifts it. */
  setVcpuLimit(vcpus: number): void {
    this.#vcpuLimit = vcpus
  }

  /**
   * @throws {ServiceError} `InsufficientInstanceCapacity` or `VcpuLimitExceeded` ("Error codes for the Amazon EC2 API"),
   *   in the words of "Troubleshoot Amazon EC2 Auto Scaling: EC2 instance launch failures".
   */
  check(request: LaunchRequest, running: readonly Machine[]): void {
    const { availabilityZone, instanceType } = request
    const vcpus = [...running, request].reduce((sum, { cpu }) => sum + cpu / UNITS_PER_VCPU, 0)
    if (vcpus > this.#vcpuLimit)
      throw new ServiceError(
        'VcpuLimitExceeded',
        `You have requested more vCPU capacity than your current vCPU limit of ${this.#vcpuLimit} allows for the ` +
          `instance bucket that the specified instance type belongs to. Please visit ` +
          `http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
      )
    if ([...this.#shortages].some((shortage) => concerns(shortage, request)))
      throw new ServiceError(
        'InsufficientInstanceCapacity',
        `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested ` +
          `(${availabilityZone}). Our system will be working on provisioning additional capacity.`,
        500,
      )
  }
}

const concerns = (
  { availabilityZone, instanceType }: CapacityShortage,
  request: Pick<LaunchRequest, 'availabilityZone' | 'instanceType'>,
): boolean =>
  (availabilityZone === undefined || availabilityZone === request.availabilityZone) &&
  (instanceType === undefined || instanceType === request.instanceType)
