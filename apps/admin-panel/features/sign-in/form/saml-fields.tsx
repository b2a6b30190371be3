'use client';
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Disclosure } from '@secret-store/ui';
import type { ConnectionForm } from './connection-fields.tsx';

interface SamlFieldsProps {
  readonly form: ConnectionForm;
  readonly isNew: boolean;
}

const plain = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;

export const SamlFields = ({ form, isNew }: SamlFieldsProps) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {isNew && (
        <TextInput
          label="Entity ID"
          description="Of the identity provider, from its metadata. It can’t be changed later."
          required
          withAsterisk={false}
          {...plain}
          key={form.key('issuer')}
          {...form.getInputProps('issuer')}
        />
      )}
      <TextInput
        label="Single sign-on address"
        description="Where the identity provider takes requests to sign in (HTTP-Redirect)."
        placeholder="e.g. https://id.example.com/saml/sso"
        type="url"
        required
        withAsterisk={false}
        {...plain}
        key={form.key('ssoUrl')}
        {...form.getInputProps('ssoUrl')}
      />
      <Textarea
        label="Signing certificates"
        description="In PEM: what the identity provider signs with. Add the next one before it changes."
        required
        withAsterisk={false}
        autosize
        minRows={4}
        maxRows={10}
        {...plain}
        key={form.key('certificates')}
        {...form.getInputProps('certificates')}
      />
      <Disclosure title="Attributes" isOpen={isOpen} onToggle={() => setOpen((open) => !open)}>
        <TextInput
          label="Username attribute"
          description="What the name of a new account is made of. Empty: the NameID."
          mb="md"
          {...plain}
          key={form.key('usernameAttribute')}
          {...form.getInputProps('usernameAttribute')}
        />
        <TextInput
          label="Groups attribute"
          {...plain}
          key={form.key('groupsAttribute')}
          {...form.getInputProps('groupsAttribute')}
        />
      </Disclosure>
    </>
  );
};
