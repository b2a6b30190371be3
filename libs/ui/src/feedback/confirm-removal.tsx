'use client';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { focusKept } from '../layout/kept-focus.ts';

interface ConfirmRemovalProps {
  readonly title: string;
  /** names what is deleted */
  readonly children: ReactNode;
  readonly confirmLabel?: string;
  readonly isOpen: boolean;
  readonly isPending: boolean;
  readonly isBlocked?: boolean;
  /** why the last attempt failed */
  readonly failure?: string | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Many are unmounted instead of closed, which the library's own return of the focus does not see. */
const useFocusGivenBack = (isOpen: boolean) => {
  useEffect(() => {
    const before = document.activeElement;
    if (!isOpen || !(before instanceof HTMLElement)) return undefined;
    const giveBack = focusKept(before);
    return () => void giveBack();
  }, [isOpen]);
};

/** Asks before something is deleted. It stays open while the deletion runs and shows why it failed. */
export const ConfirmRemoval = ({
  title,
  children,
  confirmLabel = 'Remove',
  isOpen,
  isPending,
  isBlocked = false,
  failure,
  onConfirm,
  onClose,
}: ConfirmRemovalProps) => {
  useFocusGivenBack(isOpen);
  return (
    <Modal opened={isOpen} onClose={isPending ? () => undefined : onClose} title={title} centered size="md">
      <Stack gap="md">
        {children}
        {failure && (
          <Alert color="red" role="alert">
            {failure}
          </Alert>
        )}
        <Text fz="sm" c="dimmed">
          This can&rsquo;t be undone.
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} disabled={isPending}>
            Cancel
          </Button>
          <Button color="red.8" onClick={onConfirm} loading={isPending} disabled={isBlocked}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
