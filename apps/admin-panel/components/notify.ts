import { notifications } from '@mantine/notifications';
import type { Failure } from '../failure.ts';

export const notifySuccess = (title: string, message: string) =>
  notifications.show({ color: 'teal', title, message, autoClose: 5_000 });

export const notifyFailure = (title: string, failure: Failure) =>
  notifications.show({ color: 'red', title, message: failure.message, autoClose: 10_000 });

/** Stays until it is dismissed: somebody may have to act on it, and no page says it afterwards. */
export const notifyLeftBehind = (message: string) =>
  notifications.show({ color: 'yellow', title: 'Left in the vault', message, autoClose: false });
