'use client';
import { PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { ClipboardEvent, ReactNode } from 'react';
import { leftAloneByManagers, MaskedTextarea } from '@secret-store/ui';

interface ConfigurationValueProps {
  readonly id?: string;
  readonly label: string;
  readonly describedBy: string | undefined;
  readonly isSecret: boolean;
  readonly isRequired?: boolean;
  readonly placeholder: string | undefined;
  readonly value: string;
  readonly error: ReactNode;
  readonly onChange: (value: string) => void;
}

/** A one-line field that grows when several lines are pasted, such as a certificate. */
export const ConfigurationValue = (props: ConfigurationValueProps) => {
  const { isSecret, onChange } = props;
  const field = {
    ...leftAloneByManagers,
    ...(props.id === undefined ? {} : { id: props.id }),
    'aria-label': props.label,
    'aria-describedby': props.describedBy,
    'aria-required': props.isRequired || undefined,
    autoComplete: 'new-password',
    spellCheck: false,
    placeholder: props.placeholder,
    value: props.value,
    error: props.error,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (props.value.includes('\n')) {
    const several = { ...field, autoFocus: true, autosize: true, minRows: 3, maxRows: 8 };
    return isSecret ? <MaskedTextarea {...several} /> : <Textarea {...several} />;
  }
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text');
    if (props.value !== '' || !pasted.trimEnd().includes('\n')) return;
    event.preventDefault();
    onChange(pasted);
  };
  return isSecret ? <PasswordInput {...field} onPaste={onPaste} /> : <TextInput {...field} onPaste={onPaste} />;
};
