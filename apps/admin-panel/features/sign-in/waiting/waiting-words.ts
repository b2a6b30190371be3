import type { WaitingAccountInfo } from '@secret-store/api/schemas';

/** Why the store does not make the account by itself. */
export const reasonInWords = ({ reason }: Pick<WaitingAccountInfo, 'reason'>): string => {
  switch (reason) {
    case 'name-taken':
      return 'A user or an organization has this name.';
    case 'name-owns-algorithms':
      return 'Algorithms belong to this name.';
    case 'name-was-deleted':
      return 'A user or an organization of this name was deleted.';
    case 'name-unusable':
      return 'The name has no character that a username can have.';
    case 'accounts-not-made':
      return 'The connection creates no accounts.';
  }
};
