'use client';
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { actionChoices } from './audit-words.ts';

export const auditFilters = ['actor', 'subject', 'action', 'outcome', 'from', 'to'] as const;
export type AuditFilters = Readonly<Record<(typeof auditFilters)[number], string>>;

interface AuditFiltersProps {
  readonly filters: AuditFilters;
  readonly onChange: (filters: Partial<AuditFilters>) => void;
}

const typingMilliseconds = 300;
const none: AuditFilters = { actor: '', subject: '', action: '', outcome: '', from: '', to: '' };

/** What to look for. Typed words count once the typing rests. */
export const AuditFilterFields = ({ filters, onChange }: AuditFiltersProps) => {
  const [typed, setTyped] = useState(filters);
  const settle = useDebouncedCallback(onChange, typingMilliseconds);
  const address = JSON.stringify(filters);
  const [shown, setShown] = useState(address);
  // a link or Back led to other filters; while typing has not rested, the fields are ahead of the address
  if (address !== shown) {
    setShown(address);
    if (!settle.isPending()) setTyped(filters);
  }
  const changeNow = (next: AuditFilters) => {
    // typing that has not rested is part of this change, and must not undo it afterwards
    settle.cancel();
    onChange(next);
  };
  const field = (name: keyof AuditFilters, isTyped: boolean) => ({
    value: typed[name],
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) => {
      const next = { ...typed, [name]: value };
      setTyped(next);
      if (isTyped) settle(next);
      else changeNow(next);
    },
  });
  const clear = () => {
    setTyped(none);
    changeNow(none);
  };
  return (
    <Group gap="md" px="lg" pb="md" align="flex-end">
      <TextInput label="Who" placeholder="Name or id" flex="1 1 160px" {...field('actor', true)} />
      <TextInput label="About" placeholder="Name or id" flex="1 1 160px" {...field('subject', true)} />
      <NativeSelect
        label="Action"
        flex="1 1 180px"
        data={[{ value: '', label: 'All' }, ...actionChoices]}
        {...field('action', false)}
      />
      <NativeSelect
        label="Outcome"
        flex="1 1 120px"
        data={[
          { value: '', label: 'All' },
          { value: 'done', label: 'Done' },
          { value: 'refused', label: 'Refused' },
        ]}
        {...field('outcome', false)}
      />
      <TextInput label="From" type="datetime-local" flex="1 1 190px" {...field('from', false)} />
      <TextInput label="To" type="datetime-local" flex="1 1 190px" {...field('to', false)} />
      <Button
        variant="subtle"
        color="gray"
        disabled={Object.values(typed).every((value) => value === '')}
        onClick={clear}
      >
        Clear
      </Button>
    </Group>
  );
};
