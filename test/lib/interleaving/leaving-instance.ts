import { at, START } from '../decide/facts-of.ts'

export const INSTANCE_ID = 'i-0123456789abcdef0'
export const GROUP = 'ecs-web-a'
export const HOOK = 'ebbtide-web'
export const CLUSTER = 'web'
const ARN = `arn:aws:ecs:eu-west-1:111122223333:container-instance/${CLUSTER}/2dd1b186f39845a584488d2ef155c131`
const TASK_DEFINITION = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:1'

/** The hook's timeout and its cap; 100 times the timeout is more than two days. */
const HEARTBEAT_TIMEOUT_MS = 1_800_000
const GLOBAL_TIMEOUT_SECONDS = 172_800

/** A container takes all of its stop timeout to end. The services have no load balancer. */
const STOP_TIMEOUT_SECONDS = 30
/** Told to stop before this, a task is told too early: 30 s are spared for the telling. */
const STOP_LEAD_SECONDS = STOP_TIMEOUT_SECONDS + 30
export const DRAIN_TIMEOUT_SECONDS = 3_600
export const DEADLINE = at(DRAIN_TIMEOUT_SECONDS)

/** A task that was placed before ECS heard of DRAINING may appear so much later. */
const LATE_PLACEMENT_MS = 4_000

interface Task {
  readonly taskArn: string
  lastStatus: 'RUNNING' | 'DEACTIVATING' | 'STOPPED'
  desiredStatus: 'RUNNING' | 'STOPPED'
  stoppingAt?: Date
  stoppedReason?: string
}

interface LookAgain {
  readonly body: string
  readonly dueAt: number
}

type Input = Readonly<Record<string, unknown>>

/** An error as the SDK throws it: the name is all that is looked at, and the message for an action that is over. */
const awsError = (name: string, message: string): Error => Object.assign(new Error(message), { name })

/**
 * One instance on its way out, as Auto Scaling, ECS and EC2 know it together: the smallest world in which a drain can go
 * wrong. It takes offence at once when something is done to it that must not be, and refuses every call that it does not
 * know.
 */
export class LeavingInstance {
  now = START + 1_000
  hook: 'waiting' | 'completed' | 'completed-by-hand' | 'expired' = 'waiting'
  readonly offences: string[] = []
  /** Look-again messages in their queue. */
  readonly lookAgains: LookAgain[] = []
  #lastBeatAt = START
  #status: 'ACTIVE' | 'DRAINING' | 'INACTIVE' = 'ACTIVE'
  #drainingSince = Infinity
  #memory: string | undefined
  #machine: 'running' | 'terminated' = 'running'
  readonly #tasks: Task[] = []

  constructor(taskCount: number) {
    for (let count = 0; count < taskCount; count += 1) this.#place()
  }

  get unstopped(): readonly Task[] {
    return this.#tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED')
  }

  /** Answers a call at this very moment. */
  answer(operation: string, input: Input): object {
    const answer = this.#operations[operation]
    if (answer === undefined) {
      this.offences.push(`${operation} is not modelled`)
      throw awsError('UnknownOperationException', operation)
    }
    return answer(input)
  }

  pass(seconds: number): void {
    this.now += 1_000 * seconds
    if (this.hook === 'waiting' && this.now - this.#lastBeatAt >= HEARTBEAT_TIMEOUT_MS) this.hook = 'expired'
    if (this.#machine === 'terminated') return
    for (const task of this.#tasks)
      if (
        task.stoppingAt !== undefined &&
        this.now >= task.stoppingAt.getTime() + 1_000 * STOP_TIMEOUT_SECONDS
      )
        task.lastStatus = 'STOPPED'
  }

  /** A scheduler of ECS that decided before DRAINING may still place a task for some seconds. */
  placeTask(): void {
    const mayPlace = this.#status === 'ACTIVE' || this.now - this.#drainingSince < LATE_PLACEMENT_MS
    if (this.#machine === 'terminated' || this.#status === 'INACTIVE' || !mayPlace) return
    this.#place()
    if (this.hook === 'completed') this.offences.push('a task came after the end of the hook')
  }

  /** ECS begins to stop one task of a DRAINING instance. */
  moveTask(): void {
    const staying = this.#tasks.find(({ desiredStatus }) => desiredStatus === 'RUNNING')
    if (staying !== undefined && this.#status === 'DRAINING' && this.#machine === 'running')
      this.#tellToStop(staying, 'Scaling activity')
  }

  die(): void {
    this.#machine = 'terminated'
  }

  completeByHand(): void {
    if (this.hook === 'waiting') this.hook = 'completed-by-hand'
  }

  #place(): void {
    const taskArn = `arn:aws:ecs:eu-west-1:111122223333:task/${CLUSTER}/${this.#tasks.length}`
    this.#tasks.push({ taskArn, lastStatus: 'RUNNING', desiredStatus: 'RUNNING' })
  }

  #tellToStop(task: Task, reason: string): void {
    task.desiredStatus = 'STOPPED'
    task.lastStatus = 'DEACTIVATING'
    task.stoppingAt = new Date(this.now)
    task.stoppedReason = reason
  }

  get #isInGroup(): boolean {
    return this.hook === 'waiting'
  }

  readonly #operations: Readonly<Record<string, (input: Input) => object>> = {
    DescribeAutoScalingInstances: () => ({ AutoScalingInstances: this.#instances() }),
    DescribeAutoScalingGroups: () => ({
      AutoScalingGroups: [{ AutoScalingGroupName: GROUP, Instances: this.#instances() }],
    }),
    DescribeLifecycleHooks: () => ({
      LifecycleHooks: [
        {
          LifecycleHookName: HOOK,
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
          HeartbeatTimeout: HEARTBEAT_TIMEOUT_MS / 1_000,
          GlobalTimeout: GLOBAL_TIMEOUT_SECONDS,
        },
      ],
    }),
    DescribeScalingActivities: () => ({
      Activities: [
        {
          Description: `Terminating EC2 instance: ${INSTANCE_ID}`,
          Cause: 'a difference between desired and actual capacity',
          StartTime: new Date(START),
          StatusCode: this.#isInGroup ? 'MidTerminatingLifecycleAction' : 'Successful',
        },
      ],
    }),
    RecordLifecycleActionHeartbeat: () => {
      this.#needsAction()
      this.#lastBeatAt = this.now
      return {}
    },
    CompleteLifecycleAction: () => {
      this.#needsAction()
      this.hook = 'completed'
      if (this.unstopped.length > 0 && this.#machine === 'running')
        this.offences.push(`completed with ${this.unstopped.length} tasks that have not stopped`)
      return {}
    },
    ListContainerInstances: ({ status }) => ({
      containerInstanceArns: this.#isListed(status) ? [ARN] : [],
    }),
    DescribeContainerInstances: () => ({ containerInstances: [this.#containerInstance()], failures: [] }),
    UpdateContainerInstancesState: ({ status }) => {
      this.#needsContainerInstance()
      if (status !== 'DRAINING') this.offences.push(`set to ${String(status)}`)
      if (this.#status !== 'DRAINING') this.#drainingSince = this.now
      this.#status = 'DRAINING'
      return { containerInstances: [], failures: [] }
    },
    PutAttributes: ({ attributes }) => {
      if (this.#status === 'INACTIVE') throw awsError('TargetNotFoundException', 'no such target')
      this.#memory = (attributes as readonly { readonly value: string }[])[0]?.value
      return {}
    },
    DeregisterContainerInstance: () => {
      if (this.#machine !== 'terminated') this.offences.push('deregistered a machine that runs')
      this.#status = 'INACTIVE'
      return {}
    },
    ListTasks: ({ desiredStatus }) => ({
      taskArns: this.#tasks
        .filter((task) => task.desiredStatus === desiredStatus)
        .map(({ taskArn }) => taskArn),
    }),
    DescribeTasks: ({ tasks }) => ({
      tasks: this.#tasks
        .filter(({ taskArn }) => (tasks as readonly string[]).includes(taskArn))
        .map((task) => ({ ...task, group: 'service:shop', taskDefinitionArn: TASK_DEFINITION })),
      failures: [],
    }),
    StopTask: ({ task, reason }) => {
      const told = this.#tasks.find(({ taskArn }) => taskArn === task)
      if (this.now < DEADLINE - 1_000 * STOP_LEAD_SECONDS)
        this.offences.push('stopped a task before its time')
      if (told?.desiredStatus === 'RUNNING') this.#tellToStop(told, String(reason))
      return {}
    },
    GetTaskProtection: () => ({ protectedTasks: [], failures: [] }),
    DescribeServices: () => ({ services: [this.#service()], failures: [] }),
    DescribeTaskDefinition: () => ({
      taskDefinition: { containerDefinitions: [{ stopTimeout: STOP_TIMEOUT_SECONDS }] },
    }),
    DescribeInstances: () => ({
      Reservations: [{ Instances: [{ InstanceId: INSTANCE_ID, State: { Name: this.#machine } }] }],
    }),
    SendMessage: ({ MessageBody, DelaySeconds }) => {
      this.lookAgains.push({ body: String(MessageBody), dueAt: this.now + 1_000 * Number(DelaySeconds) })
      return {}
    },
  }

  #instances() {
    const instance = {
      InstanceId: INSTANCE_ID,
      AutoScalingGroupName: GROUP,
      LifecycleState: 'Terminating:Wait',
    }
    return this.#isInGroup ? [instance] : []
  }

  #isListed(status: unknown): boolean {
    return this.#status !== 'INACTIVE' && (status === undefined || status === this.#status)
  }

  #containerInstance() {
    const counted = this.#tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
    return {
      containerInstanceArn: ARN,
      ec2InstanceId: INSTANCE_ID,
      status: this.#status,
      agentConnected: this.#machine === 'running',
      runningTasksCount: this.#status === 'INACTIVE' ? 0 : counted.length,
      pendingTasksCount: 0,
      attributes: this.#memory === undefined ? [] : [{ name: 'ebbtide.drain', value: this.#memory }],
    }
  }

  #service() {
    return {
      serviceName: 'shop',
      schedulingStrategy: 'REPLICA',
      desiredCount: 4,
      runningCount: 4,
      pendingCount: 0,
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
      loadBalancers: [],
      events: [],
    }
  }

  #needsAction(): void {
    if (!this.#isInGroup)
      throw awsError('ValidationError', `No active Lifecycle Action found with instance ID ${INSTANCE_ID}`)
  }

  #needsContainerInstance(): void {
    if (this.#status === 'INACTIVE') throw awsError('InvalidParameterException', 'the instance is INACTIVE')
  }
}
