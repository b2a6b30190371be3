export const exitCodes = { failed: 1, usage: 64, moduleInvalid: 65, configurationRefused: 78 } as const;

/** The suite cannot begin. The message says why and the mend, and holds no configuration value. */
export class ConformanceProblem extends Error {
  override readonly name = 'ConformanceProblem';

  constructor(
    readonly exitCode: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
