import { UsageProblem } from '@secret-store/command-line';
import { conformanceChecks, type ConformanceCheck } from '@secret-store/provider-sdk/conformance';

/**
 * The checks with these names, in the order of the suite; all of them without any name. Part of a name chooses every check
 * that contains it.
 * @throws {UsageProblem} when a name chooses nothing; it lists the names
 */
export const chooseChecks = (names: readonly string[]): readonly ConformanceCheck[] => {
  if (names.length === 0) return conformanceChecks;
  const chosen = new Set(names.flatMap(checksNamed));
  return conformanceChecks.filter((check) => chosen.has(check));
};

const checksNamed = (name: string): readonly ConformanceCheck[] => {
  const exact = conformanceChecks.filter((check) => check.name === name);
  const found =
    exact.length > 0 ? exact : conformanceChecks.filter((check) => name !== '' && check.name.includes(name));
  if (found.length > 0) return found;
  const known = conformanceChecks.map((check) => `  ${check.name}`).join('\n');
  throw new UsageProblem(`--only: no check is named ${JSON.stringify(name)}. The checks are:\n${known}\n`);
};
