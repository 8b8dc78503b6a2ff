/** The families whose limits follow from the size. Burstable ones have no trunk; others have limits of their own. */
const COMMON_FAMILY = /^[cmr][5-7](a|ad|d|g|gd|i|id|idn|in)?$/

/**
 * Tasks in awsvpc mode on an instance with a trunk, by size: the least that "Supported instances for increased Amazon ECS
 * container network interfaces" says of the common families. A few have more at 8xlarge and 12xlarge (90 and 120 on m6i);
 * counting on less only asks for a machine too many. No API tells.
 */
const LIMITS: Readonly<Record<string, number>> = {
  medium: 4,
  large: 10,
  xlarge: 20,
  '2xlarge': 40,
  '4xlarge': 60,
  '8xlarge': 60,
  '9xlarge': 60,
  '12xlarge': 60,
  '16xlarge': 120,
  '18xlarge': 120,
  '24xlarge': 120,
  '32xlarge': 120,
  '48xlarge': 120,
}

/** How many tasks in awsvpc mode a trunk of this instance type serves. Undefined: not known. */
export const trunkLimit = (instanceType: string): number | undefined => {
  const [family = '', size = ''] = instanceType.split('.')
  return COMMON_FAMILY.test(family) ? LIMITS[size] : undefined
}
