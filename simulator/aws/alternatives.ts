/** What else AWS may do than what a service is taken to do where the documentation leaves it open: for each switch one or more. */
export type Alternatives<Assumptions> = {
  readonly [Name in keyof Assumptions]: readonly Assumptions[Name][]
}
