/** Without one of these the text is no message of Auto Scaling's, however many colons it has. */
const TELLING_KEYS = ['LifecycleTransition', 'Event'] as const

/**
 * Reads the form that Auto Scaling's documentation shows for notifications, though every recorded one is JSON
 * (PutLifecycleHook in the API reference, and "Prepare to add a lifecycle hook" in the user guide):
 *
 *     Service: AWS Auto Scaling
 *     Time: 2026-11-20T09:15:43.904Z
 *     LifecycleActionToken: 0f6f3a52-6f0b-4b39-9d0c-3c1d2e5a7b84
 *     AutoScalingGroupName: ecs-web-a
 *     LifecycleHookName: ebbtide-web
 *     EC2InstanceId: i-0123456789abcdef0
 *     LifecycleTransition: autoscaling:EC2_INSTANCE_TERMINATING
 *     NotificationMetadata: text that may itself contain line breaks
 *
 * The first line with a key wins: notification metadata comes last and may hold lines that look like fields.
 * Absent means that the text has another form.
 */
export const readKeyValueLines = (text: string): Readonly<Record<string, string>> | undefined => {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [key, value] = cutAtColon(line)
    if (/^[A-Za-z0-9]{1,64}$/.test(key) && !values.has(key)) values.set(key, value)
  }
  return TELLING_KEYS.some((key) => values.has(key)) ? Object.fromEntries(values) : undefined
}

const cutAtColon = (line: string): readonly [key: string, value: string] => {
  const colon = line.indexOf(':')
  return colon < 0 ? ['', ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
}
