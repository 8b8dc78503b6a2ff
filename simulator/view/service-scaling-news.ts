import type { World } from '../world/world.ts'
import { counted } from './counted.ts'
import { NO_NEWS, type News, type NewsSource } from './news.ts'

/** Application Auto Scaling asks for another number of tasks. */
export const serviceScalingNews = ({ serviceAutoScaling }: World): NewsSource => {
  let fresh: News[] = []
  serviceAutoScaling.onScaled(({ service, from, to }) => {
    const change = to > from ? 'out' : 'in'
    fresh.push({ text: `${service} is scaled ${change} to ${counted(to, 'task')}`, tone: 'plain' })
  })
  return () => {
    if (fresh.length === 0) return NO_NEWS
    const told = fresh
    fresh = []
    return told
  }
}
