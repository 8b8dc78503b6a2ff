const SERVICE_GROUP = 'service:'

/** The group that ECS puts the tasks of a service into. */
export const groupOfService = (name: string): string => `${SERVICE_GROUP}${name}`

/** The name of the service whose tasks are in a group. Undefined: its tasks stand alone. */
export const serviceOfGroup = (group: string): string | undefined =>
  group.startsWith(SERVICE_GROUP) ? group.slice(SERVICE_GROUP.length) : undefined
