import { notifications } from '@mantine/notifications';
import type { Failure } from '@/api/failure.ts';

export const notifySuccess = (title: string, message: string) =>
  notifications.show({ color: 'teal', title, message, autoClose: 5_000 });

export const notifyFailure = (title: string, failure: Failure) =>
  notifications.show({ color: 'red', title, message: failure.message, autoClose: 10_000 });

/** Stays longer than others, because no page shows it afterwards. */
export const notifyLeftBehind = (message: string) =>
  notifications.show({ color: 'gray', title: 'Test secret deleted', message, autoClose: 20_000 });
