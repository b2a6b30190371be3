import { secretValue, type SecretsCopyEntry } from '@secret-store/api/schemas';
import { generatedLength } from '@/features/algorithms/generated-length.ts';

/** What a new secret gets: typed, or made at random by the store. */
export interface GivenValue {
  readonly text: string;
  readonly isGenerated: boolean;
}

/** By the id of the secret that is copied. */
export type GivenValues = ReadonlyMap<string, GivenValue>;

const nothing: GivenValue = { text: '', isGenerated: false };

export const givenTo = (values: GivenValues, secretId: string): GivenValue => values.get(secretId) ?? nothing;

const problemOf = ({ text, isGenerated }: GivenValue): string | null => {
  if (isGenerated) return null;
  if (text === '') return 'Enter a value, or generate it';
  const [issue] = secretValue.safeParse(text).error?.issues ?? [];
  return issue === undefined ? null : `The value ${issue.message}`;
};

/** What is wrong with each value, by secret. */
export const problemsOf = (entries: readonly SecretsCopyEntry[], values: GivenValues): ReadonlyMap<string, string> => {
  const problems = new Map<string, string>();
  for (const { secretId, action } of entries) {
    const problem = action === 'create' ? problemOf(givenTo(values, secretId)) : null;
    if (problem !== null) problems.set(secretId, problem);
  }
  return problems;
};

/** As the store is asked. */
export const requestOf = (entries: readonly SecretsCopyEntry[], values: GivenValues) =>
  entries.map(({ secretId, action }) => {
    if (action !== 'create') return { secretId };
    const { text, isGenerated } = givenTo(values, secretId);
    return { secretId, ...(isGenerated ? { generate: { length: generatedLength } } : { secret_value: text }) };
  });
