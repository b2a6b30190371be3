import { ApiError, environmentVariable, reasonReserved, secretValue } from '@secret-store/api';

/** Of one variable, before anything is written. The message has no value in it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** What the store would answer for this one alone. */
export const asRefusal = (error: unknown): never => {
  if (error instanceof ApiError) throw new Refusal(error.message);
  throw error;
};

export const requireVariable = (variable: string): void => {
  const reserved = reasonReserved(variable);
  if (reserved !== null) throw new Refusal(`The name is reserved, since ${reserved}.`);
  if (!environmentVariable.safeParse(variable).success) {
    throw new Refusal('Use only letters, digits and _, start with a letter or _, and at most 128 characters.');
  }
};

export const requireValue = (value: string): void => {
  if (value === '') throw new Refusal('The value is empty. Enter one, or leave the line out.');
  const [issue] = secretValue.safeParse(value).error?.issues ?? [];
  if (issue !== undefined) throw new Refusal(`The value ${issue.message}.`);
};
