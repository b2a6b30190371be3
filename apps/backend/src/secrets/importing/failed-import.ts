import { ApiError } from '@secret-store/api';

const namesShown = 5;

const listed = (names: readonly string[]): string => {
  const others = names.length - namesShown;
  return others > 0 ? `${names.slice(0, namesShown).join(', ')} and ${others} more` : names.join(', ');
};

interface WhatIsLeft {
  readonly done: 'imported' | 'copied';
  readonly variable: string;
  /** variables that have the value of the text now */
  readonly replaced: readonly string[];
  /** variables whose vaults may have the value of the text */
  readonly inDoubt: readonly string[];
}

/** What the vault said of one variable, and what became of the others. */
export const failedImport = (error: unknown, { done, variable, replaced, inDoubt }: WhatIsLeft): unknown => {
  if (!(error instanceof ApiError)) return error;
  const outcome =
    replaced.length === 0 && inDoubt.length === 0
      ? `Nothing was ${done}.`
      : [
          'Nothing new was created.',
          ...(replaced.length > 0 ? [`The vault had already replaced the value of ${listed(replaced)}.`] : []),
          ...(inDoubt.length > 0 ? [`The vault may have replaced the value of ${listed(inDoubt)}.`] : []),
          'Import the text again to finish.',
        ].join(' ');
  return new ApiError(error.errorName, `${variable}: ${error.message} ${outcome}`, {
    status: error.status,
    cause: error.cause,
  });
};
