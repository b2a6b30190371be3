'use client';
import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { NameInput } from '@secret-store/ui';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';

export interface RoleChoice<Role extends string> {
  readonly value: Role;
  readonly label: string;
}

/** Who gets which role, and until when. */
export interface Grant<Role extends string> {
  readonly username: string;
  readonly role: Role;
  /** null: it does not end */
  readonly expires: string | null;
}

export interface GrantFormProps<Role extends string> {
  readonly roles: readonly [RoleChoice<Role>, ...RoleChoice<Role>[]];
  /** whose role is changed; left out for somebody who has none yet */
  readonly before?: Grant<Role>;
  readonly submit: string;
  readonly failed: string;
  readonly onSave: (grant: Grant<Role>) => Promise<unknown>;
  readonly onDone: () => void;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** The day of a moment where the reader is, as a date field has it. */
const dayOf = (expires: string | null): string => {
  if (expires === null) return '';
  const at = new Date(expires);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};

const endOf = (day: string): string | null => (day === '' ? null : new Date(`${day}T23:59:59`).toISOString());

export const GrantForm = <Role extends string>({
  roles,
  before,
  submit,
  failed,
  onSave,
  onDone,
}: GrantFormProps<Role>) => {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      username: before?.username ?? '',
      role: before?.role ?? (roles.at(-1) ?? roles[0]).value,
      expires: dayOf(before?.expires ?? null),
    },
    validate: { username: (username) => (username.trim() === '' ? 'Enter a username' : null) },
  });
  useDraft(() => form.isDirty());
  const save = useMutation({
    mutationFn: ({ username, role, expires }: { username: string; role: Role; expires: string }) =>
      onSave({ username: username.trim(), role, expires: endOf(expires) }),
    onSuccess: onDone,
    onError: (error) => markRefused(form, error),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values), focusFirstError(form))}>
      <Stack gap="md">
        <NameInput
          label="Username"
          readOnly={before !== undefined}
          {...(before === undefined && { 'data-autofocus': true })}
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <NativeSelect label="Role" data={[...roles]} key={form.key('role')} {...form.getInputProps('role')} />
        <TextInput
          label="Last day"
          description="The role ends after this day. Leave it empty for a role that doesn’t end."
          type="date"
          key={form.key('expires')}
          {...form.getInputProps('expires')}
        />
        <FormEnd form={form} saving={save} submit={submit} failed={failed} onCancel={onDone} />
      </Stack>
    </form>
  );
};
