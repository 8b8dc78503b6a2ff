/** `eu-west-1b` → `euw1-az2`. Which letter has which id differs between accounts; here they go in order. */
export const zoneId = (zone: string): string => {
  const [area = '', direction = '', number = ''] = zone.split('-')
  const points = direction.replace(/(north|south|east|west|central)/g, (point) => point.charAt(0))
  const letter = number.slice(-1)
  return `${area}${points}${number.slice(0, -1)}-az${letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1}`
}
