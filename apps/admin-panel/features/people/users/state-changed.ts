import type { ListedUser } from '@secret-store/api/schemas';

/** What it means for a user to be enabled or disabled now. */
export const stateChanged = ({ username, isService }: ListedUser, isEnabled: boolean): string => {
  if (isService) return `API keys of ${username} ${isEnabled ? 'work again' : 'are refused'}.`;
  return isEnabled
    ? `${username} can sign in, and its API keys work again.`
    : `${username} is signed out everywhere, and its API keys are refused.`;
};
