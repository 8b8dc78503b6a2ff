import type { TaskEnded } from '../aws/ecs/task-endings.ts'
import { wasKilled } from '../rehearsal/recording.ts'
import type { World } from '../world/world.ts'
import { counted, listed, tally } from './counted.ts'
import { NO_NEWS, type News, type NewsSource } from './news.ts'
import { workloadOf } from './task-phase.ts'

/** Machines that come and go, and the tasks that they take with them. */
export const machineNews = ({ ec2, ecs }: World): NewsSource => {
  const news: News[] = []
  const killed: TaskEnded[] = []
  ec2.onStateChange(({ instanceId, availabilityZone, state }) => {
    if (state === 'pending')
      news.push({ text: `${instanceId} is launched in ${availabilityZone}`, tone: 'plain' })
    if (state === 'terminated') news.push({ text: `${instanceId} is terminated`, tone: 'plain' })
  })
  ecs.onTaskEnded((task) => {
    if (wasKilled(task)) killed.push(task)
  })
  return () =>
    news.length + killed.length === 0 ? NO_NEWS : [...news.splice(0), ...killsOf(killed.splice(0))]
}

const killsOf = (killed: readonly TaskEnded[]): readonly News[] =>
  [...new Set(killed.map(({ instanceId }) => instanceId))].map((instanceId) => {
    const there = killed.filter((task) => task.instanceId === instanceId)
    const sums = [...tally(there.map(workloadOf))].map(([workload, count]) => `${count} ${workload}`)
    return { text: `${counted(there.length, 'task')} killed on ${instanceId}: ${listed(sums)}`, tone: 'bad' }
  })
