/** What the stack gives a function by default. */
export const environment = {
  EBBTIDE_CLUSTER: 'web',
  EBBTIDE_GROUPS: 'ecs-web-a,ecs-web-b',
  EBBTIDE_HOOK_NAME: 'ebbtide-web',
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: '3600',
  EBBTIDE_ON_DEADLINE: 'stop-tasks',
  EBBTIDE_STANDALONE_TASKS: 'wait',
  EBBTIDE_PROTECTED_TASKS: 'honour',
  EBBTIDE_DRAIN_RESERVE_SECONDS: '900',
  EBBTIDE_SPOT: 'drain',
  EBBTIDE_REBALANCE: 'off',
  EBBTIDE_HEALTH: 'replace',
  EBBTIDE_LAUNCH_TIMEOUT_SECONDS: '600',
  EBBTIDE_HEARTBEAT_TIMEOUT_SECONDS: '1800',
  EBBTIDE_DRY_RUN: 'false',
  EBBTIDE_SIGNALS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ebbtide-web-signals',
  EBBTIDE_WAKES_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ebbtide-web-wakes',
}
