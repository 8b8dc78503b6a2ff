// What is taken out of the product, one at a time, to see the campaign fail. Plain JavaScript, because it is loaded before
// anything else. Each text must occur exactly once in its file, so that a proof cannot outlive what it is about.

/** @typedef {{ file: string, find: string, replace: string }} Change */

/** @type {Change} */
const everyListingIsBelieved = {
  file: 'lib/decide/accounting.ts',
  find: 'known.some((count) => isAccountedFor(count, tasks, facts.now))',
  replace: 'known !== undefined && isAccountedFor !== undefined',
}

/** @type {Change} */
const noAnswerIsStale = {
  file: 'simulator/faults/fault-odds.ts',
  find: 'stale: draw({ most: 0.3, wild: 1 }),',
  replace: 'stale: 0 * draw({ most: 0.3, wild: 1 }),',
}

/**
 * Every second answer is old, and whenever a task begins to stop somebody looks. ECS stops a daemon last on each instance.
 *
 * @type {readonly Change[]}
 */
const looksAtTheWorstMoment = [
  {
    file: 'simulator/faults/fault-odds.ts',
    find: 'stale: draw({ most: 0.3, wild: 1 }),',
    replace: 'stale: 0.5 + 0 * draw({ most: 0.3, wild: 1 }),',
  },
  {
    file: 'simulator/faults/fault-odds.ts',
    find: 'untimely: drawOdds(untimelyWakes, level, { most: 0.2, wild: 0.9 }),',
    replace: 'untimely: 0.5 + 0 * drawOdds(untimelyWakes, level, { most: 0.2, wild: 0.9 }),',
  },
]

/** @type {Change} */
const callsAreSlow = {
  file: 'simulator/faults/fault-odds.ts',
  find: 'slow: draw({ most: 0.03, wild: 0.2 }),',
  replace: 'slow: 0.3 + 0 * draw({ most: 0.03, wild: 0.2 }),',
}

/**
 * Nothing proves that the tasks have stopped but the two listings, in a world whose answers are of the moment and take long.
 *
 * @type {readonly Change[]}
 */
const listingsAlone = [
  everyListingIsBelieved,
  noAnswerIsStale,
  callsAreSlow,
  {
    file: 'lib/decide/stop-tasks.ts',
    find: 'runningTasksCount + pendingTasksCount === 0 && tasks !== undefined',
    replace: 'runningTasksCount + pendingTasksCount >= 0 && tasks !== undefined',
  },
  {
    file: 'lib/decide/reading.ts',
    find: "const isAsked = hasNoCountedTasks(containerInstance) || drain.policy.standaloneTasks === 'ignore'",
    replace: 'const isAsked = hasNoCountedTasks(containerInstance) || true',
  },
]

/**
 * Every run scales, so that instances are taken away in more of them.
 *
 * @type {Change}
 */
const everyStackScales = {
  file: 'simulator/campaign/generate-scenario.ts',
  find: 'random.pick(stackProfiles)',
  replace: 'random.pick(stackProfiles.filter((each) => each.isScaling))',
}

/** @type {Readonly<Record<string, readonly Change[]>>} */
export const mutations = {
  'the settle time': [
    ...looksAtTheWorstMoment,
    {
      file: 'lib/decide/drain-context.ts',
      find: 'export const STALENESS_SECONDS = 3',
      replace: 'export const STALENESS_SECONDS = 0',
    },
    {
      file: 'lib/decide/drain-context.ts',
      find: 'export const CLOCK_SKEW_SECONDS = 2',
      replace: 'export const CLOCK_SKEW_SECONDS = 0',
    },
  ],
  'STOPPED tasks in the count': [
    {
      file: 'lib/observe/tasks.ts',
      find: "const stopped = await listTasks(place, 'STOPPED')",
      replace: 'const stopped: readonly string[] = []',
    },
  ],
  'an earlier look that accounts for every task': [everyListingIsBelieved],
  // The counters and the accounting for every task cover this too, so it shows only where the listings stand alone.
  'RUNNING listed before STOPPED': [
    ...listingsAlone,
    {
      file: 'lib/observe/tasks.ts',
      find: "const running = await listTasks(place, 'RUNNING')\n  const stopped = await listTasks(place, 'STOPPED')\n",
      replace:
        "const stopped = await listTasks(place, 'STOPPED')\n  const running = await listTasks(place, 'RUNNING')\n",
    },
  ],
  'tolerance of a hook that has already ended': [
    {
      file: 'lib/act/lifecycle-action.ts',
      find: "if (error instanceof Error && isActionOver(error.cause)) return 'already-over'",
      replace: '',
    },
  ],
  'the heartbeat': [
    {
      file: 'lib/decide/drain.ts',
      find: 'if (ends || !isDue) return decided',
      replace: 'if (ends || isDue || !isDue) return decided',
    },
  ],
  'memory that names its action': [
    {
      file: 'lib/decide/memory.ts',
      find: 'return memory.actionStartedAt === action.startedAt || wasAnnounced ? memory : undefined',
      replace: 'return wasAnnounced ? memory : memory',
    },
  ],
  'the joint proof of removals': [
    everyStackScales,
    {
      file: 'lib/capacity/removal.ts',
      find: 'const shutOut = this.#shutOut(all)',
      replace: 'const shutOut = all.map((one) => this.#shutOut([one])).find((each) => each !== undefined)',
    },
  ],
  'the proof of removals': [
    everyStackScales,
    {
      file: 'lib/capacity/removal.ts',
      find: 'const shutOut = this.#shutOut(all)',
      replace: 'const shutOut = undefined',
    },
  ],
  'the truth of an absence that is named': [
    {
      file: 'lib/decide/drain.ts',
      find: 'if (isDone(drain, containerInstance)) return finish(drain)',
      replace:
        "if (isSettled(drain)) return decision('release', 'not-in-cluster', [completion(drain, 'not-in-cluster')])",
    },
  ],
  'the proof of an absence': [
    {
      file: 'lib/decide/unknown-instance.ts',
      find: 'if (isProvenAbsent(drain)) return',
      replace: 'if (isProvenAbsent !== undefined) return',
    },
  ],
  'decisions about launches': [
    {
      file: 'lib/lifecycle/launch.ts',
      find: 'await act(environment, one, decideLaunch(one, settings))',
      replace:
        "await act(environment, one, { ...decideLaunch(one, settings), verdict: 'wait', because: 'booting', actions: [] })",
    },
  ],
  'the question whose machine it is': [
    {
      file: 'lib/lifecycle/handle-signals.ts',
      find: 'if (group === undefined ? known.containerInstances.has(instanceId) : scope.groups.includes(group))',
      replace: 'if (scope.groups.length > 0)',
    },
  ],
  'a failure of its own for what cannot be read': [
    {
      file: 'lib/lifecycle/handle-signals.ts',
      find: "telemetry.logger.error('Could not read a message', { reason: route.reason })",
      replace: 'throw new Error(route.reason)',
    },
  ],
  'the failure of a snapshot that lacks its tasks': [
    {
      file: 'lib/observe/capacity/tasks-of-cluster.ts',
      find: 'const answer = await ecs.send(command)',
      replace: 'const answer = await ecs.send(command).catch(() => ({ taskArns: [], nextToken: undefined }))',
    },
  ],
}

/**
 * What a mutation needs beside what it takes out, and what breaks nothing by itself.
 *
 * @type {Readonly<Record<string, readonly Change[]>>}
 */
export const controls = {
  'removals, where every stack scales': [everyStackScales],
  'the settle time, where answers are old and looks come at the worst moment': looksAtTheWorstMoment,
  'RUNNING listed before STOPPED, and nothing else that proves it': listingsAlone,
}

/**
 * What only a killed process shows: between two of its calls, which faults of a campaign do not part.
 *
 * @type {Readonly<Record<string, readonly Change[]>>}
 */
export const crashMutations = {
  'the adoption of an instance that somebody left DRAINING': [
    {
      file: 'lib/decide/drain.ts',
      find: 'if (isDone(drain, containerInstance)) return finish(drain)',
      replace:
        "if (containerInstance.status === 'DRAINING' && drain.memory === undefined) return decision('wait', 'settling')\n  if (isDone(drain, containerInstance)) return finish(drain)",
    },
  ],
}

/**
 * From which seed a campaign begins, where it would take long from the first: what is well covered by other rules shows seldom.
 *
 * @type {Readonly<Record<string, number>>}
 */
export const firstSeeds = { 'the settle time': 151 }

/**
 * The promises that a mutation may break first. Another one would be a mistake of its own, and no proof of this one.
 *
 * @type {Readonly<Record<string, readonly number[]>>}
 */
export const promisesAtStake = {
  'the settle time': [1, 2],
  'STOPPED tasks in the count': [1],
  'an earlier look that accounts for every task': [1, 2],
  'RUNNING listed before STOPPED': [1],
  'tolerance of a hook that has already ended': [3],
  'the heartbeat': [3, 4],
  'memory that names its action': [1, 2, 3, 4],
  'the joint proof of removals': [8],
  'the proof of removals': [8],
  'the truth of an absence that is named': [1],
  'the proof of an absence': [1],
  'decisions about launches': [3, 7],
  'the question whose machine it is': [5],
  'a failure of its own for what cannot be read': [6],
  'the failure of a snapshot that lacks its tasks': [9],
}
