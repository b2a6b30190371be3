'use client';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { Disclosure, MaskedTextarea } from '@secret-store/ui';
import type { ConnectionForm } from './connection-fields.tsx';

interface OidcFieldsProps {
  readonly form: ConnectionForm;
  readonly isNew: boolean;
  readonly hasClientSecret: boolean;
}

const plain = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;

export const OidcFields = ({ form, isNew, hasClientSecret }: OidcFieldsProps) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {isNew && (
        <TextInput
          label="Issuer"
          description="The identity provider’s address. It can’t be changed later."
          placeholder="e.g. https://id.example.com/realms/main"
          type="url"
          required
          withAsterisk={false}
          {...plain}
          key={form.key('issuer')}
          {...form.getInputProps('issuer')}
        />
      )}
      <TextInput
        label="Client ID"
        required
        withAsterisk={false}
        {...plain}
        key={form.key('clientId')}
        {...form.getInputProps('clientId')}
      />
      <MaskedTextarea
        label="Client secret"
        description={
          hasClientSecret
            ? 'Leave it empty to keep the stored one, which is never shown.'
            : 'Stored encrypted and never shown again. Leave it empty for a public client.'
        }
        minRows={1}
        key={form.key('clientSecret')}
        {...form.getInputProps('clientSecret')}
      />
      <Disclosure title="Scopes and claims" isOpen={isOpen} onToggle={() => setOpen((open) => !open)}>
        <TextInput label="Scopes" mb="md" {...plain} key={form.key('scopes')} {...form.getInputProps('scopes')} />
        <TextInput
          label="Subject claim"
          description="By which the store recognizes a person. It must never change or be given to someone else."
          mb="md"
          {...plain}
          key={form.key('subjectClaim')}
          {...form.getInputProps('subjectClaim')}
        />
        <TextInput
          label="Username claim"
          description="What the name of a new account is made of."
          mb="md"
          {...plain}
          key={form.key('usernameClaim')}
          {...form.getInputProps('usernameClaim')}
        />
        <TextInput
          label="Groups claim"
          {...plain}
          key={form.key('groupsClaim')}
          {...form.getInputProps('groupsClaim')}
        />
      </Disclosure>
    </>
  );
};
