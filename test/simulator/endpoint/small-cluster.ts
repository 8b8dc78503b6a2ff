/** A scenario as its file would say it. */
export const smallCluster = {
  description: 'Three small instances and a service.',
  cluster: 'web',
  groups: [
    { name: 'ecs-web', cpu: 2048, memory: 4096, desired: 3, max: 6, bootSeconds: 5, registrationSeconds: 5 },
  ],
  services: [{ name: 'shop', cpu: 256, memory: 256, desired: 3, startSeconds: 5, stopSeconds: 5 }],
  lastsSeconds: 600,
}
