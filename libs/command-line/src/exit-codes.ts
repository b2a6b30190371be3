/** What the commands answer beside 0, with the numbers of sysexits.h where it has one. */
export const exitCodes = {
  failed: 1,
  usage: 64,
  invalidData: 65,
  unavailable: 69,
  cannotCreate: 73,
  configuration: 78,
  interrupted: 130,
} as const;
