'use client';
import { useState } from 'react';
import { Disclosure, MaskedTextarea } from '@secret-store/ui';
import type { ConnectionForm } from './connection-fields.tsx';
import { PlainField } from './plain-field.tsx';

interface OidcFieldsProps {
  readonly form: ConnectionForm;
  readonly isNew: boolean;
  readonly hasClientSecret: boolean;
}

export const OidcFields = ({ form, isNew, hasClientSecret }: OidcFieldsProps) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {isNew && (
        <PlainField
          form={form}
          name="issuer"
          label="Issuer"
          description="The identity provider’s address. It can’t be changed later."
          placeholder="e.g. https://id.example.com/realms/main"
          type="url"
          required
        />
      )}
      <PlainField form={form} name="clientId" label="Client ID" required />
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
        <PlainField form={form} name="scopes" label="Scopes" mb="md" />
        <PlainField
          form={form}
          name="subjectClaim"
          label="Subject claim"
          description="By which the store recognizes a person. It must never change or be given to someone else."
          mb="md"
        />
        <PlainField
          form={form}
          name="usernameClaim"
          label="Username claim"
          description="What the name of a new account is made of."
          mb="md"
        />
        <PlainField form={form} name="groupsClaim" label="Groups claim" />
      </Disclosure>
    </>
  );
};
