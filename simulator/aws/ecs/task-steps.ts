import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Task } from './cluster.ts'
import { hopMs } from './timing.ts'

/** The three ways in which a task gets from one state to the next. */
export class TaskSteps {
  readonly #simulation: Simulation
  readonly #random: Random

  constructor(simulation: Simulation, random: Random) {
    this.#simulation = simulation
    this.#random = random
  }

  /** Inside ECS, after a moment. A task that was lost meanwhile takes no more steps. */
  inControlPlane(task: Task, step: () => void): void {
    this.#simulation.after(hopMs(this.#random), () => {
      if (task.lastStatus !== 'STOPPED') step()
    })
  }

  /** On the machine, after `delayMs`. It ends with the machine. */
  onMachine(task: Task, delayMs: number, step: () => void): void {
    task.machineTimer = this.#simulation.after(delayMs, step)
  }

  /** Between ECS and the agent: now, or as soon as the agent is connected again. */
  throughAgent(task: Task, step: () => void): void {
    const { agentConnected, isMachineUp, awaitingAgent } = task.containerInstance
    const stepIfAlive = () => {
      if (task.lastStatus !== 'STOPPED') step()
    }
    if (agentConnected && isMachineUp) stepIfAlive()
    else awaitingAgent.push(stepIfAlive)
  }
}
