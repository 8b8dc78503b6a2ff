import type { ServiceError } from '../aws/operation.ts'
import { writeJson } from './json-body.ts'
import { errorSchemaOf, queryCodeOf, type WireProtocol, type WireService } from './wire-service.ts'
import type { Address, WireCall } from './wire-request.ts'
import { escapeXml, writeEc2Xml, writeQueryXml } from './xml-body.ts'

/** What goes back to the client. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The answer of a call that went well, in the protocol in which it was asked. */
export const writeOutput = (call: WireCall, output: object, requestId: string): HttpAnswer => {
  const { service, protocol, operation } = call
  const answer = { service, operation, output, requestId }
  return { status: 200, headers: headersFor(protocol, requestId), body: bodyFor(protocol, answer) }
}

const bodyFor = (protocol: WireProtocol, answer: Parameters<typeof writeQueryXml>[0]): string => {
  switch (protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return writeJson(answer.operation[5], answer.output)
    case 'awsQuery':
      return writeQueryXml(answer)
    case 'ec2Query':
      return writeEc2Xml(answer)
  }
}

/** An error in the protocol in which was asked. */
export const writeError = (address: Address, error: ServiceError, requestId: string): HttpAnswer => {
  const { service, protocol } = address
  const headers = headersFor(protocol, requestId)
  const status = error.httpStatus
  switch (protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return {
        status,
        headers: { ...headers, ...queryErrorHeader(service, error) },
        body: jsonError(service, error),
      }
    case 'awsQuery':
      return { status, headers, body: queryError(service, error, requestId) }
    case 'ec2Query':
      return { status, headers, body: ec2Error(error, requestId) }
  }
}

const headersFor = (protocol: WireProtocol, requestId: string): Readonly<Record<string, string>> => ({
  'content-type': contentTypes[protocol],
  'x-amzn-requestid': requestId,
})

const contentTypes: Readonly<Record<WireProtocol, string>> = {
  awsJson1_0: 'application/x-amz-json-1.0',
  awsJson1_1: 'application/x-amz-json-1.1',
  awsQuery: 'text/xml',
  ec2Query: 'text/xml;charset=UTF-8',
}

/** Where a service once spoke query, its clients want the error's old code too (awsQueryCompatible, Smithy). */
const queryErrorHeader = (
  service: WireService | undefined,
  error: ServiceError,
): Readonly<Record<string, string>> => {
  if (service?.isQueryCompatible !== true) return {}
  return { 'x-amzn-query-error': `${queryCode(service, error)};${faultOf(error)}` }
}

/** The shape's name, which the query code of an error need not be. */
const jsonError = (service: WireService | undefined, error: ServiceError): string => {
  const schema = service && errorSchemaOf(service, error.code)
  const name = schema?.[2] ?? error.code
  const type = service?.isQueryCompatible === true && schema !== undefined ? `${schema[1]}#${name}` : name
  return JSON.stringify({ __type: type, message: error.message })
}

const queryError = (service: WireService | undefined, error: ServiceError, requestId: string): string =>
  `<ErrorResponse${service === undefined ? '' : ` xmlns="${service.xmlNamespace}"`}><Error>` +
  `<Type>${faultOf(error)}</Type><Code>${escapeXml(queryCode(service, error))}</Code>` +
  `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`

const ec2Error = ({ code, message }: ServiceError, requestId: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(code)}</Code>` +
  `<Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`

const queryCode = (service: WireService | undefined, { code }: ServiceError): string => {
  const schema = service && errorSchemaOf(service, code)
  return schema === undefined ? code : queryCodeOf(schema)
}

const faultOf = ({ fault }: ServiceError): string => (fault === 'client' ? 'Sender' : 'Receiver')
