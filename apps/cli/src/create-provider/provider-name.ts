import { CreateProblem } from './create-problem.ts';

/** A name in the two ways in which a project uses it. */
export interface ProviderName {
  /** `my-vault`: files, package */
  readonly kebab: string;
  /** `MyVault`: classes */
  readonly pascal: string;
}

/** @throws {CreateProblem} when it is not lower-case words with hyphens between them */
export const parseProviderName = (text: string): ProviderName => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) || text.length > 40) {
    throw new CreateProblem('a provider is named in lower-case words with hyphens between them, 40 characters at most: my-vault');
  }
  const pascal = text
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
  return { kebab: text, pascal };
};
