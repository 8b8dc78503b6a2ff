import { gunzipSync } from 'node:zlib'

import { ServiceError } from '../aws/operation.ts'
import { NOT_MODELLED, notModelled } from '../aws/unmodelled-input.ts'
import { readFormInput } from './form-body.ts'
import { parseForm, type FormNode } from './form-tree.ts'
import { readJsonInput } from './json-body.ts'
import type { OperationSchema, WireProtocol, WireService } from './wire-service.ts'

/** An HTTP request as it came in; header names in lower case. */
export interface HttpRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** In which service, protocol and operation a request is to be answered; what could not be told apart is undefined. */
export interface Address {
  readonly service: WireService | undefined
  readonly protocol: WireProtocol
  readonly operation: OperationSchema | undefined
}

export interface WireCall extends Address {
  readonly service: WireService
  readonly operation: OperationSchema
  readonly input: Readonly<Record<string, unknown>>
}

/** A request that cannot become a call: what to answer, and in whose protocol. */
export class WireRefusal extends Error {
  readonly address: Address
  readonly error: ServiceError

  constructor(address: Address, error: ServiceError) {
    super(error.message)
    this.name = 'WireRefusal'
    this.address = address
    this.error = error
  }
}

/**
 * The longest body that is read, plain or inflated. SQS's largest batch is 1 MiB, and in a form each byte of it may take
 * three.
 */
export const MAX_BODY_BYTES = 8 * 1_048_576

/**
 * Reads a request in whichever protocol it was sent. The service follows from the target or the version that the
 * request names, so that nothing depends on how it was signed.
 *
 * @throws {WireRefusal} with the error that the service would answer, or `NotModelled`.
 */
export const readRequest = async (
  request: HttpRequest,
  services: readonly WireService[],
): Promise<WireCall> => {
  const body = plainBody(request)
  const target = request.headers['x-amz-target']
  if (target !== undefined) return readJsonRequest(request, { target, body }, services)
  return readFormRequest(request, body, services)
}

/** Clients compress what is long, such as PutMetricData. */
const plainBody = ({ headers, body }: HttpRequest): string => {
  const isCompressed = headers['content-encoding'] === 'gzip'
  return Buffer.from(isCompressed ? inflate(body) : body).toString('utf8')
}

const inflate = (body: Uint8Array): Uint8Array => {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES })
  } catch (error) {
    throw new WireRefusal(
      NOWHERE,
      malformed(`The compressed body cannot be read: ${(error as Error).message}.`),
    )
  }
}

/** Nothing is known yet of what is asked. */
const NOWHERE: Address = { service: undefined, protocol: 'awsJson1_1', operation: undefined }

const malformed = (message: string): ServiceError => new ServiceError('SerializationException', message)

interface JsonRequest {
  readonly target: string
  readonly body: string
}

const readJsonRequest = async (
  { headers }: HttpRequest,
  { target, body }: JsonRequest,
  services: readonly WireService[],
): Promise<WireCall> => {
  const [prefix = '', name = ''] = target.split('.')
  const service = services.find((candidate) => candidate.target === prefix)
  const asked = headers['content-type']?.includes('json-1.0') ? 'awsJson1_0' : 'awsJson1_1'
  const address = addressOf({ service, protocol: service?.protocol ?? asked, name })
  const call = known(address, service === undefined ? prefix : name)
  try {
    const [, , , , inputSchema] = call.operation
    const { input, unknown } = await readJsonInput(inputSchema, body)
    refuseUnknown(call, unknown)
    return { ...call, input }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new WireRefusal(address, malformed(error.message))
  }
}

const readFormRequest = (request: HttpRequest, body: string, services: readonly WireService[]): WireCall => {
  const form = readForm(body)
  const action = form.parts.get('Action')?.value
  const version = form.parts.get('Version')?.value ?? ''
  const service = services.find((candidate) => candidate.version === version)
  const protocol = service?.protocol === 'ec2Query' ? 'ec2Query' : 'awsQuery'
  const address = addressOf({ service, protocol, name: action ?? '' })
  const call = known(address, service === undefined ? strangeService(request, version) : (action ?? ''))
  const [, , , , inputSchema] = call.operation
  const { input, unknown } = readFormInput(inputSchema, form, protocol)
  refuseUnknown(call, unknown)
  return { ...call, input }
}

const readForm = (body: string): FormNode => {
  try {
    return parseForm(body)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new WireRefusal(
      { ...NOWHERE, protocol: 'awsQuery' },
      new ServiceError('MalformedInput', error.message),
    )
  }
}

interface Named {
  readonly service: WireService | undefined
  readonly protocol: WireProtocol
  readonly name: string
}

const addressOf = ({ service, protocol, name }: Named): Address => ({
  service,
  protocol,
  operation: service?.operations.get(name),
})

/** @throws {WireRefusal} naming the service or the operation that is not known. */
const known = (address: Address, name: string): Omit<WireCall, 'input'> => {
  const { service, protocol, operation } = address
  if (service === undefined) throw new WireRefusal(address, notModelledOverHttp(`the service ${name}`))
  if (operation === undefined)
    throw new WireRefusal(address, notModelledOverHttp(`${service.serviceId} ${name}`))
  return { service, protocol, operation }
}

/** 501 is what no client tries again. */
const notModelledOverHttp = (what: string): ServiceError =>
  new ServiceError(NOT_MODELLED, notModelled(what).message, NOT_IMPLEMENTED)

export const NOT_IMPLEMENTED = 501

/** A member that the SDK's package does not know would be dropped in silence. */
const refuseUnknown = (address: Omit<WireCall, 'input'>, names: readonly string[]): void => {
  if (names.length === 0) return
  const [, , operation] = address.operation
  throw new WireRefusal(address, notModelledOverHttp(`${operation} with ${names.join(', ')}`))
}

/** REST services name themselves in the credential scope alone: `…/20261120/eu-west-1/lambda/aws4_request`. */
const strangeService = ({ headers }: HttpRequest, version: string): string => {
  const [, scope] = /Credential=[^,]*\/([a-z0-9-]+)\/aws4_request/.exec(headers['authorization'] ?? '') ?? []
  return scope ?? (version === '' ? 'of a request without x-amz-target and Version' : `of version ${version}`)
}
