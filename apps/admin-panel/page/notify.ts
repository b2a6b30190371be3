import { notifications } from '@mantine/notifications';
import type { Failure } from '@/api/failure.ts';

export const notifySuccess = (title: string, message: string) =>
  notifications.show({ color: 'teal', title, message, autoClose: 5_000 });

export const notifyFailure = (title: string, failure: Failure) =>
  notifications.show({ color: 'red', title, message: failure.message, autoClose: 10_000 });
