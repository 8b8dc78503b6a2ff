/** An event as a service hands it to EventBridge; the bus adds id, time, account and region. */
export interface AwsEvent {
  readonly source: string
  readonly detailType: string
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, unknown>>
}

export type PublishEvent = (event: AwsEvent) => void
