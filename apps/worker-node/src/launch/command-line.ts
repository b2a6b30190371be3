import { passedOnVariable } from '@secret-store/api/reserved-variables';

export interface CommandLine {
  readonly command: string;
  readonly commandArguments: readonly string[];
  /** the command's complete environment */
  readonly environment: Readonly<Record<string, string>>;
  readonly secretNames: ReadonlySet<string>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The command's complete environment: a few of our variables, and the secrets, which win when names are the same. */
export const commandEnvironment = (
  own: Environment,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(own).filter(isPassedOn)),
  ...secrets,
});

const isPassedOn = (entry: [string, string | undefined]): entry is [string, string] =>
  entry[1] !== undefined && passedOnVariable(entry[0]);
