import { UsageProblem } from '@secret-store/command-line';

/** A name in the forms that a project uses. */
export interface ProviderName {
  /** `my-vault`: files, package */
  readonly kebab: string;
  /** `MyVault`: classes */
  readonly pascal: string;
  /** `My Vault`: what the panel shows */
  readonly words: string;
}

/** @throws {UsageProblem} when it is not lower-case words joined by hyphens */
export const parseProviderName = (text: string): ProviderName => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) || text.length > 40) {
    throw new UsageProblem('NAME must be lower-case words joined by hyphens, at most 40 characters, such as my-vault');
  }
  const words = text.split('-').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return { kebab: text, pascal: words.join(''), words: words.join(' ') };
};
