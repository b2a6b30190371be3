'use client';
import { Modal, type ModalProps } from '@mantine/core';
import { useGuardedClose } from './drafts.tsx';

/** A dialog with a form, which is not closed by accident while something is typed in it. */
export const FormModal = ({ onClose, ...modal }: ModalProps) => {
  const close = useGuardedClose(onClose);
  return <Modal onClose={close} {...modal} />;
};
